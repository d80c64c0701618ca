"""Smaller services: report by mail, discount, time-of-use fitness, mobility (wire 5.17, 5.19 to 5.21)."""

from typing import Final

from aiohttp import web
import voluptuous as vol

from .customers import Contract, Person
from .gate import API, NOT_ALLOWED, Gate, Refused, envelope, json_body

NO_DATE: Final = "0001-01-01T00:00:00"
DISCOUNT: Final = (1, "2025-01-01T00:00:00", "2026-12-31T00:00:00")
NO_DISCOUNT: Final = (99, NO_DATE, NO_DATE)
REPORT: Final = vol.Schema(
    {
        vol.Required("emailAddress"): vol.Match(r"^[^@\s]+@[^@\s]+$"),
        vol.Required("meterCode"): str,
        vol.Required("meterSerial"): str,
    },
    extra=vol.ALLOW_EXTRA,
)


class Services:
    """The calls of this file; `reports` has the addresses that a report went to, with the contract."""

    def __init__(self, gate: Gate) -> None:
        """Answer from the gate's customers."""
        self._gate = gate
        self.reports: list[tuple[str, str]] = []

    def routes(self) -> list[web.RouteDef]:
        """The calls of this file. A known client writes two slashes in front of one of them."""
        route = self._gate.route
        report = "Consumption/SendConsumptionReportToMail/{contract}"
        touz = f"{API}/calculator/touz/{{contract}}/{{bp_number}}/compatible"
        return [
            route("POST", f"{API}/{report}", self._report),
            route("POST", f"{API}//{report}", self._report),
            route("GET", f"{API}/SocialDiscount/{{bp_number}}", self._discount),
            route("GET", touz, self._touz),
            route("GET", f"{API}/Mobility/{{contract}}/{{device}}", self._mobility),
        ]

    async def _report(self, request: web.Request, person: Person) -> web.Response:
        contract = self._gate.contract(person, request.match_info["contract"])
        asked = await json_body(request, REPORT)
        if contract.point_of(asked["meterSerial"]) is None:
            raise Refused(401, NOT_ALLOWED)
        self.reports.append((asked["emailAddress"], contract.number))
        return web.Response(text="True")

    async def _discount(self, request: web.Request, person: Person) -> web.Response:
        partner = self._gate.partner(person, request.match_info["bp_number"])
        code, start, end = DISCOUNT if partner.social_discount else NO_DISCOUNT
        answer = {
            "discountExists": partner.social_discount,
            "discountStatusCode": code,
            "discountStartDate": start,
            "discountEndDate": end,
        }
        if partner.contracts:
            answer["contractNumber"] = partner.contracts[0].padded
        return web.json_response(answer)

    async def _touz(self, request: web.Request, person: Person) -> web.Response:
        contract = self._gate.contract(person, request.match_info["contract"])
        self._gate.partner(person, request.match_info["bp_number"])
        compatible = _fits_time_of_use(contract)
        status = 1 if compatible else 2
        return web.json_response({"status": status, "isCompatible": compatible})

    async def _mobility(self, request: web.Request, person: Person) -> web.Response:
        contract = self._gate.contract(person, request.match_info["contract"])
        if contract.point_of(request.match_info["device"]) is None:
            raise Refused(401, NOT_ALLOWED)
        return envelope({"isMobilityRequestExist": False, "isMobilityInRange": False})


def _fits_time_of_use(contract: Contract) -> bool:
    return contract.time_of_use or (contract.smart and contract.phases == 1)
