"""What the utility has on record of each meter, and what of it is published.

A value is the energy of a quarter of an hour in whole watt hours. Times are UTC epoch seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Final

from tests.clouds.clock import Clock

from .customers import Meter, MeteringPoint
from .dates import DAY, days, local_day, midnight
from .energy import QUARTER, day_energy, energy_between

SERIES: Final = ("consumption", "return")
PROVISIONAL: Final = 0
FINAL: Final = 1024
CHANGED: Final = 8192
"""States of rows. All three were seen; what they mean is a guess (wire 5.13)."""


@dataclass(frozen=True, slots=True)
class Publication:
    """When readings come out.

    :param day_hours: hours after the end of a local day at which its registers, day totals and final rows are out
    :param quarter_hours: hours that the rows of 15 minutes come later than that
    :param running_hours: hours after which a row of the running day is out already, provisionally; None = never
    """

    day_hours: float = 30
    quarter_hours: float = 0
    running_hours: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A quarter of an hour on record: Wh of both directions, and whether it is out."""

    start: int
    consumption: int
    backward: int
    status: int
    published: bool


class Readings:
    """All records, and the accidents of their publication. Registers know nothing of holes and corrections.

    - `publication`: the usual delays
    - `late`: hours that single days come later, `(point, day)` -> hours
    - `holes`: rows that the utility lost, `(point, start)`
    - `corrections`: changed values, `(point, series, start)` -> Wh
    """

    def __init__(self, clock: Clock) -> None:
        """Start without accidents."""
        self._clock = clock
        self.publication = Publication()
        self.late: dict[tuple[MeteringPoint, date], float] = {}
        self.holes: set[tuple[MeteringPoint, int]] = set()
        self.corrections: dict[tuple[MeteringPoint, str, int], int] = {}

    def now(self) -> datetime:
        """The cloud's time."""
        return self._clock.now()

    def today(self) -> date:
        """The local date now."""
        return local_day(self.now())

    def is_out(self, point: MeteringPoint, day: date, more_hours: float = 0) -> bool:
        """Whether a day's total and registers are out (or were, `more_hours` ago)."""
        hours = self.publication.day_hours + self.late.get((point, day), 0) + more_hours
        return self.now() >= midnight(day + DAY) + timedelta(hours=hours)

    def last_day_out(self, point: MeteringPoint, meter: Meter) -> date | None:
        """The newest day of the meter that is out; None before the first."""
        day = self.today()
        while day >= meter.since:
            if meter.serves(day) and self.is_out(point, day):
                return day
            day -= DAY
        return None

    def rows(self, point: MeteringPoint, meter: Meter, day: date) -> list[Row]:
        """A local day of 92, 96 or 100 rows; none where the meter did not hang there."""
        if not meter.serves(day):
            return []
        final = self.is_out(point, day, self.publication.quarter_hours)
        consumption = self._values(point, "consumption", day)
        backward = self._values(point, "return", day)
        return [
            Row(
                start,
                consumption[n],
                backward[n] if meter.two_way else 0,
                self._status(point, start, final=final),
                self._is_row_out(point, start, final=final),
            )
            for n, start in enumerate(_quarters(point, day))
        ]

    def day_total(
        self, point: MeteringPoint, meter: Meter, series: str, day: date
    ) -> int:
        """Wh of a local day, lost rows included."""
        if not meter.serves(day) or (series == "return" and not meter.two_way):
            return 0
        return sum(self._values(point, series, day))

    def register(
        self, point: MeteringPoint, meter: Meter, series: str, day: date
    ) -> int:
        """Register of a meter in Wh at the end of a local day."""
        end = day + DAY if meter.until is None else min(day + DAY, meter.until)
        if series == "consumption":
            first = meter.first_import
        elif meter.two_way:
            first = meter.first_export
        else:
            return 0
        return first + energy_between(point, series, meter.since, end)

    def _values(self, point: MeteringPoint, series: str, day: date) -> Sequence[int]:
        values = day_energy(point, series, day)
        if not self.corrections:
            return values
        return [
            self.corrections.get((point, series, start), value)
            for start, value in zip(_quarters(point, day), values, strict=True)
        ]

    def _status(self, point: MeteringPoint, start: int, *, final: bool) -> int:
        if self.corrections and any(
            (point, series, start) in self.corrections for series in SERIES
        ):
            return CHANGED
        return FINAL if final else PROVISIONAL

    def _is_row_out(self, point: MeteringPoint, start: int, *, final: bool) -> bool:
        if (point, start) in self.holes:
            return False
        hours = self.publication.running_hours
        if final or hours is None:
            return final
        return self.now().timestamp() >= start + QUARTER + hours * 3600


def _quarters(point: MeteringPoint, day: date) -> range:
    """The starts of a local day's rows."""
    first = int(midnight(day).timestamp())
    count = len(day_energy(point, "consumption", day))
    return range(first, first + count * QUARTER, QUARTER)


def truth_intervals(
    readings: Readings, point: MeteringPoint, start: datetime, end: datetime
) -> dict[str, list[dict[str, Any]]]:
    """The intervals of a supply that begin in `[start, end)`, for the control address."""
    found: dict[str, list[dict[str, Any]]] = {"consumption": []}
    if any(meter.two_way for meter in point.meters):
        found["return"] = []
    for day in days(local_day(start), local_day(end) + DAY):
        if (meter := point.meter_on(day)) is None:
            continue
        for row in readings.rows(point, meter, day):
            if start.timestamp() <= row.start < end.timestamp():
                for series, intervals in found.items():
                    intervals.append(_as_json(row, series, meter))
    return found


def _as_json(row: Row, series: str, meter: Meter) -> dict[str, Any]:
    value = row.consumption if series == "consumption" else row.backward
    return {
        "start": _iso(row.start),
        "end": _iso(row.start + QUARTER),
        "value": value / 1000,
        "unit": "kWh",
        "published": row.published,
        "status": row.status,
        "meter": meter.serial,
    }


@cache
def _iso(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat()
