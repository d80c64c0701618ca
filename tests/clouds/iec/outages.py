"""Faults and planned interruptions, as two hosts tell them (wire 5.18, 7)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from aiohttp import web
import voluptuous as vol

from tests.clouds.clock import Clock

from .customers import Contract, Customers, Person
from .gate import API, Gate, envelope, json_body
from .masa_portal import base_profile
from .numbers import identifier

FAULTS: Final = "/faults/api"
HOSTS: Final = ("api", "faults")
FAULT: Final = ("Area fault", 1)
PLANNED: Final = ("Planned interruption", 2)
"""Only the first was ever seen; the other is a guess."""
GOING_ON: Final = ("In treatment", "2", 1)
RESTORED: Final = ("Supply restored", "6", 3)
FIRST_OUTAGE: Final = (
    datetime(2025, 11, 12, 20, 10, 8, tzinfo=UTC),
    datetime(2025, 11, 13, 1, 9, 41, tzinfo=UTC),
)
TRANSACTIONS: Final = vol.Schema(
    {vol.Required("Accounts"): [str], vol.Required("StateCode"): int},
    extra=vol.ALLOW_EXTRA,
)


@dataclass(eq=False, slots=True)
class Outage:
    """A time without electricity. Faults are known once they have begun, interruptions before.

    :param estimate: when supply is expected back, :param end: when it came or will come back; None = unknown
    :param hosts: who tells of it
    """

    contract: Contract
    start: datetime
    planned: bool = False
    estimate: datetime | None = None
    end: datetime | None = None
    hosts: tuple[str, ...] = HOSTS

    @property
    def id(self) -> str:
        """The UUID of the outage."""
        return identifier("outage", self.contract.number, self.start.isoformat())

    def is_known(self, now: datetime) -> bool:
        """Whether the cloud tells of it yet."""
        return self.planned or self.start <= now

    def is_over(self, now: datetime) -> bool:
        """Whether supply is back."""
        return self.end is not None and self.end <= now


class Outages:
    """All outages there were, and the calls that tell of them.

    - `lenient`: the profile has both spellings of `governmentId`
    """

    def __init__(self, gate: Gate, customers: Customers, clock: Clock) -> None:
        """Begin with one that is over."""
        self._gate = gate
        self._clock = clock
        first = customers.people[0].contracts[0]
        start, end = FIRST_OUTAGE
        self.all = [Outage(first, start, end=end)]

    def routes(self) -> list[web.RouteDef]:
        """The calls of this file."""
        route = self._gate.route
        accounts = f"{FAULTS}/accounts"
        return [
            route("GET", f"{API}/outages/transactions/{{account_id}}/2", self._api),
            route("GET", f"{FAULTS}/contacts/userprofile", self._profile),
            # A known client leaves braces in the address, which a plain part does not match.
            route(
                "GET", accounts + r"/{account_id:[^/]+}/tranzactions/2", self._faults
            ),
            route("POST", f"{accounts}/tranzactions", self._transactions),
        ]

    def restore(self, contract: Contract, end: datetime) -> int:
        """End what goes on; returns how many outages that were."""
        found = [
            each
            for each in self.all
            if each.contract is contract and each.start <= end and not each.is_over(end)
        ]
        for each in found:
            each.end = end
        return len(found)

    def truth(self, contract: Contract) -> list[dict[str, Any]]:
        """The outages of a contract, for the control address."""
        return [
            {
                "start": _wire_time(each.start),
                "end": _wire_time(each.end),
                "planned": each.planned,
                "hosts": each.hosts,
            }
            for each in self.all
            if each.contract is contract
        ]

    async def _api(self, request: web.Request, person: Person) -> web.Response:
        found = []
        for contract, outages in self._told(request, person, "api"):
            infos = [self._info(each) for each in outages]
            found.append({"transactionsInfo": infos, "site": _site(contract)})
        return envelope(found)

    async def _profile(self, request: web.Request, person: Person) -> web.Response:
        profile = base_profile(person)
        if self._gate.lenient:
            profile["governmentId"] = person.user_id
        return web.json_response(profile)

    async def _faults(self, request: web.Request, person: Person) -> web.Response:
        told = self._told(request, person, "faults")
        return web.json_response(
            {
                "dataCollection": [
                    self._transaction(each) for _, outages in told for each in outages
                ]
            }
        )

    async def _transactions(self, request: web.Request, person: Person) -> web.Response:
        asked = await json_body(request, TRANSACTIONS)
        for account_id in asked["Accounts"]:
            self._gate.account(person, account_id)
        answer = {"consumptionOrderViewTypeCode": 1, "logicalName": "account"}
        return web.json_response(answer)

    def _told(
        self, request: web.Request, person: Person, host: str
    ) -> Iterator[tuple[Contract, list[Outage]]]:
        """Contracts of the account with outages that the host knows."""
        partner = self._gate.account(person, request.match_info["account_id"])
        now = self._clock.now()
        for contract in person.contracts:
            known = [
                each
                for each in self.all
                if each.contract is contract
                and host in each.hosts
                and each.is_known(now)
            ]
            if known and contract.partner is partner:
                yield contract, known

    def _state(self, outage: Outage) -> tuple[str, str, int]:
        return RESTORED if outage.is_over(self._clock.now()) else GOING_ON

    def _info(self, outage: Outage) -> dict[str, Any]:
        state, state_code, _ = self._state(outage)
        kind, kind_code = PLANNED if outage.planned else FAULT
        return {
            "disconnectDate": _wire_time(outage.start),
            "disconnect": {
                "disconnectKey": _key(outage),
                "disconnectType": {
                    "displayName": kind,
                    "code": kind_code,
                    "id": identifier("disconnect_type", kind_code),
                },
                "disconnectTreatmentState": {
                    "displayName": state,
                    "code": state_code,
                    "isConnectIndicationBit": False,
                    "id": identifier("disconnect_treatment_state", state_code),
                },
                "id": outage.id,
                "estimateTreatmentDate": _wire_time(outage.estimate),
                "energizedDate": _wire_time(outage.end),
            },
            "disconnectType": kind_code,
        }

    def _transaction(self, outage: Outage) -> dict[str, Any]:
        state, state_code, portal_code = self._state(outage)
        kind, kind_code = PLANNED if outage.planned else FAULT
        treatment = _thing(
            "disconnect_treatment_state",
            state_code,
            displayName=state,
            code=state_code,
            isConnectIndicationBit=False,
            disconnectTreatmentStatePortal=portal_code,
        )
        return {
            "siteKeyDesc": outage.contract.number,
            "disconnectDate": _wire_time(outage.start),
            "disconnect": {
                "disconnectKey": _key(outage),
                "disconnectTreatmentState": treatment,
                "disconnectType": _thing(
                    "disconnect_type", kind_code, displayName=kind, code=kind_code
                ),
                "energizedDate": _wire_time(outage.end),
                "disconnectDate": _wire_time(outage.start),
                "id": outage.id,
                "logicalName": "iec_disconnect",
            },
            "site": _portal_site(outage.contract),
            "id": identifier("transaction", outage.id),
            "logicalName": "iec_tranzaction",
            "stateCode": 1,
        }


def _site(contract: Contract) -> dict[str, Any]:
    address, city = contract.address, contract.address.city
    return {
        "contractNumber": contract.number,
        "address": {
            "region": {"name": city.region, "id": identifier("region", city.region)},
            "area": {"name": city.area, "id": identifier("area", city.area)},
            "street": address.street,
            "houseNumber": address.house,
            "city": {
                "name": city.name,
                "shovalCityCode": city.code,
                "logicalName": None,
                "id": identifier("city", city.name),
            },
            "id": identifier("address", address.text),
        },
        "id": identifier("site", contract.number),
        "x": None,
        "y": None,
    }


def _portal_site(contract: Contract) -> dict[str, Any]:
    address, city = contract.address, contract.address.city
    place = _thing(
        "address",
        address.text,
        area=_thing("area", city.area, name=city.area),
        region=_thing("region", city.region, name=city.region),
        city=_thing("city", city.name, name=city.name, shovalCityCode=city.code),
        houseNumber=address.house,
        streetStr=address.street,
    )
    return _thing(
        "site", contract.number, contractNumber=contract.number, address=place
    )


def _thing(kind: str, key: object, **fields: Any) -> dict[str, Any]:
    """An object as the portal writes it: with id and the kind of thing that it is."""
    logical_name = f"iec_{kind.replace('_', '')}"
    return {**fields, "id": identifier(kind, key), "logicalName": logical_name}


def _key(outage: Outage) -> str:
    return f"17701SIM{int(outage.start.timestamp()) % 10**6}"


def _wire_time(time: datetime | None) -> str | None:
    return None if time is None else f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
