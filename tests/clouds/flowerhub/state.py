"""What the simulated portal can have happen: the switches of `POST state`. The package's docstring lists them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol

from tests.clouds.cloud import Switch
from tests.clouds.control import moment
from tests.clouds.errors import ControlError

from .customers import Owner
from .dates import Month, month

if TYPE_CHECKING:
    from .cloud import FlowerhubCloud

NUMBER: Final = vol.Any(int, float)
LIFE: Final = vol.All(int, vol.Range(min=1))
REVOCATION: Final = vol.Schema(
    {
        vol.Required("account"): str,
        vol.Optional("tokens", default="both"): vol.In(["access", "refresh", "both"]),
    }
)
MONTH: Final = {vol.Required("account"): str, vol.Required("month"): month}
VOLUME: Final = vol.Schema({**MONTH, "site_id": int, vol.Required("volume"): NUMBER})
WITHDRAWAL: Final = vol.Schema({**MONTH, "site_id": int})
TOTAL: Final = vol.Schema({**MONTH, vol.Required("total"): NUMBER})
LATE: Final = vol.Schema({**MONTH, vol.Required("days"): NUMBER})
RESETTLEMENT: Final = vol.Schema({**MONTH, vol.Required("per_kw"): NUMBER})
NO_DATA: Final = vol.Schema(
    {
        vol.Required("account"): str,
        vol.Required("start"): moment,
        vol.Required("end"): moment,
    }
)
PASSWORD: Final = vol.Schema({vol.Required("account"): str, "password": str})


class State:
    """All switches."""

    def __init__(self, cloud: FlowerhubCloud) -> None:
        """Act on the parts of one cloud."""
        self._cloud = cloud

    def switches(self) -> Mapping[str, Switch]:
        """Name of each switch and what it does."""
        cloud = self._cloud
        return {
            "access_life": _setter(cloud.sessions, "access_life", LIFE),
            "refresh_life": _setter(cloud.sessions, "refresh_life", LIFE),
            "rotate_refresh": _setter(cloud.sessions, "rotates", bool),
            "opaque_tokens": _setter(cloud.sessions, "opaque", bool),
            "revoke_tokens": self._revoke,
            "password": self._password,
            "look": cloud.looks.change,
            "notice": cloud.owners.change_notice,
            "qualified": _setter(cloud.owners, "qualified", bool),
            "disconnect": self._disconnect,
            "reconnect": self._reconnect,
            "no_data": self._no_data,
            "replace_hub": self._replace_hub,
            "terminate": self._terminate,
            "billing_delay_days": _setter(cloud.billing, "delay_days", NUMBER),
            "late_month": self._late,
            "correct": self._correct,
            "bill_other_volume": self._bill_other_volume,
            "withdraw": self._withdraw,
            "correct_invoice": self._correct_invoice,
            "resettle": self._resettle,
        }

    def _revoke(self, value: Any) -> None:
        asked = REVOCATION({"account": value} if isinstance(value, str) else value)
        self._cloud.sessions.revoke(
            self._cloud.customers.login(asked["account"]),
            access=asked["tokens"] != "refresh",
            refresh=asked["tokens"] != "access",
        )

    def _password(self, value: Any) -> dict[str, str]:
        asked = PASSWORD(value)
        login = self._cloud.customers.login(asked["account"])
        login.password = asked.get("password") or f"{login.password}-new"
        return {"password": login.password}

    def _disconnect(self, value: Any) -> None:
        owner = self._hub_owner(value)
        self._cloud.owners.disconnected.add(_asset_id(owner))
        self._cloud.uptime.disconnect(owner)

    def _reconnect(self, value: Any) -> None:
        owner = self._hub_owner(value)
        self._cloud.owners.disconnected.discard(_asset_id(owner))
        self._cloud.uptime.reconnect(owner)

    def _no_data(self, value: Any) -> None:
        asked = NO_DATA(value)
        owner = self._hub_owner(asked["account"])
        self._cloud.uptime.lose_data(owner, asked["start"], asked["end"])

    def _replace_hub(self, value: Any) -> dict[str, int]:
        owner = self._hub_owner(value)
        assert owner.hub
        number = _asset_id(owner) + 100_000
        owner.hub = replace(owner.hub, asset_id=number, serial=f"FH{number:010}")
        return {"asset_id": number}

    def _terminate(self, value: Any) -> None:
        owner = self._cloud.customers.owner(value)
        owner.terminated = Month.at(self._cloud.clock.now()).last

    def _late(self, value: Any) -> None:
        asked = LATE(value)
        owner = self._cloud.customers.owner(asked["account"])
        self._cloud.billing.late[owner, asked["month"]] = asked["days"]

    def _correct(self, value: Any) -> None:
        asked = VOLUME(value)
        key = self._site(asked), asked["month"]
        self._cloud.billing.corrections[key] = float(asked["volume"])

    def _bill_other_volume(self, value: Any) -> None:
        asked = VOLUME(value)
        key = self._site(asked), asked["month"]
        self._cloud.billing.misbilled[key] = float(asked["volume"])

    def _withdraw(self, value: Any) -> None:
        asked = WITHDRAWAL(value)
        self._cloud.billing.withdrawn.add((self._site(asked), asked["month"]))

    def _correct_invoice(self, value: Any) -> None:
        asked = TOTAL(value)
        owner = self._cloud.customers.owner(asked["account"])
        self._cloud.billing.totals[owner, asked["month"]] = float(asked["total"])

    def _resettle(self, value: Any) -> None:
        asked = RESETTLEMENT(value)
        owner = self._hub_owner(asked["account"])
        again = self._cloud.billing.resettled[owner, asked["month"]]
        again.append(float(asked["per_kw"]))

    def _site(self, asked: dict[str, Any]) -> int:
        owner = self._cloud.customers.owner(asked["account"])
        site: int = asked.get("site_id", owner.consumption_site)
        if site not in owner.sites.values():
            raise ControlError(f"no such site: {site}")
        return site

    def _hub_owner(self, value: Any) -> Owner:
        owner = self._cloud.customers.owner(value)
        if owner.hub is None:
            raise ControlError(f"account {value!r} has no hub")
        return owner


def _asset_id(owner: Owner) -> int:
    assert owner.hub
    return owner.hub.asset_id


def _setter(target: object, name: str, check: Any) -> Switch:
    """A switch that sets one attribute."""
    schema = vol.Schema(check)

    def change(value: Any) -> None:
        setattr(target, name, schema(value))

    return change
