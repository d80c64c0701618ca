"""Who somebody is and which contracts they have (wire 5.1 to 5.6)."""

from typing import Any, Final

from aiohttp import web
import voluptuous as vol

from .billing import Billing
from .customers import Contract, Partner, Person
from .gate import API, Gate, envelope, json_body
from .numbers import same_number

ELECTRICITY_ACCOUNT: Final = 279830000
NO_DATE: Final = "0001-01-01T00:00:00"
EFS_SERVICES: Final = {"EFS001": "Invoice by e-mail", "EFS004": "Planned outage notice"}
EFS_SCHEMA: Final = vol.Schema(
    {
        vol.Required("contractNumber"): str,
        vol.Required("processType"): 1,
        "serviceCode": vol.Match(r"^EFS\d{3}$"),
    },
    extra=vol.ALLOW_EXTRA,
)


class CustomerData:
    """The calls that find contracts."""

    def __init__(self, gate: Gate, billing: Billing) -> None:
        """Answer from the gate's customers."""
        self._gate = gate
        self._billing = billing

    def routes(self) -> list[web.RouteDef]:
        """The calls of this file."""
        route = self._gate.route
        customer = f"{API}/customer"
        return [
            route("GET", customer, self._customer),
            route("GET", f"{customer}/mobile/{{contract}}", self._mobile),
            route("GET", f"{API}/outages/accounts", self._accounts),
            route("GET", f"{customer}/contract/{{bp_number}}", self._contracts),
            # A known client leaves braces in the address, which a plain part does not match.
            route(
                "GET", customer + r"/checkContract/{contract:[^/]+}/{kind}", self._check
            ),
            route("POST", f"{customer}/efs", self._efs),
        ]

    async def _customer(self, request: web.Request, person: Person) -> web.Response:
        return web.json_response(_customer(person))

    async def _mobile(self, request: web.Request, person: Person) -> web.Response:
        contract = self._gate.contract(person, request.match_info["contract"])
        customer = _customer(person) | {"bpNumber": contract.partner.number}
        # The flags of this call are wrong even for a plain home (wire 5.2).
        flags = {
            "frequency": 0,
            "status": 0,
            "fromPativteProducer": True,
            "producerType": 0,
            "isDomestic": False,
        }
        told = self._contract(contract) | {"contractId": contract.number} | flags
        del told["dueDate"]
        return web.json_response({"customer": customer, "contract": told})

    async def _accounts(self, request: web.Request, person: Person) -> web.Response:
        partners = [each for each in person.partners if each.contracts]
        if not partners or "outages_accounts" in person.hidden:
            return envelope(None)
        return envelope([_account(person, partner) for partner in partners])

    async def _contracts(self, request: web.Request, person: Person) -> web.Response:
        partner = self._gate.partner(person, request.match_info["bp_number"])
        contracts = [each for each in person.contracts if each.partner is partner]
        if wanted := request.query.get("contractNumber"):
            contracts = [c for c in contracts if same_number(c.number, wanted)]
        count = request.query.get("count", "")
        shown = contracts[: int(count)] if count.isdigit() else contracts
        return envelope(
            {
                "contracts": [self._contract(each) for each in shown],
                "contractAmount": len(contracts),
                "totalToPay": round(sum(self._debt(each) for each in contracts), 2),
            }
        )

    async def _check(self, request: web.Request, person: Person) -> web.Response:
        if request.match_info["kind"] not in ("4", "6"):
            raise web.HTTPNotFound
        contract = self._gate.contract(person, request.match_info["contract"])
        address = contract.address
        return envelope(
            {
                "contractNumber": contract.number,
                "deviceNumber": contract.points[0].meter.serial,
                "bpKind": "0001",
                "bp": contract.partner.number.lstrip("0"),
                "address": f"{address.street} {address.house}",
                "city": address.city.name,
                "cityCode": address.city.code.zfill(12),
                "streetCode": address.street_code.zfill(12),
                "houseNumber": address.house,
                "bpType": "01",
                "isPrivate": "X" if contract.producer else "",
                "hasDirectDebit": contract.direct_debit,
                "isMatam": False,
                "frequency": contract.frequency,
            }
        )

    async def _efs(self, request: web.Request, person: Person) -> web.Response:
        asked = await json_body(request, EFS_SCHEMA)
        contract = self._gate.contract(person, asked["contractNumber"])
        wanted = asked.get("serviceCode")
        messages = [
            _subscription(person, contract, code)
            for code in EFS_SERVICES
            if wanted in (None, code)
        ]
        return envelope(messages, "300")

    def _contract(self, contract: Contract) -> dict[str, Any]:
        invoices = self._billing.invoices(contract)
        today = self._billing.today()
        waiting = [each for each in invoices if each.open_amount(today)]
        due = max((each.due for each in waiting), default=None)
        not_due = sum(each.open_amount(today) for each in waiting if each.due >= today)
        address = contract.address
        return {
            "address": address.text,
            "contractId": contract.padded,
            "dueDate": "1900-01-01" if due is None else due.isoformat(),
            "totalDebt": self._debt(contract),
            "frequency": contract.frequency,
            "status": 2 if contract.has_ended(today) else 1,
            "fromPativteProducer": contract.producer,
            "cityCode": address.city.code.zfill(12),
            "cityName": address.city.name,
            "streetCode": address.street_code.zfill(12),
            "streetName": address.street,
            "houseNumber": address.house,
            "debtForInvoicesDueDateNotPassed": round(not_due, 2),
            "isTouz": contract.time_of_use,
            "smartMeter": contract.smart,
            "producerType": 1,
            "isDomestic": True,
        }

    def _debt(self, contract: Contract) -> float:
        today = self._billing.today()
        invoices = self._billing.invoices(contract)
        return round(sum(each.open_amount(today) for each in invoices), 2)


def _customer(person: Person) -> dict[str, Any]:
    main = person.partners[0]
    return {
        "bpNumber": main.number,
        "idType": 1,
        "accounts": [_customer_account(person, each) for each in person.partners],
        "customerStatus": 1,
        "idNumber": person.user_id,
        "firstName": person.first_name,
        "lastName": person.last_name,
        "mobilePhone": person.phone,
        "email": person.email,
    }


def _customer_account(person: Person, partner: Partner) -> dict[str, Any]:
    contracts = partner.contracts
    return {
        "mainContractId": contracts[0].number if contracts else "",
        "mainContractIdType": 1,
        "companyId": person.user_id,
        "name": person.first_name,
        "lastName": person.last_name,
        "bpNumber": partner.number,
        "bpType": 1,
        "isActiveAccount": bool(contracts),
        "customerRole": 0,
        "accountType": 1,
    }


def _account(person: Person, partner: Partner) -> dict[str, Any]:
    return {
        "accountNumber": partner.number,
        "accountType": ELECTRICITY_ACCOUNT,
        "id": partner.account_id,
        "email": None,
        "telephone": None,
        "governmentNumber": person.user_id,
        "name": partner.name,
        "viewTypeCode": 1,
    }


def _subscription(person: Person, contract: Contract, code: str) -> dict[str, Any]:
    return {
        "serviceDescription": EFS_SERVICES[code],
        "partner": contract.partner.number,
        "contractNumber": contract.padded,
        "service": code,
        "subscribeDate": "2024-10-30T00:00:00",
        "subscribeTime": "0001-01-01T13:00:01",
        "isActive": True,
        "bpSubscription": False,
        "isSms": code == "EFS004",
        "communicationMethod": 1,
        "email": "" if code == "EFS004" else person.email,
        "sms": person.phone if code == "EFS004" else "",
        "fax": "0000000000",
        "unsubscribeDate": NO_DATE,
        "registrationStatus": 0,
    }
