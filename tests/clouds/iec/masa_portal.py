"""MASA's main portal: who somebody is, which contracts they may see, and whom they share them with (wire 6.1 to 6.3, 6.8, 6.9).

Nothing but this portal wants the header `portalcode`.
"""

from typing import Any, Final

from aiohttp import web
import voluptuous as vol

from .customers import Contract, Customers, Partner, Person
from .gate import NOT_ALLOWED, Call, Gate, Refused, json_body
from .numbers import identifier
from .places import CITIES, City

PORTAL: Final = "/masa_portal/api"
CONNECTION: Final = "iec_connectionbetweencontactandcontract"
NO_TOKEN: Final = "0001-01-01T00:00:00Z"
PRIVATE_PERSON: Final = 279830001
ACCOUNT_TYPE: Final = 279830000
OWNER, GUEST = 1, 4
"""Codes of a person's part in a contract."""

NAMED: Final = {vol.Required("id"): str}
REMOVAL: Final = vol.Schema(
    {
        vol.Required("Id"): str,
        vol.Required("contact"): NAMED,
        vol.Required("contract"): NAMED,
        vol.Required("primaryContact"): NAMED,
    },
    extra=vol.ALLOW_EXTRA,
)
INVITATION: Final = vol.Schema(
    {vol.Required("contact"): NAMED, vol.Required("contract"): NAMED},
    extra=vol.ALLOW_EXTRA,
)


class MasaPortal:
    """The calls of this host.

    - `created_status`: HTTP status of the two calls that make or remove something; 201, which a known client takes for an error
    """

    def __init__(self, gate: Gate, customers: Customers) -> None:
        """Answer from `customers`."""
        self._gate = gate
        self._customers = customers
        self.created_status = 200 if gate.lenient else 201
        self.invitations: list[str] = []

    def routes(self) -> list[web.RouteDef]:
        """The calls of this file."""
        contacts = f"{PORTAL}/contacts"
        connection = f"{PORTAL}/connectionbetweencontactandcontract"
        return [
            self._route("GET", f"{PORTAL}/cities", self._cities),
            self._route("GET", f"{contacts}/userprofile", self._profile),
            self._route("GET", f"{contacts}/account/0/userprofile", self._discovery),
            self._route("GET", f"{contacts}/{{contact}}/contract/{{id}}", self._shared),
            self._route("POST", f"{connection}/remove", self._remove),
            self._route("POST", f"{connection}/createconnectionrequest", self._invite),
        ]

    def _route(self, method: str, path: str, call: Call) -> web.RouteDef:
        return self._gate.route(method, path, call, {"portalcode": "6"})

    async def _cities(self, request: web.Request, person: Person) -> web.Response:
        return web.json_response({"dataCollection": [_city(each) for each in CITIES]})

    async def _profile(self, request: web.Request, person: Person) -> web.Response:
        return web.json_response(base_profile(person))

    async def _discovery(self, request: web.Request, person: Person) -> web.Response:
        profile = base_profile(person)
        accounts = [full_account(person, each) for each in person.partners]
        connections = [_connection(person, each) for each in person.contracts]
        return web.json_response(
            profile
            | {
                "firstName": person.first_name,
                "lastName": person.last_name,
                "verificationStatus": True,
                "accounts": [] if "masa_accounts" in person.hidden else accounts,
                "connectionBetweenContactAndContract": (
                    [] if "masa_connections" in person.hidden else connections
                ),
            }
        )

    async def _shared(self, request: web.Request, person: Person) -> web.Response:
        if request.match_info["contact"] != person.contact_id:
            raise Refused(401, NOT_ALLOWED)
        contract = self._own_contract(person, request.match_info["id"])
        guests = [_guest(each, contract) for each in self._guests(contract)]
        return web.json_response(
            _flags()
            | {"connectionBetweenContactAndContract": guests, "logicalName": "contact"}
        )

    async def _remove(self, request: web.Request, person: Person) -> web.Response:
        asked = await json_body(request, REMOVAL)
        contract = self._own_contract(person, asked["contract"]["id"])
        for guest in self._guests(contract):
            named = (guest.contact_id, guest.connection_id(contract), person.contact_id)
            if named == (
                asked["contact"]["id"],
                asked["Id"],
                asked["primaryContact"]["id"],
            ):
                guest.guest_of.remove(contract)
                return web.json_response(None, status=self.created_status)
        raise Refused(401, NOT_ALLOWED)

    async def _invite(self, request: web.Request, person: Person) -> web.Response:
        asked = await json_body(request, INVITATION)
        contract = self._own_contract(person, asked["contract"]["id"])
        if asked["contact"]["id"] != person.contact_id:
            raise Refused(401, NOT_ALLOWED)
        number = identifier("invitation", contract.number, len(self.invitations))
        link = f"https://link.iec.co.il/{number[:8].upper()}"
        self.invitations.append(link)
        return web.json_response(link, status=self.created_status)

    def _own_contract(self, person: Person, contract_id: str) -> Contract:
        for contract in person.contracts:
            if contract.id == contract_id and contract not in person.guest_of:
                return contract
        raise Refused(401, NOT_ALLOWED)

    def _guests(self, contract: Contract) -> list[Person]:
        return [each for each in self._customers.people if contract in each.guest_of]


def base_profile(person: Person) -> dict[str, Any]:
    """A person as two portals tell them (wire 6.2)."""
    accounts = [
        {
            "name": partner.name,
            "accountNumber": partner.number,
            "governmentNumber": person.user_id,
            "accountType": ACCOUNT_TYPE,
            "viewTypeCode": 1,
            "identificationType": PRIVATE_PERSON,
            "consumptionOrderViewTypeCode": 1,
            "id": partner.account_id,
            "logicalName": "account",
        }
        for partner in person.partners
    ]
    return _flags() | {
        "governmentid": person.user_id,
        "idType": PRIVATE_PERSON,
        "email": person.email,
        "phoneNumber": person.phone[3:],
        "accounts": accounts,
        "phonePrefix": person.phone[:3],
        "id": person.contact_id,
        "logicalName": "contact",
    }


def full_account(person: Person, partner: Partner) -> dict[str, Any]:
    """A business partner in the discovery call; not quite as in the profile."""
    return {
        "name": partner.name,
        "accountNumber": partner.number,
        "governmentNumber": person.user_id,
        "viewTypeCode": 1,
        "identificationType": PRIVATE_PERSON,
        "consumptionOrderViewTypeCode": 1,
        "isRegisteredOnDigitalBit": False,
        "kindOfAccountCode": 1,
        "id": partner.account_id,
        "logicalName": "account",
        "stateCode": 0,
    }


def _flags() -> dict[str, bool]:
    names = ("isConnectedToPrivateAccount", "isAccountOwner", "isAccountContact")
    return dict.fromkeys(names, False)


def _city(city: City) -> dict[str, Any]:
    return {
        "area": {
            "name": city.area,
            "shovalAreaCode": city.area_code,
            "id": identifier("area", city.area),
            "logicalName": "iec_area",
        },
        "region": {
            "name": city.region,
            "shovalRegionCode": city.region_code,
            "id": identifier("region", city.region),
            "logicalName": "iec_region",
        },
        "name": city.name,
        "shovalCityCode": city.code,
        "id": identifier("city", city.name),
        "logicalName": "iec_city",
    }


def _connection(person: Person, contract: Contract) -> dict[str, Any]:
    guest = contract in person.guest_of
    return {
        "contract": _contract(contract),
        "account": full_account(person, contract.partner),
        "defaultContractBit": contract is person.contracts[0],
        "partConnectionCode": GUEST if guest else OWNER,
        "connectionType": {
            "name": "Guest" if guest else "Owner",
            "connectionTypeInt": 2 if guest else 1,
            "id": identifier("connection_type", guest),
            "logicalName": "iec_connectiontype",
        },
        "tokenExpirationDate": NO_TOKEN,
        "id": person.connection_id(contract),
        "logicalName": CONNECTION,
    }


def _contract(contract: Contract) -> dict[str, Any]:
    return {
        "site": _site(contract),
        "isMatam": False,
        "supplyCode": 1,
        "isPrivateProducer": contract.producer,
        "overloadRateSwitchBit": False,
        "contractAccNumberInShoval": int(contract.number),
        "account": {
            "name": contract.partner.name,
            "consumptionOrderViewTypeCode": 1,
            "id": contract.partner.account_id,
            "logicalName": "account",
        },
        "id": contract.id,
        "logicalName": "iec_contract",
        "stateCode": 1,
    }


def _site(contract: Contract) -> dict[str, Any]:
    address, city = contract.address, contract.address.city
    place = {
        "street": {
            "name": address.street,
            "shovalStreetCode": address.street_code,
            "id": identifier("street", address.street_code),
            "logicalName": "iec_street",
        },
        "city": {
            "name": city.name,
            "shovalCityCode": city.code,
            "cityCode": int(city.code),
            "id": identifier("city", city.name),
            "logicalName": "iec_city",
        },
        "houseNumber": address.house,
        "id": identifier("address", address.text),
        "logicalName": "iec_address",
    }
    return {
        "fullAddress": address.text,
        "address": place,
        "smartCode": int(contract.smart),
        "isSmart": contract.smart,
        "id": identifier("site", contract.number),
        "logicalName": "iec_site",
    }


def _guest(guest: Person, contract: Contract) -> dict[str, Any]:
    contact = {"id": guest.contact_id} | _flags() | {"logicalName": "contact"}
    return {
        "contact": contact,
        "contract": {"id": contract.id, "logicalName": "iec_contract"},
        "account": {
            "id": contract.partner.account_id,
            "consumptionOrderViewTypeCode": 1,
            "logicalName": "account",
        },
        "partConnectionCode": GUEST,
        "connectionType": {
            "id": identifier("connection_type", True),
            "logicalName": "iec_connectiontype",
        },
        "tokenExpirationDate": NO_TOKEN,
        "id": guest.connection_id(contract),
        "logicalName": CONNECTION,
    }
