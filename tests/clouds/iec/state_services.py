"""The switches of `POST state` about outages, contracts and the looks of answers. The package's docstring lists them."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Final

import voluptuous as vol

from tests.clouds.clock import Clock
from tests.clouds.cloud import Switch
from tests.clouds.control import moment
from tests.clouds.errors import ControlError

from .answers import Answers, Failure
from .customers import Contract, Customers
from .devices import KINDS, Devices
from .masa import Masa
from .masa_portal import MasaPortal
from .outages import HOSTS, Outage, Outages
from .public import PAGE_LOOKS, Public
from .state_people import FLAG, setting
from .tariff import Rates, Tariff

CONTRACT: Final = {vol.Required("account"): str, "contract": str}
OUTAGE: Final = vol.Schema(
    {
        **CONTRACT,
        "start": moment,
        "end": vol.Any(None, moment),
        "estimate": vol.Any(None, moment),
        "planned": bool,
        "hosts": vol.All([vol.In(HOSTS)], vol.Length(min=1), vol.Coerce(tuple)),
    }
)
RESTORATION: Final = vol.Schema({**CONTRACT, "end": moment})
SOURCES: Final = ("outages_accounts", "masa_accounts", "masa_connections")
HIDDEN: Final = vol.Schema(
    {
        vol.Required("account"): str,
        vol.Required("sources"): [vol.In(SOURCES)],
    }
)
CONTRACT_CHANGE: Final = vol.Schema(
    {
        **CONTRACT,
        "captcha": bool,
        "smart": bool,
        "time_of_use": bool,
        "direct_debit": bool,
        "private_supplier": bool,
        "itemised": bool,
        "social_discount": bool,
    }
)
SHARE: Final = vol.Schema({**CONTRACT, vol.Required("guest"): str, "shared": bool})
KEYS: Final = vol.Schema({vol.Required("endpoint"): str, vol.Required("keys"): [str]})
FAILURE: Final = vol.Schema(
    {
        vol.Required("endpoint"): str,
        vol.Optional("code", default="99"): vol.Any(None, str),
        vol.Optional("description", default="Failed"): vol.Any(None, str),
        vol.Optional("status", default=200): vol.All(int, vol.Range(200, 599)),
    }
)
RATES: Final = vol.Schema(
    {name: vol.All(vol.Any(int, float), float) for name in Rates.__slots__}
)


class ServiceState:
    """The switches of this file."""

    def __init__(
        self,
        customers: Customers,
        clock: Clock,
        outages: Outages,
        tariff: Tariff,
        answers: Answers,
    ) -> None:
        """Act on the parts of one cloud."""
        self._customers = customers
        self._clock = clock
        self._outages = outages
        self._tariff = tariff
        self._answers = answers

    def switches(self) -> Mapping[str, Switch]:
        """Name of each switch and what it does."""
        return {
            "outage": self._outage,
            "restore": self._restore,
            "hide": self._hide,
            "contract": self._contract,
            "share": self._share,
            "omit_keys": self._omit,
            "null_keys": self._null,
            "extra_keys": setting(self._answers, "extra_keys", FLAG),
            "fail": self._fail,
            "rates": self._rates,
        }

    def _outage(self, value: Any) -> dict[str, str]:
        asked = OUTAGE(value)
        contract = self._found(asked)
        fields = {k: v for k, v in asked.items() if k not in ("account", "contract")}
        start = fields.pop("start", self._clock.now())
        outage = Outage(contract, start, **fields)
        if outage.end is not None and outage.end <= start:
            raise ControlError("end must lie after start")
        self._outages.all.append(outage)
        return {"outage": outage.id}

    def _restore(self, value: Any) -> int:
        asked = RESTORATION(value)
        end = asked.get("end", self._clock.now())
        count = self._outages.restore(self._found(asked), end)
        if not count:
            raise ControlError("no outage is going on")
        return count

    def _hide(self, value: Any) -> None:
        asked = HIDDEN(value)
        self._customers.person(asked["account"]).hidden = set(asked["sources"])

    def _contract(self, value: Any) -> None:
        asked = CONTRACT_CHANGE(value)
        contract = self._found(asked)
        for name, each in asked.items():
            if name == "social_discount":
                contract.partner.social_discount = each
            elif name not in ("account", "contract"):
                setattr(contract, name, each)

    def _share(self, value: Any) -> None:
        asked = SHARE(value)
        contract = self._found(asked)
        guest = self._customers.person(asked["guest"])
        if contract in guest.guest_of:
            guest.guest_of.remove(contract)
        elif contract in guest.contracts:
            raise ControlError("the contract is the guest's own")
        if asked.get("shared", True):
            guest.guest_of.append(contract)

    def _omit(self, value: Any) -> None:
        asked = KEYS(value)
        self._answers.change(asked["endpoint"], asked["keys"], null=False)

    def _null(self, value: Any) -> None:
        asked = KEYS(value)
        self._answers.change(asked["endpoint"], asked["keys"], null=True)

    def _fail(self, value: Any) -> None:
        self._answers.failures = []
        if value is not None:
            self._answers.failures = [Failure(**FAILURE(value))]

    def _rates(self, value: Any) -> dict[str, float]:
        self._tariff.rates = replace(self._tariff.rates, **RATES(value))
        return asdict(self._tariff.rates)

    def _found(self, asked: dict[str, Any]) -> Contract:
        return self._customers.contract(asked["account"], asked.get("contract"))


def page_switches(
    devices: Devices, portal: MasaPortal, masa: Masa, public: Public
) -> Mapping[str, Switch]:
    """The switches of single pages."""
    page = vol.All(int, vol.Range(min=1, max=100))
    return {
        "meter_kind_language": setting(devices, "kind_language", vol.In(sorted(KINDS))),
        "shared_serials": setting(devices, "shared_serials", FLAG),
        "created_status": setting(portal, "created_status", vol.In([200, 201])),
        "largest_page": setting(masa, "largest_page", page),
        "tariff_page": setting(public, "look", vol.In(PAGE_LOOKS)),
        "horsepower_code": setting(
            public, "horsepower_code", vol.Any(None, vol.In([1, 2]))
        ),
        "kwh_cell_in_agorot": setting(public, "agorot", FLAG),
    }
