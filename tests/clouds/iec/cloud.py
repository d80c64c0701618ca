"""The simulated utility: its parts put together."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, ClassVar, Final, Protocol, override

from aiohttp import web

from tests.clouds.cloud import Cloud, Switch, chosen

from .answers import Answers
from .authorize import Authorize
from .billing import Billing
from .customer_data import CustomerData
from .customers import Contract, Customers, Person
from .devices import Devices
from .gate import Gate
from .households import HouseholdMaker
from .invoices import Invoices
from .masa import Masa
from .masa_portal import MasaPortal
from .okta import Okta
from .outages import Outages
from .public import Public
from .readings import Readings, truth_intervals
from .remote_reading import RemoteReading
from .services import Services
from .state_meters import MeterState
from .state_people import PeopleState
from .state_services import ServiceState, page_switches
from .tariff import Tariff
from .tokens import Tokens

TRUTH_WINDOW: Final = timedelta(days=7)
SERVICE_DAY: Final = date(2025, 12, 3)
"""When the first person was billed for something that is not electricity."""


class Part(Protocol):
    """A part that answers requests."""

    def routes(self) -> list[web.RouteDef]:
        """All paths of the services."""


class IecCloud(Cloud):
    """Israel Electric Corporation. Each host has a path prefix: some paths stand on two hosts."""

    provider: ClassVar[str] = "iec"
    host_prefixes: ClassVar[Mapping[str, str]] = {
        "okta": "/okta",
        "api": "/iecapi",
        "masa": "/masa",
        "masa_portal": "/masa_portal",
        "faults": "/faults",
    }

    def __init__(
        self, *, seed: int = 1, now: datetime | None = None, lenient: bool = False
    ) -> None:
        """Build the cloud; see `Cloud`."""
        super().__init__(seed=seed, now=now, lenient=lenient)
        rng = Random(f"iec/tokens/{seed}")
        self.customers = Customers(HouseholdMaker(seed).people())
        self.okta = Okta(self.customers, self.clock, rng)
        self.tokens = Tokens(self.clock, rng)
        self.readings = Readings(self.clock)
        self.tariff = Tariff()
        self.billing = Billing(self.readings, self.tariff)
        first = self.customers.people[0].contracts[0]
        self.billing.add_service(first, SERVICE_DAY, 142.8)
        gate = Gate(self.tokens, Answers(), lenient=lenient)
        self.outages = Outages(gate, self.customers, self.clock)
        self.services = Services(gate)
        self._parts: list[Part] = [self.okta, self.tokens, self.outages, self.services]
        self._switches: dict[str, Switch] = {}
        self._add_login(gate)
        self._add_meters(gate)
        self._add_pages(gate)

    def _add_login(self, gate: Gate) -> None:
        authorize = Authorize(self.okta, self.tokens, self.clock)
        state = PeopleState(self.customers, self.okta, authorize, self.tokens, gate)
        self._parts += [authorize, CustomerData(gate, self.billing)]
        self._switches |= state.switches()

    def _add_meters(self, gate: Gate) -> None:
        remote_reading = RemoteReading(gate, self.readings, self.billing)
        state = MeterState(self.customers, self.readings, self.billing, remote_reading)
        self._parts += [remote_reading, Invoices(gate, self.billing)]
        self._switches |= state.switches()

    def _add_pages(self, gate: Gate) -> None:
        devices, masa = Devices(gate, self.billing), Masa(gate)
        portal = MasaPortal(gate, self.customers)
        public = Public(self.tariff, gate.answers)
        state = ServiceState(
            self.customers, self.clock, self.outages, self.tariff, gate.answers
        )
        self._parts += [devices, masa, portal, public]
        self._switches |= state.switches()
        self._switches |= page_switches(devices, portal, masa, public)

    @property
    @override
    def accounts(self) -> list[dict[str, Any]]:
        return [_announced(person) for person in self.customers.people]

    @override
    def routes(self) -> list[web.RouteDef]:
        return [route for part in self._parts for route in part.routes()]

    @override
    def switches(self) -> Mapping[str, Switch]:
        return self._switches

    @override
    def truth(
        self,
        account: str | None,
        start: datetime | None,
        end: datetime | None,
        *,
        meter: str | None = None,
        only: str | None = None,
    ) -> dict[str, Any]:
        """Readings and bills of one supply; without arguments of the first one, for the last seven days.

        :param account: a person's name or id, or a business partner's or contract's number
        :return: `{"account", "contract", "meter", "start", "end", "series": {name: [{"start", "end", "value", "unit",
            "published", ...}]}}`; the series are `consumption`, `return` (two-way meters), `billed_usage` and `charges`; besides, `outages`
        """
        asked = account or self.customers.people[0].name
        contract, point = self.customers.point(asked, None, meter)
        end = end or self.clock.now()
        start = start or end - TRUTH_WINDOW
        intervals = truth_intervals(self.readings, point, start, end)
        return {
            "account": contract.partner.number,
            "contract": contract.number,
            "meter": point.meter.serial,
            "start": start.isoformat(),
            "end": end.isoformat(),
            "series": chosen(
                intervals | self.billing.truth(contract, start, end), only
            ),
            "outages": self.outages.truth(contract),
        }


def _announced(person: Person) -> dict[str, Any]:
    """What somebody who logs in must know; ids are those of the first contract."""
    first = next(iter(person.contracts), None)
    partner = first.partner if first else person.partners[0]
    return {
        "name": person.name,
        "username": person.username,
        "user_id": person.user_id,
        "code": person.code,
        "factors": [each.kind for each in person.factors],
        "account": partner.number,
        "bp_number": partner.number,
        "account_id": partner.account_id,
        "contract": first.number if first else None,
        "meter": first.points[0].meter.serial if first else None,
        "meter_code": first.points[0].meter.code if first else None,
        "contracts": [_announced_contract(each, person) for each in person.contracts],
    }


def _announced_contract(contract: Contract, person: Person) -> dict[str, Any]:
    return {
        "contract": contract.number,
        "bp_number": contract.partner.number,
        "account_id": contract.partner.account_id,
        "ended": contract.ended is not None,
        "smart": contract.smart,
        "producer": contract.producer,
        "shared": contract in person.guest_of,
        "meters": [
            {"meter": each.meter.serial, "meter_code": each.meter.code}
            for each in contract.points
        ],
    }
