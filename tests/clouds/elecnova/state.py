"""What the simulated cloud can have happen: the switches of `POST state`. The package's docstring lists them."""

from datetime import date
from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol

from tests.clouds.cloud import Switch
from tests.clouds.control import moment
from tests.clouds.errors import ControlError
from tests.clouds.profile import QUANTUM

from .customers import Account
from .records import Span

if TYPE_CHECKING:
    from .cloud import ElecnovaCloud

SECONDS: Final = vol.All(vol.Any(int, float), vol.Range(min=0))
LIFE: Final = vol.All(vol.Any(int, float), vol.Range(min=1))
OPTIONAL_SECONDS: Final = vol.Any(None, SECONDS)
COUNT: Final = vol.Any(None, vol.All(int, vol.Range(min=1)))
NUMBER: Final = vol.All(vol.Any(int, float), vol.Range(min=0))
SECRET: Final = vol.Schema(
    {vol.Required("account"): str, "secret": vol.All(str, vol.Length(min=1))}
)
WHITELIST: Final = vol.Schema(
    {
        vol.Required("account"): str,
        vol.Required("addresses"): vol.Any(None, [str]),
    }
)
ROTATION: Final = vol.Schema(
    {
        vol.Required("account"): str,
        vol.Optional("identity", default=False): bool,
        vol.Optional("kick", default=True): bool,
    }
)
OFFLINE: Final = vol.Schema(
    {vol.Required("device"): str, vol.Optional("offline", default=True): bool}
)
SPAN: Final = {
    vol.Required("inverter"): str,
    vol.Required("start"): moment,
    vol.Required("end"): moment,
}
OUTAGE: Final = vol.Schema({**SPAN, vol.Optional("counted", default=False): bool})
LATE: Final = vol.Schema(
    {
        **SPAN,
        vol.Required("due"): moment,
        vol.Optional("counted", default=False): bool,
    }
)
CORRECTION: Final = vol.Schema(
    {
        vol.Required("inverter"): str,
        vol.Required("start"): moment,
        vol.Required("watts"): NUMBER,
    }
)
DAY_TOTAL: Final = vol.Schema(
    {
        vol.Required("inverter"): str,
        vol.Required("day"): vol.All(str, date.fromisoformat),
        vol.Required("kwh"): vol.Any(None, NUMBER),
    }
)


class State:
    """The switches about credentials, records and the looks of answers."""

    def __init__(self, cloud: ElecnovaCloud) -> None:
        """Act on the parts of one cloud."""
        self._cloud = cloud

    def switches(self) -> dict[str, Switch]:
        """Name of each switch and what it does."""
        return self._access() | self._data()

    def _access(self) -> dict[str, Switch]:
        cloud = self._cloud
        return {
            "token_life": setter(cloud.tokens, "life", LIFE),
            "single_token": setter(cloud.tokens, "single", bool),
            "rotate_passwords": setter(cloud.tokens, "rotates", bool),
            "revoke_tokens": lambda value: cloud.tokens.revoke(self._account(value)),
            "rotate_credentials": self._rotate,
            "secret": self._secret,
            "whitelist": self._whitelist,
            "max_skew": setter(cloud.gate, "max_skew", OPTIONAL_SECONDS),
            "refuse_replays": setter(cloud.gate, "refuses_replays", bool),
            "requests_per_second": setter(cloud.gate, "requests_per_second", COUNT),
        }

    def _data(self) -> dict[str, Switch]:
        cloud = self._cloud
        return {
            "look": cloud.looks.change,
            "v2": setter(cloud.inventory, "has_tree", bool),
            "offline": self._offline,
            "data_delay_seconds": setter(cloud.records, "delay", SECONDS),
            "outage": self._outage,
            "late": self._late,
            "correct": self._correct,
            "day_total": self._day_total,
        }

    def _account(self, value: Any) -> Account:
        return self._cloud.customers.account(value)

    def _rotate(self, value: Any) -> None:
        asked = ROTATION({"account": value} if isinstance(value, str) else value)
        account = self._account(asked["account"])
        self._cloud.tokens.rotate(account, identity=asked["identity"])
        if asked["kick"]:
            self._cloud.messenger.update()

    def _secret(self, value: Any) -> dict[str, str]:
        asked = SECRET({"account": value} if isinstance(value, str) else value)
        account = self._account(asked["account"])
        account.client_secret = asked.get("secret") or f"{account.client_secret}-new"
        self._cloud.tokens.revoke(account)
        return {"client_secret": account.client_secret}

    def _whitelist(self, value: Any) -> None:
        asked = WHITELIST(value)
        self._account(asked["account"]).whitelist = asked["addresses"]

    def _offline(self, value: Any) -> None:
        asked = OFFLINE({"device": value} if isinstance(value, str) else value)
        cabinet, component = self._cloud.customers.place(asked["device"])
        spans = (component or cabinet).offline
        now = self._cloud.clock.now()
        running = next((each for each in spans if each[1] is None), None)
        if asked["offline"] and running is None:
            spans.append((now, None))
        elif not asked["offline"] and running is not None:
            spans[spans.index(running)] = (running[0], now)

    def _outage(self, value: Any) -> None:
        asked = OUTAGE(value)
        self._add_span(asked, None)

    def _late(self, value: Any) -> None:
        asked = LATE(value)
        self._add_span(asked, asked["due"].timestamp())

    def _add_span(self, asked: dict[str, Any], due: float | None) -> None:
        start, end = asked["start"].timestamp(), asked["end"].timestamp()
        if start >= end:
            raise ControlError("the end is not after the start")
        cabinet = self._cloud.customers.sunny(asked["inverter"])
        self._cloud.records.add_span(cabinet, Span(start, end, due, asked["counted"]))

    def _correct(self, value: Any) -> None:
        asked = CORRECTION(value)
        start = int(asked["start"].timestamp())
        if start % QUANTUM:
            raise ControlError("no point begins at that time")
        cabinet = self._cloud.customers.sunny(asked["inverter"])
        self._cloud.records.corrections[cabinet, start] = float(asked["watts"])

    def _day_total(self, value: Any) -> None:
        asked = DAY_TOTAL(value)
        cabinet = self._cloud.customers.sunny(asked["inverter"])
        totals = self._cloud.records.totals
        if asked["kwh"] is None:
            totals.pop((cabinet, asked["day"]), None)
        else:
            totals[cabinet, asked["day"]] = float(asked["kwh"])


def setter(target: object, name: str, check: Any) -> Switch:
    """A switch that sets one attribute."""
    schema = vol.Schema(check)

    def change(value: Any) -> None:
        setattr(target, name, schema(value))

    return change
