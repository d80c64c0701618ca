"""Summaries of a meter's half-hourly readings (pure functions)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from math import fsum
from statistics import mean

from custom_components.cloud_energy.readings import HOUR, floor_hour, local_midnight
from custom_components.cloud_energy.summary.habits import USUAL_DAYS, habits_of
from custom_components.dominion_energy.api.const import SITE_ZONE
from custom_components.dominion_energy.api.intervals import (
    HALF_HOUR,
    IntervalUsage,
    published_days,
)

_SETTLED = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Amounts:
    """Energy of one direction, in kWh."""

    latest: float | None
    day: float
    """Of the latest day that is published."""
    month: float
    """Of its calendar month up to and with that day."""


@dataclass(frozen=True, kw_only=True)
class Insight:
    """What stands out in the last weeks."""

    busiest_hour: int
    """The local hour (0 to 23) that takes the most, on average."""
    baseline: float | None
    """What the home always takes, in W; None without a complete night."""
    unusual: bool | None
    """Whether the latest complete day lies far above those before it."""


@dataclass(frozen=True, kw_only=True)
class Usage:
    """The latest published state of a meter."""

    day: date
    """The latest day that is published."""
    latest_start: datetime
    """The start of its last half hour (UTC)."""
    consumption: Amounts
    generation: Amounts | None
    insight: Insight | None

    @property
    def day_start(self) -> datetime:
        """When the latest day began."""
        return local_midnight(self.day, SITE_ZONE)

    @property
    def month_start(self) -> datetime:
        """When its calendar month began."""
        return local_midnight(self.day.replace(day=1), SITE_ZONE)

    @property
    def day_end(self) -> datetime:
        """When the latest day ended: as far as the data goes."""
        return local_midnight(self.day + timedelta(days=1), SITE_ZONE)


def settled_days(intervals: Iterable[IntervalUsage], today: date) -> frozenset[date]:
    """Return the days whose values count.

    Besides the published days these are old ones that hold something: what is
    missing from them after a month (a power cut, say) is not going to come.
    """
    intervals = list(intervals)
    old = {
        interval.day
        for interval in intervals
        if interval.consumption or interval.generation
    }
    settled = {day for day in old if today - day > _SETTLED}
    return published_days(intervals) | settled


def summarize(intervals: Sequence[IntervalUsage]) -> Usage | None:
    """Sum up the published days; None if there are none."""
    published = published_days(intervals)
    if not published:
        return None
    latest = max(published)
    known = [interval for interval in intervals if interval.day in published]
    of_day = [interval for interval in known if interval.day == latest]
    of_month = [i for i in known if i.day >= latest.replace(day=1)]
    exports = any(interval.generation for interval in known)

    def amounts(value: Callable[[IntervalUsage], float | None]) -> Amounts:
        return Amounts(
            latest=value(of_day[-1]),
            day=_total(of_day, value),
            month=_total(of_month, value),
        )

    return Usage(
        day=latest,
        latest_start=of_day[-1].start,
        consumption=amounts(lambda interval: interval.consumption),
        generation=amounts(lambda interval: interval.generation) if exports else None,
        insight=_insight(known, latest),
    )


def _total(
    intervals: Iterable[IntervalUsage], value: Callable[[IntervalUsage], float | None]
) -> float:
    return round(fsum(value(interval) or 0.0 for interval in intervals), 3)


def _insight(known: Sequence[IntervalUsage], latest: date) -> Insight | None:
    first = latest - timedelta(days=USUAL_DAYS)
    hours = _hours(interval for interval in known if interval.day >= first)
    by_hour: defaultdict[int, list[float]] = defaultdict(list)
    for hour, energy in hours.items():
        by_hour[hour.astimezone(SITE_ZONE).hour].append(energy)
    habits = habits_of(hours, SITE_ZONE)
    if habits.is_unusual is None:
        return None
    return Insight(
        busiest_hour=max(by_hour, key=lambda hour: mean(by_hour[hour])),
        baseline=None if habits.base_load is None else round(habits.base_load),
        unusual=habits.is_unusual,
    )


def _hours(intervals: Iterable[IntervalUsage]) -> dict[datetime, float]:
    """Return the hours (UTC) of which both halves are known."""
    found: dict[datetime, float] = {}
    ordered = sorted(intervals, key=lambda interval: interval.start)
    for hour, halves in groupby(ordered, lambda interval: floor_hour(interval.start)):
        values = [each.consumption for each in halves if each.consumption is not None]
        if len(values) == HOUR // HALF_HOUR:
            found[hour] = fsum(values)
    return found
