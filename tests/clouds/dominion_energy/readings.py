"""The published half-hourly readings: what the household used, as the utility's records hold it.

A value is the energy of a half hour rounded to 0.01 kWh, kept as whole hundredths of a kWh. Times are UTC epoch seconds.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, Final

from tests.clouds.clock import Clock
from tests.clouds.household import Home, Household

from .customers import ZONE, ServicePoint
from .layouts import Layout

HALF_HOUR: Final = 1800
PUBLISHED_AT: Final = time(6)
WINDOW_DAYS: Final = 68
"""How far back a workbook reaches, whatever range was asked for (wire 4.4)."""


@dataclass(frozen=True, slots=True)
class Interval:
    """One half hour as a correct client can know it; `hundredths` of a kWh."""

    start: int
    hundredths: int
    published: bool


class Readings:
    """All readings of all service points, and the accidents of their publication.

    - `window_days`: how many days a workbook reaches back
    - `delay_hours`: every day is published so much later than 06:00 of the next local day
    - `late`: the same for single days, `(point, day)` -> hours
    - `holes`: half hours that the utility lost, `(point, series, start)`
    - `corrections`: changed values, `(point, series, start)` -> hundredths
    - `layouts`: the look of a service point's workbooks
    """

    def __init__(self, clock: Clock) -> None:
        """Start without accidents."""
        self._clock = clock
        self.window_days = WINDOW_DAYS
        self.delay_hours = 0.0
        self.late: dict[tuple[ServicePoint, date], float] = {}
        self.holes: set[tuple[ServicePoint, str, int]] = set()
        self.corrections: dict[tuple[ServicePoint, str, int], int] = {}
        self.layouts: defaultdict[ServicePoint, Layout] = defaultdict(Layout)

    def now(self) -> datetime:
        """The cloud's time."""
        return self._clock.now()

    def today(self) -> date:
        """The local date now."""
        return self._clock.now().astimezone(ZONE).date()

    def is_published(self, point: ServicePoint, day: date) -> bool:
        """Whether the day's readings are out."""
        hours = self.delay_hours + self.late.get((point, day), 0)
        return self._clock.timestamp() >= _due(day) + hours * 3600

    def slots(self, day: date) -> range:
        """The starts of the day's 46, 48 or 50 half hours."""
        return _slots(day)

    def day(
        self, point: ServicePoint, series: str, day: date
    ) -> list[tuple[int, int | None]]:
        """Start and value (hundredths of a kWh) of the day's half hours; None where the value was lost."""
        home = point.household
        true_values = _true_day(home.home, home.seed, series, day)
        values = zip(_slots(day), true_values, strict=True)
        if not self.holes and not self.corrections:
            return list(values)
        return [
            (start, self._recorded(point, series, start, true))
            for start, true in values
        ]

    def day_total(self, point: ServicePoint, series: str, day: date) -> int:
        """The day's sum in hundredths of a kWh; 0 where the point has no such series or no service."""
        if series not in point.measured or point.device_on(day) is None:
            return 0
        if not self.holes and not self.corrections:
            home = point.household
            return _true_total(home.home, home.seed, series, day)
        return sum(value or 0 for _, value in self.day(point, series, day))

    def intervals(
        self, point: ServicePoint, series: str, day: date
    ) -> Iterator[Interval]:
        """What a correct client can know of a day, by the rules of the layout.

        On the day when clocks go back, a file of 48 columns has one pair of columns for two hours: with `fall` = `sum` the first
        hour (EDT) holds both, with `first` only its own energy; the second hour (EST) does not exist then. A half hour that is
        lost, or stands under a header that nobody can read, is unpublished.
        """
        layout = self.layouts[point]
        published = self.is_published(point, day)
        values = dict(self.day(point, series, day))
        for start, value in values.items():
            half_hour, fold = wall_clock(start)
            known = published and value is not None and layout.readable(half_hour)
            twin = values.get(start + 3600) if _has_twin(start) else None
            if layout.fall != "two_columns" and fold:
                continue
            if _has_twin(start) and layout.fall == "sum":
                known = known and twin is not None
                value = (value or 0) + (twin or 0)
            yield Interval(start, value or 0, known)

    def _recorded(
        self, point: ServicePoint, series: str, start: int, true: int
    ) -> int | None:
        key = (point, series, start)
        return None if key in self.holes else self.corrections.get(key, true)


@cache
def _slots(day: date) -> range:
    return range(_midnight(day), _midnight(day + timedelta(days=1)), HALF_HOUR)


@cache
def _due(day: date) -> float:
    """When a day's readings usually come."""
    due = datetime.combine(day + timedelta(days=1), PUBLISHED_AT, ZONE)
    return due.timestamp()


@cache
def _true_day(home: Home, seed: str, series: str, day: date) -> tuple[int, ...]:
    """Compute a day once for all clouds of a process: a year of bills asks for hundreds."""
    energy = Household(home, seed).energy_between
    return tuple(
        round(100 * energy(series, start, start + HALF_HOUR)) for start in _slots(day)
    )


@cache
def _true_total(home: Home, seed: str, series: str, day: date) -> int:
    return sum(_true_day(home, seed, series, day))


@cache
def wall_clock(start: int) -> tuple[int, int]:
    """Half hour of the local wall clock (0..47), and 1 where it shows for the second time."""
    local = datetime.fromtimestamp(start, ZONE)
    return local.hour * 2 + local.minute // 30, local.fold


@cache
def _has_twin(start: int) -> bool:
    """Whether the wall clock shows the same an hour later."""
    return wall_clock(start + 3600) == (wall_clock(start)[0], 1)


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time.min, ZONE).timestamp())


def truth_intervals(
    readings: Readings, point: ServicePoint, series: str, start: datetime, end: datetime
) -> list[dict[str, Any]]:
    """The intervals that begin in `[start, end)`, for the control address."""
    first = start.astimezone(ZONE).date()
    days = (end.astimezone(ZONE).date() - first).days + 1
    earliest, latest = start.timestamp(), end.timestamp()
    return [
        _as_json(interval, device)
        for day in (first + timedelta(days=n) for n in range(days))
        if (device := point.device_on(day)) is not None
        for interval in readings.intervals(point, series, day)
        if earliest <= interval.start < latest
    ]


def _as_json(interval: Interval, device: str) -> dict[str, Any]:
    return {
        "start": _iso(interval.start),
        "end": _iso(interval.start + HALF_HOUR),
        "value": interval.hundredths / 100,
        "unit": "kWh",
        "published": interval.published,
        "meter": device,
    }


@cache
def _iso(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat()
