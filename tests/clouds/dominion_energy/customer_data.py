"""Customer number, accounts and meters (wire 4.1, 4.2, 4.5)."""

from typing import Any

from aiohttp import web

from .customers import Account, Customers, Login, Register, ServicePoint
from .data_host import Authenticate, Refused, envelope, query, signed_in


def own_account(login: Login, number: object) -> Account:
    """The account of that number.

    :raises Refused: the login has none
    """
    for account in login.accounts:
        if account.number == number:
            return account
    raise Refused(400, "Account is not associated with this user")


def own_point(account: Account, meter: object) -> ServicePoint:
    """The service point of that meter, also of one that was replaced, while it is known.

    :raises Refused: the account has none
    """
    for point in account.points:
        known = [each.device for each in point.registers if not each.forgotten]
        if meter in known:
            return point
    raise Refused(400, "Meter is not associated with this account")


class CustomerData:
    """The calls about who somebody is and what they have."""

    def __init__(self, customers: Customers, authenticate: Authenticate) -> None:
        """Answer from `customers`."""
        self._customers = customers
        self._authenticate = authenticate

    def routes(self) -> list[web.RouteDef]:
        """The calls of this file."""
        service = "/Service/api/1"
        calls = {
            f"{service}/FromDb/GetBpNumber": self._bp_number,
            f"{service}/BusinessMaster/GetBusinessMaster": self._business_master,
            "/AccountManagementapi/api/1/Meters/Meter/accountNumber/{account}": self._meters,
        }
        return [
            signed_in(self._authenticate, "GET", path, call)
            for path, call in calls.items()
        ]

    async def _bp_number(self, request: web.Request, login: Login) -> web.Response:
        if query(request, "Uuid").lower() != login.uuid:
            raise Refused(400, "Uuid is not the caller's")
        return envelope({"customerNumber": login.bp_number})

    async def _business_master(
        self, request: web.Request, login: Login
    ) -> web.Response:
        if query(request, "uuid").lower() != login.uuid:
            raise Refused(400, "uuid is not the caller's")
        if query(request, "customerNumber") != login.bp_number:
            raise Refused(400, "customerNumber is not the caller's")
        if not login.accounts:
            return envelope([])
        results = [_account(account) for account in login.accounts]
        person = {
            "firstName": login.first_name,
            "lastName": login.last_name,
            "primaryEmail": login.username,
            "zbpMaintRegEnroll_nav": {"results": results},
        }
        return envelope([person])

    async def _meters(self, request: web.Request, login: Login) -> web.Response:
        account = own_account(login, request.match_info["account"])
        return envelope(
            [
                {
                    "accountNumber": account.number,
                    "meterNumber": point.meter,
                    "meterId": point.meter.lstrip("0"),
                    "meterType": "AMI" if point.ami else "AMR",
                    "amiMeter": point.ami,
                }
                for point in account.points
            ]
        )


def _account(account: Account) -> dict[str, Any]:
    closing = account.closing
    return {
        "account": account.number,
        "premiseNumber": account.premise,
        "accountActive": "Y" if closing is None else "N",
        "default": account.default,
        "nickName": account.nickname,
        "ebillStatus": "Y" if account.ebill else "N",
        "closingDate": None if closing is None else f"{closing:%m/%d/%Y %H:%M:%S}",
        "serviceAddress": account.address,
        "conDev": [
            _device(point, register)
            for point in account.points
            for register in point.registers
            if not register.forgotten
        ],
    }


def _device(point: ServicePoint, register: Register) -> dict[str, Any]:
    """One meter; `netMetering` is absent where nobody asked for it (wire 4.2)."""
    active = point.closed is None and register.until is None
    device: dict[str, Any] = {
        "device": register.device,
        "contract": point.contract,
        "isActive": "Y" if active else "N",
        "amiFlag": point.ami,
    }
    return device | (
        {"netMetering": "Y" if point.net_metering else "N"} if point.ami else {}
    )
