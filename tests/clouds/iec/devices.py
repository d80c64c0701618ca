"""The meters of a contract and what they showed last (wire 5.7 to 5.12)."""

from datetime import date
from typing import Any, Final

from aiohttp import web

from .billing import Billing
from .customers import Contract, Meter, MeteringPoint, Person
from .dates import DAY
from .gate import API, NOT_ALLOWED, Gate, Refused, envelope
from .numbers import same_number

TOKEN_HEADERS: Final = ("RecaptchaToken", "RecaptchToken")
KINDS: Final = {
    "english": {False: "Consumption", True: "BackStream"},
    "hebrew": {False: "צריכה", True: "דו כיווני"},
}
SYSTEM_READING: Final = "01"


class Devices:
    """The calls about meters.

    - `kind_language`: of `meterKind` in `DeviceIn`
    - `shared_serials`: another customer has a meter of the same serial (wire 5.11)
    - `lenient`: `DeviceIn` wants no token
    """

    def __init__(self, gate: Gate, billing: Billing) -> None:
        """Answer from `billing`'s readings."""
        self._gate = gate
        self._billing = billing
        self.kind_language = "english"
        self.shared_serials = False

    def routes(self) -> list[web.RouteDef]:
        """The calls of this file."""
        route = self._gate.route
        device = f"{API}/Device"
        return [
            route(
                "GET",
                f"{device}/LastMeterReading/{{contract}}/{{bp_number}}",
                self._last,
            ),
            route("GET", f"{device}/type/{{bp_number}}/{{contract}}/false", self._type),
            route("GET", f"{device}/{{contract}}", self._list),
            route("GET", f"{device}/{{contract}}/{{device}}", self._device),
            route("GET", f"{API}/Tenant/Identify/{{device}}", self._identify),
            route("GET", f"{API}/DeviceIn/{{contract}}", self._device_in),
        ]

    async def _last(self, request: web.Request, person: Person) -> web.Response:
        contract = self._contract_of_partner(request, person)
        meters = [
            self._last_meter(contract, point, meter)
            for point in contract.points
            for meter in point.meters
        ]
        return envelope({"contractAccount": contract.padded, "lastMeters": meters})

    async def _type(self, request: web.Request, person: Person) -> web.Response:
        contract = self._contract_of_partner(request, person)
        nothing = (
            "deviceBalance",
            "estimatedDaysByWeek",
            "averageUsageCostByWeek",
            "estimatedDaysByMonth",
            "averageUsageCostByMonth",
            "balanceTime",
            "balanceDate",
        )
        return envelope(
            dict.fromkeys(nothing)
            | {
                "deviceNumber": contract.points[0].meter.serial,
                "deviceType": 0,
                "isActive": self._is_active(contract),
                "numberOfDevices": len(contract.points),
                "isElectronic": False,
                "disconnectReason": "",
                "isDisconnected": False,
            }
        )

    async def _list(self, request: web.Request, person: Person) -> web.Response:
        contract = self._gate.contract(person, request.match_info["contract"])
        return web.json_response(self._devices(contract))

    async def _device(self, request: web.Request, person: Person) -> web.Response:
        contract = self._gate.contract(person, request.match_info["contract"])
        point = contract.point_of(request.match_info["device"])
        if point is None:
            raise Refused(401, NOT_ALLOWED)
        if contract.producer:
            text = "No authorization for this product: PV Product"
            nothing = {"counterDevices": None, "mrType": "00"}
            return envelope(nothing, "08", text, success=False)
        counter = self._counter(contract, point)
        return envelope({"counterDevices": [counter], "mrType": SYSTEM_READING})

    async def _identify(self, request: web.Request, person: Person) -> web.Response:
        serial = request.match_info["device"]
        found = [
            self._detail(contract, point, meter)
            for contract in person.contracts
            for point in contract.points
            for meter in point.meters
            if same_number(meter.serial, serial)
        ]
        if not found:
            raise Refused(401, NOT_ALLOWED)
        if self.shared_serials:
            foreign = {"deviceCode": "100", "address": "Other Street 1, Sample Town"}
            found = [found[0] | foreign, *found]
        details = {
            "devicesDetails": found,
            "lastDate": "0001-01-01T00:00:00",
            "privateProducer": False,
        }
        return envelope(details, "26" if self.shared_serials else "00")

    async def _device_in(self, request: web.Request, person: Person) -> web.Response:
        contract = self._gate.contract(person, request.match_info["contract"])
        has_token = any(request.headers.get(name) for name in TOKEN_HEADERS)
        if contract.captcha and not has_token and not self._gate.lenient:
            raise Refused(400, "Token should be provide")
        kinds = KINDS[self.kind_language]
        devices = [
            {
                "isActive": device["isActive"],
                "deviceType": device["deviceType"],
                "deviceNumber": device["deviceNumber"],
                "deviceCode": device["deviceCode"],
                "meterKind": kinds[device["deviceCode"] == "504"],
            }
            for device in self._devices(contract)
        ]
        answer = {"status": 0, "isActive": True, "devices": devices}
        return web.json_response(answer)

    def _contract_of_partner(self, request: web.Request, person: Person) -> Contract:
        contract = self._gate.contract(person, request.match_info["contract"])
        partner = self._gate.partner(person, request.match_info["bp_number"])
        if contract.partner is not partner:
            raise Refused(401, NOT_ALLOWED)
        return contract

    def _devices(self, contract: Contract) -> list[dict[str, Any]]:
        return [
            {
                "isActive": self._is_active(contract)
                and (meter.until is None or meter.stays_listed),
                "deviceType": 3 if contract.smart else 1,
                "deviceNumber": meter.serial,
                "deviceCode": meter.code,
                "reportResultStatus": 0,
            }
            for meter in contract.meters
        ]

    def _is_active(self, contract: Contract) -> bool:
        return not contract.has_ended(self._billing.today())

    def _last_read(self, contract: Contract, meter: Meter) -> date:
        """Meters are read at the end of each billing period; a replaced one when it was taken down."""
        if meter.until is not None:
            return meter.until - DAY
        period = self._billing.last_period(contract)
        return meter.since if period is None else max(period.last, meter.since)

    def _last_meter(
        self, contract: Contract, point: MeteringPoint, meter: Meter
    ) -> dict[str, Any]:
        day = self._last_read(contract, meter)
        reading = {
            "reading": self._billing.reading(point, meter, day),
            "readingCode": SYSTEM_READING,
            "readingDate": f"{day.isoformat()}T00:00:00",
            "usage": str(self._usage(point, meter, day)),
            "serialNumber": None,
        }
        return {
            "meterReadings": [reading],
            "serialNumber": meter.padded,
            "materialNumber": meter.code.zfill(18),
            "registerNumber": "001",
        }

    def _usage(self, point: MeteringPoint, meter: Meter, day: date) -> int:
        """KWh of the month before a reading."""
        before = max(meter.since - DAY, day - 30 * DAY)
        reading = self._billing.reading
        return reading(point, meter, day) - reading(point, meter, before)

    def _counter(self, contract: Contract, point: MeteringPoint) -> dict[str, Any]:
        meter, (_, _, size) = point.meter, contract.connection.partition("X")
        day = self._last_read(contract, meter)
        return {
            "device": meter.padded,
            "register": "001",
            "lastMR": str(self._billing.reading(point, meter, day)).zfill(17),
            "lastMRDate": day.isoformat(),
            "lastMRType": SYSTEM_READING,
            "lastMRTypeDesc": "system routine reading",
            "lastMrTypeCode": 1,
            "deviceDigitLength": 5,
            "connectionSize": {
                "size": int(size),
                "phase": contract.phases,
                "representativeConnectionSize": contract.connection.removeprefix("1X"),
            },
        }

    def _detail(
        self, contract: Contract, point: MeteringPoint, meter: Meter
    ) -> dict[str, Any]:
        day = self._last_read(contract, meter)
        return {
            "deviceNumber": meter.serial,
            "deviceCode": meter.code,
            "address": contract.address.text,
            "lastReadingValue": str(self._billing.reading(point, meter, day)),
            "lastReadingType": SYSTEM_READING,
            "lastReadingDate": f"{day.isoformat()}T00:00:00",
        }
