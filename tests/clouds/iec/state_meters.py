"""The switches of `POST state` about readings, meters and invoices. The package's docstring lists them."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from random import Random
from typing import Any, Final

import voluptuous as vol

from tests.clouds.cloud import Switch
from tests.clouds.control import moment
from tests.clouds.errors import ControlError

from .billing import Billing
from .customers import Contract, Customers, Meter, MeteringPoint
from .dates import iso_date, local_day
from .energy import QUARTER
from .reading_look import DAILY, MONTHLY, WEEKLY
from .readings import SERIES, Readings, Row
from .remote_reading import RemoteReading

POINT: Final = {vol.Required("account"): str, "contract": str, "meter": str}
HOURS: Final = vol.All(vol.Any(int, float), vol.Range(min=0))
PUBLICATION: Final = vol.Schema(
    {
        "day_hours": HOURS,
        "quarter_hours": HOURS,
        "running_hours": vol.Any(None, HOURS),
    }
)
LATE_DAY: Final = vol.Schema(
    {**POINT, vol.Required("day"): iso_date, vol.Required("hours"): HOURS}
)
REFUSED_DAYS: Final = vol.Schema(
    {
        vol.Required("days"): [iso_date],
        vol.Optional("status", default=500): vol.All(int, vol.Range(400, 599)),
    }
)
HOLE: Final = vol.Schema(
    {
        **POINT,
        vol.Required("start"): moment,
        vol.Required("end"): moment,
        vol.Optional("filled", default=False): bool,
    }
)
CORRECTION: Final = vol.Schema(
    {
        **POINT,
        vol.Exclusive("start", "when"): moment,
        vol.Exclusive("day", "when"): iso_date,
        vol.Exclusive("value", "what"): HOURS,
        vol.Exclusive("factor", "what"): HOURS,
        vol.Optional("series", default="consumption"): vol.In(SERIES),
    }
)
NEW_METER: Final = vol.Schema(
    {
        **POINT,
        "new_meter": vol.Match(r"^\d{8}$"),
        "day": iso_date,
        "stays_listed": bool,
        "forgotten": bool,
    }
)
LOOK: Final = vol.Schema(
    {
        "intervals": vol.In(["utc", "offset", "naive", "mislabelled"]),
        "order": vol.In(["sorted", "descending", "shuffled"]),
        "future_info": vol.In(["true", "null", "missing", "sentinel"]),
        "broken_resolutions": vol.All(
            [vol.In([DAILY, WEEKLY, MONTHLY])], vol.Coerce(tuple)
        ),
        "backstream": vol.In(["any", "BackStream", "Backstream"]),
        "week_start": vol.In(["sunday", "asked"]),
        "coarse_after_days": vol.Any(None, vol.All(int, vol.Range(min=0))),
        "coarse_minutes": vol.In([30, 60, 240]),
        "old_invoice_status": vol.All(int, vol.Range(min=400, max=599)),
    }
)
INVOICE: Final = vol.Schema(
    {
        vol.Required("account"): str,
        "contract": str,
        vol.Optional("kind", default="electricity"): vol.In(
            ["electricity", "service", "open_period", "none"]
        ),
        "amount": vol.Any(int, float),
    }
)
CONTRACT: Final = vol.Schema({vol.Required("account"): str, "contract": str})


class MeterState:
    """The switches of this file."""

    def __init__(
        self,
        customers: Customers,
        readings: Readings,
        billing: Billing,
        remote_reading: RemoteReading,
    ) -> None:
        """Act on the parts of one cloud."""
        self._customers = customers
        self._readings = readings
        self._billing = billing
        self._remote_reading = remote_reading

    def switches(self) -> Mapping[str, Switch]:
        """Name of each switch and what it does."""
        return {
            "publication": self._publication,
            "late_day": self._late_day,
            "hole": self._hole,
            "correct": self._correct,
            "replace_meter": self._replace_meter,
            "reading_look": self._look,
            "refuse_days": self._refuse_days,
            "invoice": self._invoice,
            "pay": self._pay,
            "end_contract": self._end_contract,
        }

    def _publication(self, value: Any) -> dict[str, Any]:
        asked = PUBLICATION(value)
        self._readings.publication = replace(self._readings.publication, **asked)
        return asdict(self._readings.publication)

    def _late_day(self, value: Any) -> None:
        asked = LATE_DAY(value)
        self._readings.late[self._point(asked), asked["day"]] = asked["hours"]

    def _hole(self, value: Any) -> list[str]:
        asked = HOLE(value)
        point = self._point(asked)
        starts = range(_quarter(asked["start"]), _quarter(asked["end"]), QUARTER)
        holes = {(point, start) for start in starts}
        if asked["filled"]:
            self._readings.holes -= holes
        else:
            self._readings.holes |= holes
        return [datetime.fromtimestamp(start, UTC).isoformat() for start in starts]

    def _correct(self, value: Any) -> list[str]:
        asked = CORRECTION(value)
        point, series = self._point(asked), asked["series"]
        if series == "return" and not point.meter.two_way:
            raise ControlError("the meter has no series 'return'")
        if ("value" in asked) == ("factor" in asked):
            raise ControlError("either value or factor is required")
        rows = self._rows_to_correct(point, asked)
        for row in rows:
            old = row.consumption if series == "consumption" else row.backward
            new = round(
                1000 * asked["value"] if "value" in asked else old * asked["factor"]
            )
            self._readings.corrections[point, series, row.start] = new
        return [datetime.fromtimestamp(row.start, UTC).isoformat() for row in rows]

    def _rows_to_correct(
        self, point: MeteringPoint, asked: dict[str, Any]
    ) -> list[Row]:
        if "start" in asked:
            start = _quarter(asked["start"])
            day = local_day(asked["start"])
        elif "day" in asked:
            start, day = None, asked["day"]
        else:
            raise ControlError("either start or day is required")
        meter = point.meter_on(day)
        rows = self._readings.rows(point, meter, day) if meter else []
        return [row for row in rows if start in (None, row.start)]

    def _replace_meter(self, value: Any) -> dict[str, str]:
        asked = NEW_METER(value)
        point = self._point(asked)
        day: date = asked.get("day", self._readings.today())
        old = point.meter
        if day <= old.since:
            raise ControlError(f"the meter was installed on {old.since}")
        new = asked.get("new_meter") or _other_serial(old.serial)
        old.until = day
        old.stays_listed = asked.get("stays_listed", False)
        old.forgotten = asked.get("forgotten", False)
        point.meters.append(Meter(new, old.code, since=day))
        return {"meter": new}

    def _refuse_days(self, value: Any) -> None:
        asked = REFUSED_DAYS(value)
        self._remote_reading.refused_days = dict.fromkeys(
            asked["days"], asked["status"]
        )

    def _look(self, value: Any) -> dict[str, Any]:
        look = replace(self._remote_reading.look, **LOOK(value))
        self._remote_reading.look = look
        return asdict(look)

    def _invoice(self, value: Any) -> dict[str, int | None]:
        asked = INVOICE(value)
        contract = self._contract(asked)
        match asked["kind"]:
            case "electricity":
                invoice = self._billing.bill_now(contract)
            case "service":
                amount = float(asked.get("amount", 100))
                today = self._readings.today()
                invoice = self._billing.add_service(contract, today, amount)
            case "none":
                self._billing.unlisted.add(contract)
                return {"invoice": None}
            case _:
                invoice = self._billing.list_running(contract)
        return {"invoice": invoice.number}

    def _pay(self, value: Any) -> None:
        contract = self._contract(CONTRACT(value))
        today = self._readings.today()
        for invoice in self._billing.invoices(contract):
            if invoice.open_amount(today):
                invoice.paid = today

    def _end_contract(self, value: Any) -> None:
        contract = self._contract(CONTRACT(value))
        contract.ended = self._readings.today()
        for point in contract.points:
            point.meter.until = contract.ended

    def _contract(self, asked: dict[str, Any]) -> Contract:
        return self._customers.contract(asked["account"], asked.get("contract"))

    def _point(self, asked: dict[str, Any]) -> MeteringPoint:
        contract, point = self._customers.point(
            asked["account"], asked.get("contract"), asked.get("meter")
        )
        if not contract.smart:
            raise ControlError("the meter has no interval data")
        return point


def _quarter(time: datetime) -> int:
    """Epoch second of a quarter of an hour.

    :raises ControlError: the time lies within one
    """
    if time.timestamp() % QUARTER:
        raise ControlError(f"{time.isoformat()} is not the start of a quarter hour")
    return int(time.timestamp())


def _other_serial(serial: str) -> str:
    return f"24{Random(serial).randrange(10**5, 10**6)}"
