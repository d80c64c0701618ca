"""MASA's other host: orders, lists, and what connects a site to the grid (wire 6.4 to 6.7, 6.10, 6.11)."""

from collections.abc import Callable
from typing import Any, Final

from aiohttp import web

from . import lookups
from .customers import Contract, Partner, Person
from .gate import Gate, Refused
from .lookups import LOW_VOLTAGE, SIZES
from .numbers import identifier
from .tariff import POWER_SIZES

MASA: Final = "/masa"


class Masa:
    """The calls of this host.

    - `largest_page`: pages have no more items than that, whatever is asked for
    """

    def __init__(self, gate: Gate) -> None:
        """Answer from the gate's customers."""
        self._gate = gate
        self.largest_page = 100

    def routes(self) -> list[web.RouteDef]:
        """The calls of this file."""
        route, lists = self._gate.route, f"{MASA}/lookup"
        static: dict[str, Callable[[], dict[str, Any]]] = {
            f"{MASA}/api/orderLookup": lookups.order_categories,
            f"{MASA}/api/voltLevels/active": lookups.volt_levels,
            f"{lists}/all": lookups.everything,
            f"{lists}/newConnection/buildingOptions": lookups.building_options,
        }
        titles = f"{MASA}/api/accounts/{{account_id}}/orders/titles"
        return [
            route("GET", titles, self._titles),
            route("GET", f"{MASA}/equipments/get", self._equipments),
            *(self._static(path, answer) for path, answer in static.items()),
        ]

    def _static(self, path: str, answer: Callable[[], dict[str, Any]]) -> web.RouteDef:
        async def call(request: web.Request, person: Person) -> web.Response:
            return web.json_response(answer())

        return self._gate.route("GET", path, call)

    async def _titles(self, request: web.Request, person: Person) -> web.Response:
        partner = self._gate.account(person, request.match_info["account_id"])
        return web.json_response({"orders": [], "id": partner.account_id})

    async def _equipments(self, request: web.Request, person: Person) -> web.Response:
        partner = self._gate.account(person, request.query.get("accountId", ""))
        number = _positive(request, "pageNumber")
        size = min(_positive(request, "pageSize"), self.largest_page)
        contracts = [each for each in person.contracts if each.partner is partner]
        first = (number - 1) * size
        return web.json_response(
            {
                "pageSize": size,
                "pageNumber": number,
                "moreRecords": first + size < len(contracts),
                "totalRecords": len(contracts),
                "pageCookie": 0,
                "items": [
                    _item(partner, each) for each in contracts[first : first + size]
                ],
            }
        )


def _positive(request: web.Request, name: str) -> int:
    text = request.query.get(name, "")
    if not text.isdigit() or not int(text):
        raise Refused(400, f"{name} is required")
    return int(text)


def _item(partner: Partner, contract: Contract) -> dict[str, Any]:
    city = contract.address.city
    return {
        "accountId": partner.account_id,
        "accountType": 279830001,
        "accountName": partner.name,
        "addressId": identifier("address", contract.address.text),
        "areaId": identifier("area", city.area),
        "regionId": identifier("region", city.region),
        "fullAddress": contract.address.text,
        "siteId": identifier("site", contract.number),
        "iec_ContractNumber": contract.number,
        "siteType": 18,
        "activeConnections": 0 if contract.ended else 1,
        "connections": [_connection(contract)],
        "possible2ShiftBit": False,
        "building": {
            "id": identifier("building", contract.address.text),
            "name": "BLDG-1",
            "hasSAOrders": None,
            "shovalSAOrder": None,
            "multiResidentialBuilding": True,
            "isMaxPublicSitesSum": False,
            "isResidentialBuilding": False,
            "numOfRelatedSitesInt": 9,
        },
        "backuplineOrder": None,
        "hasBackuplineOrders": False,
    }


def _connection(contract: Contract) -> dict[str, Any]:
    meter = contract.points[0].meter
    return {
        "connectionId": identifier("grid_connection", contract.number),
        "connectionNumber": "000001",
        "hasOpenOrders": False,
        "shovalOpenOrder": None,
        "powerConnectionSize": SIZES[contract.connection][0],
        "isLowVolte": True,
        "isCanIncrease": False,
        "meterId": identifier("meter", meter.serial),
        "meterNumber": meter.serial,
        "voltType": LOW_VOLTAGE,
        "currentReader": str(POWER_SIZES[contract.connection]),
        "currentAmpere": None,
        "currentVoltLevel": {"id": None, "name": None},
    }
