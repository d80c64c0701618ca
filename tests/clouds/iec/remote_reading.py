"""The core call: what a meter measured (wire 5.13)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from aiohttp import web
import voluptuous as vol

from .billing import Billing
from .customers import Contract, Meter, MeteringPoint, Person
from .dates import DAY, days, iso_date, midnight, next_month
from .energy import QUARTER
from .gate import API, NOT_YOURS, Gate, Refused, json_body
from .numbers import same_number
from .reading_look import DAILY, MONTHLY, WEEKLY, Look
from .readings import FINAL, Readings
from .time_of_use import load_classes

INVOICE_LIMIT: Final = timedelta(days=122)
SCHEMA: Final = vol.Schema(
    {
        vol.Required("contractNumber", msg="Contract number is required"): str,
        vol.Required("fromDate"): iso_date,
        vol.Required("resolution"): vol.In([DAILY, WEEKLY, MONTHLY]),
        vol.Required("smartMetersList"): [
            {
                vol.Required("meterKind"): str,
                vol.Required("meterCode"): str,
                vol.Required("meterSerial"): str,
            }
        ],
        # Without one the server takes the year 1, which is long ago.
        vol.Optional("lastInvoiceDate", default="0001-01-01"): vol.Any(None, iso_date),
    },
    extra=vol.ALLOW_EXTRA,
)


@dataclass(frozen=True, slots=True)
class Question:
    """One meter and one period; the period's last day is inclusive."""

    contract: Contract
    point: MeteringPoint
    meter: Meter
    resolution: int
    first: date
    last: date
    backward: bool
    last_invoice: date


class RemoteReading:
    """The call `RemoteReadingRange`."""

    def __init__(self, gate: Gate, readings: Readings, billing: Billing) -> None:
        """Answer from `readings`."""
        self._gate = gate
        self._readings = readings
        self._billing = billing
        self.look = Look()
        self.refused_days: dict[date, int] = {}
        """The status that answers a day that is asked for by itself."""

    def routes(self) -> list[web.RouteDef]:
        """The call of this file."""
        path = f"{API}/Consumption/RemoteReadingRange/{{contract}}"
        return [self._gate.route("POST", path, self._range)]

    async def _range(self, request: web.Request, person: Person) -> web.Response:
        contract = self._gate.contract(person, request.match_info["contract"])
        asked = await json_body(request, SCHEMA)
        if not same_number(asked["contractNumber"], contract.number):
            raise Refused(401, NOT_YOURS)
        last_invoice = asked["lastInvoiceDate"] or date.min
        if last_invoice < self._readings.today() - INVOICE_LIMIT:
            status = self.look.old_invoice_status
            raise Refused(status, "Last Invoice date older than 122")
        first, last = self._period(asked["fromDate"], asked["resolution"])
        if asked["resolution"] == DAILY and first in self.refused_days:
            raise Refused(self.refused_days[first], "This day can't be read now")
        questions = [
            Question(
                contract,
                point,
                meter,
                asked["resolution"],
                first,
                last,
                self.look.is_backward(each["meterKind"]) and meter.two_way,
                last_invoice,
            )
            for each in asked["smartMetersList"]
            for point in contract.points
            for meter in point.meters
            if same_number(meter.serial, each["meterSerial"])
            and meter.code == each["meterCode"]
        ]
        answer = {
            "reportStatus": 0,
            "reportStatusText": None,
            "contractNumber": contract.number,
            "meterList": [self._meter(each) for each in questions],
            "taozList": self._load_classes(contract, first, last),
        }
        return web.json_response(answer)

    def _period(self, day: date, resolution: int) -> tuple[date, date]:
        if resolution == DAILY:
            return day, day
        if resolution == WEEKLY:
            past = (day.weekday() + 1) % 7 if self.look.week_start == "sunday" else 0
            return day - past * DAY, day + (6 - past) * DAY
        return day.replace(day=1), next_month(day) - DAY

    def _meter(self, asked: Question) -> dict[str, Any]:
        rows = self._rows(asked)
        out = self._last_out(asked, asked.last)
        answer = {
            "meterKind": 2 if asked.backward else 1,
            "reportResultStatus": 0,
            "reportResultStatusText": None,
            "meterSerial": asked.meter.serial,
            "meterCode": asked.meter.code,
            "futureConsumptionInfo": self._future_info(asked),
            "startDate": asked.first.isoformat(),
            "endDate": asked.last.isoformat(),
            "numberOfPeriodAggregated": len(rows),
            "totalConsumptionForPeriod": _total(rows, "consumption"),
            "totalBackStreamForPeriod": _total(rows, "backStream"),
            "totalImport": self._register(asked, "consumption", out),
            "totalExport": self._register(asked, "return", out),
            "totalImportDateForPeriod": None if out is None else out.isoformat(),
            "statusForPeriod": 0,
            "meterStartDate": asked.meter.since.isoformat(),
            "periodConsumptions": self.look.ordered(rows),
        }
        if self._is_broken(asked, "missing"):
            del answer["futureConsumptionInfo"]
        return answer

    def _rows(self, asked: Question) -> list[dict[str, Any]]:
        if not asked.contract.smart or asked.meter.forgotten:
            return []
        if asked.resolution == DAILY:
            return self._quarters(asked)
        return [
            self._row(
                midnight(day).timestamp(),
                self._readings.day_total(asked.point, asked.meter, "consumption", day),
                self._readings.day_total(asked.point, asked.meter, "return", day)
                if asked.backward
                else 0,
                FINAL,
            )
            for day in days(asked.first, asked.last + DAY)
            if asked.meter.serves(day) and self._readings.is_out(asked.point, day)
        ]

    def _quarters(self, asked: Question) -> list[dict[str, Any]]:
        rows = self._readings.rows(asked.point, asked.meter, asked.first)
        size = self._row_quarters(asked.first)
        found = []
        for group in (rows[n : n + size] for n in range(0, len(rows), size)):
            if all(row.published for row in group):
                backward = sum(row.backward for row in group) if asked.backward else 0
                consumption = sum(row.consumption for row in group)
                first = group[0]
                found.append(
                    self._row(first.start, consumption, backward, first.status)
                )
        return found

    def _row_quarters(self, day: date) -> int:
        limit = self.look.coarse_after_days
        if limit is None or (self._readings.today() - day).days <= limit:
            return 1
        return self.look.coarse_minutes * 60 // QUARTER

    def _row(
        self, start: float, consumption: int, backward: int, status: int
    ) -> dict[str, Any]:
        return {
            "interval": self.look.interval(start),
            "consumption": consumption / 1000,
            "backStream": backward / 1000,
            "status": float(status),
        }

    def _last_out(self, asked: Question, until: date) -> date | None:
        """The newest day up to `until` whose registers are out."""
        newest = self._readings.last_day_out(asked.point, asked.meter)
        if newest is None or until < asked.meter.since or asked.meter.forgotten:
            return None
        return min(newest, until)

    def _register(self, asked: Question, series: str, day: date | None) -> float:
        if day is None or (series == "return" and not asked.backward):
            return 0.0
        register = self._readings.register(asked.point, asked.meter, series, day)
        return register / 1000

    def _is_broken(self, asked: Question, how: str) -> bool:
        look = self.look
        return look.future_info == how and asked.resolution in look.broken_resolutions

    def _future_info(self, asked: Question) -> dict[str, Any] | None:
        day = self._last_out(asked, self._readings.today())
        if self._is_broken(asked, "null") or not asked.contract.smart:
            return None
        nothing = {
            "lastInvoiceDate": None,
            "currentDate": self._readings.today().isoformat(),
            "futureConsumption": 0.0,
            "totalImport": 0.0,
            "totalImportDate": "0001-01-01",
            "futureBackStream": 0.0,
            "multiplierFactor": 1.0,
            "totalExport": 0.0,
        }
        if day is None or self._is_broken(asked, "sentinel"):
            return nothing
        return (
            nothing
            | {
                "futureConsumption": self._since_invoice(asked, "consumption", day),
                "totalImport": self._register(asked, "consumption", day),
                "totalImportDate": day.isoformat(),
            }
            | self._future_export(asked, day)
        )

    def _future_export(self, asked: Question, day: date) -> dict[str, float]:
        """Zero unless the last invoice is named as its day after (wire 5.13)."""
        period = self._billing.last_period(asked.contract)
        if period is None or asked.last_invoice != period.last + DAY:
            return {}
        return {
            "futureBackStream": self._since_invoice(asked, "return", day),
            "totalExport": self._register(asked, "return", day),
        }

    def _since_invoice(self, asked: Question, series: str, day: date) -> float:
        before = asked.last_invoice - DAY
        now = self._register(asked, series, day)
        return round(max(0.0, now - self._register(asked, series, before)), 3)

    def _load_classes(
        self, contract: Contract, first: date, last: date
    ) -> list[dict[str, Any]]:
        if not contract.time_of_use:
            return []
        return [
            {"interval": self.look.interval(start), "taoz": load_class}
            for start, load_class in load_classes(first, last + DAY)
        ]


def _total(rows: list[dict[str, Any]], key: str) -> float:
    return float(round(sum(row[key] for row in rows), 3))
