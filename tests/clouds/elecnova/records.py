"""What the cloud has on record of the sun, and what of it is published.

A point is the mean power in watts of five minutes. A day's total is the sum of its points, unless somebody changed it. Times are UTC
epoch seconds.
"""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from math import inf
from typing import Any, Final

from tests.clouds.clock import Clock
from tests.clouds.profile import MWH_PER_KWH, QUANTUM, Home, day_start

from .customers import Cabinet
from .energy import day_energy, household, quanta

WATTS_PER_MWH: Final = 3.6 / QUANTUM
"""Power that makes one milliwatt hour in five minutes."""
KWH_PER_WATT: Final = QUANTUM / 3_600_000
DELAY: Final = 45.0
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Point:
    """Five minutes as they are on record.

    :param published: it is out
    :param counted: the day's total has it
    """

    start: int
    watts: float
    published: bool
    counted: bool


@dataclass(frozen=True, slots=True)
class Span:
    """A time with an accident; `due` is when its points come, None = never.

    :param counted: the totals have them in time all the same
    """

    start: float
    end: float
    due: float | None = None
    counted: bool = False


class Records:
    """The records of all inverters, and the accidents of their publication.

    - `delay`: seconds after its end at which a point is out
    - `corrections`: changed points, `(cabinet, start)` -> watts
    - `totals`: changed totals of days, `(cabinet, day)` -> kWh
    """

    def __init__(self, clock: Clock) -> None:
        """Start without accidents."""
        self._clock = clock
        self.delay = DELAY
        self.corrections: dict[tuple[Cabinet, int], float] = {}
        self.totals: dict[tuple[Cabinet, date], float] = {}
        self._spans: dict[Cabinet, list[Span]] = {}

    def add_span(self, cabinet: Cabinet, span: Span) -> None:
        """Let an accident happen to an inverter's data."""
        self._spans.setdefault(cabinet, []).append(span)

    def today(self, cabinet: Cabinet) -> date:
        """The local date now."""
        return self._clock.now().astimezone(cabinet.zone).date()

    def points(self, cabinet: Cabinet, day: date) -> Iterator[Point]:
        """The points of a local day, those to come as well."""
        # The same for all of them: a frozen clock takes its time
        now, begin = self._clock.timestamp(), midnight(cabinet, day)
        spans = self._all_spans(cabinet)
        usual = _usual_watts(cabinet.home, cabinet.seed, day)
        for start, watts in zip(count(begin, QUANTUM), usual):
            yield self._point(cabinet, start, watts, spans, now)

    def day_total(self, cabinet: Cabinet, day: date) -> float:
        """What a day has brought so far, in kWh."""
        if (changed := self.totals.get((cabinet, day))) is not None:
            return changed
        if self._is_ordinary(cabinet, day) and self._is_over(cabinet, day):
            return _usual_total(cabinet.home, cabinet.seed, day)
        points = self.points(cabinet, day)
        return _total(each.watts for each in points if each.counted)

    def truth(
        self, cabinet: Cabinet, start: datetime, end: datetime
    ) -> list[dict[str, Any]]:
        """The points that begin in `[start, end)`, as energy."""
        first, last = start.timestamp(), end.timestamp()
        return [
            as_json(each.start, each.watts * KWH_PER_WATT, published=each.published)
            for day in days(cabinet, start, end)
            for each in self.points(cabinet, day)
            if first <= each.start < last
        ]

    def day_totals(
        self, cabinet: Cabinet, start: datetime, end: datetime
    ) -> list[dict[str, Any]]:
        """The days that begin in `[start, end)`; the running one changes until it is over."""
        return [
            as_json(
                begin,
                self.day_total(cabinet, day),
                midnight(cabinet, day + DAY),
                published=begin <= self._clock.timestamp(),
            )
            | {"over": day < self.today(cabinet)}
            for day in days(cabinet, start, end)
            if start.timestamp() <= (begin := midnight(cabinet, day)) < end.timestamp()
        ]

    def _is_ordinary(self, cabinet: Cabinet, day: date) -> bool:
        """Whether an inverter had no accident on a day."""
        begin, end = midnight(cabinet, day), midnight(cabinet, day + DAY)
        return not (
            any(
                each.start < end and begin < each.end
                for each in self._all_spans(cabinet)
            )
            or any(
                each is cabinet and begin <= start < end
                for each, start in self.corrections
            )
        )

    def _is_over(self, cabinet: Cabinet, day: date) -> bool:
        return midnight(cabinet, day + DAY) + self.delay <= self._clock.timestamp()

    def _all_spans(self, cabinet: Cabinet) -> list[Span]:
        return [*self._spans.get(cabinet, ()), *_silences(cabinet)]

    def _point(
        self,
        cabinet: Cabinet,
        start: int,
        watts: float,
        spans: Iterable[Span],
        now: float,
    ) -> Point:
        usual = due = start + QUANTUM + self.delay
        counted = usual <= now
        for span in spans:
            if span.start <= start < span.end:
                due = inf if span.due is None else span.due
                counted = usual <= now if span.counted else due <= now
        watts = self.corrections.get((cabinet, start), watts)
        return Point(start, watts, published=due <= now, counted=counted)


def _watts(energy: int) -> float:
    """The power of a point from its energy in mWh."""
    return round(energy * WATTS_PER_MWH, 1)


def _total(watts: Iterable[float]) -> float:
    """The energy of points in kWh."""
    return round(sum(watts) * KWH_PER_WATT, 2)


@cache
def _usual_total(home: Home, seed: str, day: date) -> float:
    return _total(_usual_watts(home, seed, day))


@cache
def _usual_watts(home: Home, seed: str, day: date) -> array[float]:
    return array("d", map(_watts, quanta(home, seed, day)["solar"]))


def midnight(cabinet: Cabinet, day: date) -> int:
    """The UTC epoch second at which a local day begins."""
    return day_start(day, cabinet.zone)


def days(cabinet: Cabinet, start: datetime, end: datetime) -> Iterator[date]:
    """The local days that a span touches, from the first one with data on."""
    day = max(start.astimezone(cabinet.zone).date(), cabinet.since)
    last = end.astimezone(cabinet.zone).date()
    while day <= last:
        yield day
        day += DAY


def flow_truth(
    cabinet: Cabinet, series: str, start: datetime, end: datetime
) -> list[dict[str, Any]]:
    """What truly flowed in the five minutes that begin in `[start, end)`; only messages tell of it."""
    first, last = start.timestamp(), end.timestamp()
    return [
        as_json(begin, energy / MWH_PER_KWH, published=False)
        for day in days(cabinet, start, end)
        for begin, energy in zip(
            count(midnight(cabinet, day), QUANTUM), day_energy(cabinet, series, day)
        )
        if first <= begin < last
    ]


def charge_truth(
    cabinet: Cabinet, start: datetime, end: datetime
) -> list[dict[str, Any]]:
    """The state of charge at the start of the five minutes that begin in `[start, end)`."""
    stored = household(cabinet).state_of_charge
    return [
        each | {"unit": "%", "value": round(stored(datetime.fromisoformat(at)), 3)}
        for each in flow_truth(cabinet, "load", start, end)
        for at in [each["start"]]
    ]


def as_json(
    start: int, kwh: float, end: int | None = None, *, published: bool
) -> dict[str, Any]:
    """An interval for the control address; of five minutes without an end."""
    end = start + QUANTUM if end is None else end
    return {
        "start": datetime.fromtimestamp(start, UTC).isoformat(),
        "end": datetime.fromtimestamp(end, UTC).isoformat(),
        "value": round(kwh, 9),
        "unit": "kWh",
        "published": published,
    }


def _silences(cabinet: Cabinet) -> Iterator[Span]:
    """When cabinet or inverter were offline: those points never come."""
    inverter = cabinet.inverter
    for start, end in (*cabinet.offline, *(inverter.offline if inverter else ())):
        yield Span(start.timestamp(), end.timestamp() if end else inf)
