"""What the simulated cloud can have happen: the switches of `POST state`. The package's docstring lists them."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol

from tests.clouds.cloud import Switch
from tests.clouds.errors import ControlError

from .challenges import RETRIES
from .cognito_errors import LOGIN_ERRORS
from .customers import CHALLENGES
from .device_state import DeviceState
from .extras import FORMATS
from .status import KEYS

if TYPE_CHECKING:
    from .cloud import EmporiaCloud

SECONDS: Final = vol.All(vol.Any(int, float), vol.Range(min=0))
LOCK_SECONDS: Final = 900
REVOCATION: Final = vol.Schema(
    {
        vol.Required("account"): str,
        vol.Optional("tokens", default="both"): vol.In(["access", "refresh", "both"]),
    }
)
LOGIN_ERROR: Final = vol.Schema(
    {
        vol.Required("account"): str,
        vol.Required("error"): vol.Any(None, vol.In(sorted(LOGIN_ERRORS))),
    }
)
MFA: Final = vol.Schema(
    {
        vol.Required("account"): str,
        vol.Required("kind"): vol.Any(None, vol.In(CHALLENGES)),
    }
)
POOL: Final = vol.Schema(
    vol.All({"pool_id": vol.Match(r"^\S+_\w+$"), "client_id": str}, vol.Length(min=1))
)


class State:
    """All switches."""

    def __init__(self, cloud: EmporiaCloud) -> None:
        """Act on the parts of one cloud."""
        self._cloud = cloud
        self._devices = DeviceState(cloud)

    def switches(self) -> Mapping[str, Switch]:
        """Name of each switch and what it does."""
        return self._devices.switches() | self._login_switches() | self._look_switches()

    def _login_switches(self) -> dict[str, Switch]:
        cloud = self._cloud
        return {
            "revoke_tokens": self._revoke_tokens,
            "expire_refresh": self._for_login(cloud.tokens.expire_refresh),
            "rotate_refresh": _setter(cloud.tokens, "rotates", bool),
            "token_life": _setter(
                cloud.tokens, "life", vol.All(int, vol.Range(min=1, max=86400))
            ),
            "expire_code": self._for_login(cloud.challenges.expire_codes),
            "expire_session": self._for_login(cloud.challenges.expire_sessions),
            "mfa_retry": _setter(cloud.challenges, "retry", vol.In(RETRIES)),
            "mfa": self._mfa,
            "lock": self._lock,
            "unlock": self._unlock,
            "login_error": self._login_error,
            "hide_unknown_users": _setter(cloud.cognito, "hides_users", bool),
            "error_prefix": _setter(cloud.cognito, "error_prefix", str),
            "broken_secret_block": _setter(cloud.proof, "broken", bool),
            "pool": self._pool,
        }

    def _look_switches(self) -> dict[str, Switch]:
        cloud = self._cloud
        keys = vol.All([vol.In(sorted(KEYS))], vol.Coerce(set))
        text = vol.Any(None, str)
        return {
            "data_delay_seconds": _setter(cloud.records, "delay", SECONDS),
            "stale_seconds": _setter(cloud.usage, "stale", SECONDS),
            "late_reset": _setter(cloud.usage, "late_reset", bool),
            "repeat_nested": _setter(cloud.usage, "repeats_nested", bool),
            "chart_balance": _setter(cloud.usage, "charts_balance", bool),
            "missing_status": _setter(cloud.status, "missing", keys),
            "offline_prose": _setter(cloud.status, "prose", bool),
            "manager_texts": _setter(cloud.status, "tells_managers", bool),
            "empty_command_answers": _setter(cloud.commands, "empty_answers", bool),
            "rates_unreadable": _setter(cloud.rates, "reading_fails", bool),
            "rate_plan": _setter(cloud.rates, "plan", vol.Any(None, [dict])),
            "first_party_names": _setter(cloud.series, "first_party_names", bool),
            "preferences": _setter(cloud.extras, "preferences", vol.In(FORMATS)),
            "preferences_refuse_json": _setter(cloud.extras, "refuses_json", bool),
            "maintenance": _setter(cloud.extras, "maintenance", text),
            "inventory": _fields_setter(cloud.inventory.look),
            "drift": _fields_setter(cloud.drift),
            "stream": _fields_setter(cloud.stream.look),
            "drop_stream": self._drop_stream,
        }

    def _for_login(self, act: Callable[[Any], None]) -> Switch:
        """A switch whose value names an account."""
        return lambda value: act(self._cloud.customers.login(value))

    def _revoke_tokens(self, value: Any) -> None:
        asked = REVOCATION({"account": value} if isinstance(value, str) else value)
        self._cloud.tokens.revoke(
            self._cloud.customers.login(asked["account"]),
            access=asked["tokens"] != "refresh",
            refresh=asked["tokens"] != "access",
        )

    def _mfa(self, value: Any) -> None:
        asked = MFA(value)
        self._cloud.customers.login(asked["account"]).mfa = asked["kind"]

    def _lock(self, value: Any) -> None:
        self._cloud.cognito.lock(self._cloud.customers.login(value), LOCK_SECONDS)

    def _unlock(self, value: Any) -> None:
        login = self._cloud.customers.login(value)
        login.locked_until, login.wrong_passwords = 0, 0

    def _login_error(self, value: Any) -> None:
        asked = LOGIN_ERROR(value)
        self._cloud.customers.login(asked["account"]).login_error = asked["error"]

    def _pool(self, value: Any) -> None:
        asked = POOL(value)
        tokens = self._cloud.tokens
        tokens.pool_id = asked.get("pool_id", tokens.pool_id)
        tokens.client_id = asked.get("client_id", tokens.client_id)

    def _drop_stream(self, value: Any) -> int:
        if value is not True:
            raise ControlError("expected true")
        return self._cloud.stream.drop()


def _setter(part: object, name: str, check: Any) -> Switch:
    """A switch that sets an attribute to its checked value."""
    schema = vol.Schema(check)
    return lambda value: setattr(part, name, schema(value))


def _fields_setter(look: Any) -> Switch:
    """A switch that changes fields of a look, each of the type that it has; `{"reset": true}` undoes all."""
    default = type(look)()
    types = {each.name: type(getattr(default, each.name)) for each in fields(look)}
    number = vol.Any(int, float)
    schema = vol.Schema(
        {name: number if kind is float else kind for name, kind in types.items()}
        | {"reset": bool}
    )

    def change(value: Any) -> dict[str, Any]:
        asked = schema(value)
        if asked.pop("reset", False):
            asked = asdict(default) | asked
        for name, each in asked.items():
            setattr(look, name, each)
        return asdict(look)

    return change
