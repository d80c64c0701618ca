"""What the stored hours of a period come to (pure functions)."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from itertools import pairwise
from math import fsum
from statistics import median

from custom_components.cloud_energy.readings import HOUR, Reading, hours_between

from .periods import Length, Period

NIGHT_HOURS = 6
"""The base load is looked for from midnight to this hour of the clock."""

_SHORTEST_TOTAL = timedelta(hours=23)
"""What stands alone for so long is the total of the time up to the next row."""
_WATTS = 1000

type Hours = Mapping[datetime, float]
"""The amounts of stored hours, by their start in UTC."""


@dataclass(frozen=True, kw_only=True)
class StoredHours:
    """What is stored of an entry's statistics, each series separately."""

    imported: Sequence[Hours] = ()
    returned: Sequence[Hours] = ()
    solar: Sequence[Hours] = ()
    discharged: Sequence[Hours] = ()
    charged: Sequence[Hours] = ()
    cost: Sequence[Hours] = ()
    compensation: Sequence[Hours] = ()
    tells: Callable[[datetime], bool] = lambda _: True
    """Whether there is a figure for an hour alone, as soon as there are any."""

    @property
    def used(self) -> Hours:
        """What the home used, in the hours that all series have.

        Where what the roof gave is not known, that is what came from the grid.
        """
        if not self.imported:
            return {}
        added = [*self.imported, *self.solar, *self.discharged]
        taken = [*self.charged]
        if self.solar or self.discharged:
            taken += self.returned
        return {
            hour: fsum(each[hour] for each in added) - fsum(e[hour] for e in taken)
            for hour in _common([*added, *taken])
        }


@dataclass(frozen=True, kw_only=True)
class Peak:
    """The hour with the most energy."""

    start: datetime
    energy: float


@dataclass(frozen=True, kw_only=True)
class DayEnergy:
    """A local day with its energy."""

    day: date
    energy: float


@dataclass(frozen=True, kw_only=True)
class Figures:
    """A period in figures; None is unknown. Energies are kWh."""

    period: Period
    energy: float | None = None
    """What the home used; of what is stored only, where hours are missing."""
    from_grid: float | None = None
    to_grid: float | None = None
    solar: float | None = None
    cost: float | None = None
    """Less the compensation; None where the energy of an hour has no cost."""
    missing_hours: int = 0
    has_totals: bool = False
    """Whether some of it is known as the total of a day or more only."""
    peak: Peak | None = None
    base_load: float | None = None
    """In W."""
    days: Sequence[DayEnergy] = field(default=())
    """Those of which nothing is missing, in order of time."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return self.energy is not None and not self.missing_hours

    @property
    def best_day(self) -> DayEnergy | None:
        """The day with the least energy, of two or more."""
        days = self.days if len(self.days) > 1 else ()
        return min(days, key=lambda each: each.energy, default=None)

    @property
    def worst_day(self) -> DayEnergy | None:
        """The day with the most energy, of two or more."""
        days = self.days if len(self.days) > 1 else ()
        return max(days, key=lambda each: each.energy, default=None)

    @property
    def solar_share(self) -> float | None:
        """How much of what was used came from the roof at the time, 0 to 1."""
        if self.solar is None or self.from_grid is None or not self.energy:
            return None
        kept = self.solar - (self.to_grid or 0.0)
        return min(1.0, max(0.0, kept / self.energy))


def figures_of(period: Period, stored: StoredHours) -> Figures:
    """Return what a period's hours come to.

    Without a grid connection, the energy is that of the solar systems.
    """
    hours = stored.used if stored.imported else _added(stored.solar)
    blocks = blocks_of(hours, period)
    if not blocks:
        return Figures(period=period, missing_hours=period.hours)
    uncovered = _uncovered(period, blocks)
    untold = [hour for hour in uncovered if not stored.tells(hour)]
    at = {block.start for block in blocks}
    single = {b.start: b.value for b in blocks if b.length == HOUR}
    return Figures(
        period=period,
        energy=fsum(block.value for block in blocks),
        from_grid=_total(stored.imported, at),
        to_grid=_total(stored.returned, at),
        solar=_total(stored.solar, at),
        cost=_cost(stored, at),
        missing_hours=len(uncovered) - len(untold),
        has_totals=len(single) < len(blocks),
        peak=_peak(single),
        base_load=base_load(single, period.zone) if stored.imported else None,
        days=_days(blocks, untold, period),
    )


def _uncovered(period: Period, blocks: Iterable[Reading]) -> set[datetime]:
    """Return the hours of a period that are in none of its blocks."""
    covered = {hour for each in blocks for hour in hours_between(each.start, each.end)}
    return {*hours_between(period.start, period.stop)} - covered


def blocks_of(hours: Hours, period: Period) -> list[Reading]:
    """Return the hours of a period, and the totals that lie wholly in it.

    A row with no neighbour is the total of the time up to the next one: that is how
    days and months without hours are stored. One that may reach beyond the period
    is left out, unless it is all there is of a month or a billing period.
    """
    start, stop = period.start, period.stop
    found = []
    ordered = sorted(hours)
    ends = dict(pairwise(ordered))
    for hour in (each for each in ordered if start <= each < stop):
        end = ends.get(hour)
        if hour - HOUR in hours or (end and end - hour < _SHORTEST_TOTAL):
            end = hour + HOUR
        elif end is None or end > stop:
            if not _is_of_all(hour, hours, period):
                continue
            end = stop
        found.append(Reading(hour, end, hours[hour]))
    return found


def _is_of_all(hour: datetime, hours: Hours, period: Period) -> bool:
    return (
        hour == period.start
        and period.until is None
        and period.length in (Length.MONTH, Length.BILLING_PERIOD)
        and not any(hour < other < period.stop for other in hours)
    )


def base_load(hours: Hours, zone: tzinfo) -> float | None:
    """Return what a home draws when nothing is switched on, in W.

    That is the lowest hour of a usual night: the median of those of all nights
    of which no hour is missing.
    """
    nights = defaultdict[date, list[float]](list)
    for hour, energy in hours.items():
        local = hour.astimezone(zone)
        if local.hour < NIGHT_HOURS:
            nights[local.date()].append(energy)
    # The night of a clock change has an hour more or fewer.
    lows = [min(n) for n in nights.values() if len(n) >= NIGHT_HOURS - 1]
    return max(0.0, median(lows)) * _WATTS if lows else None


def _peak(hours: Hours) -> Peak | None:
    start = max(hours, key=lambda hour: hours[hour], default=None)
    return Peak(start=start, energy=hours[start]) if start else None


def _days(
    blocks: Iterable[Reading], untold: Iterable[datetime], period: Period
) -> list[DayEnergy]:
    """Return the days of which nothing is missing."""
    if period.length is Length.DAY:
        return []
    by_day = defaultdict[date, list[Reading]](list)
    for block in blocks:
        by_day[block.start.astimezone(period.zone).date()].append(block)
    without = Counter(hour.astimezone(period.zone).date() for hour in untold)
    whole = {
        day: Period(
            length=Length.DAY, first=day, end=day + timedelta(1), zone=period.zone
        )
        for day in by_day
    }
    return [
        DayEnergy(day=day, energy=fsum(block.value for block in found))
        for day, found in sorted(by_day.items())
        if sum(b.length // HOUR for b in found) + without[day] == whole[day].hours
    ]


def _cost(stored: StoredHours, at: set[datetime]) -> float | None:
    """Return the cost of hours, if each of them has one."""
    if not stored.cost or any(not at <= each.keys() for each in stored.cost):
        return None
    saved = fsum(e.get(hour, 0.0) for e in stored.compensation for hour in at)
    return fsum(each[hour] for each in stored.cost for hour in at) - saved


def _total(series: Sequence[Hours], at: set[datetime]) -> float | None:
    """Return what is stored of some hours in all series together."""
    if not series:
        return None
    return fsum(each.get(hour, 0.0) for each in series for hour in at)


def _added(series: Sequence[Hours]) -> Hours:
    return {h: fsum(each[h] for each in series) for h in _common(series)}


def _common(series: Sequence[Hours]) -> set[datetime]:
    """Return the hours that all of them have."""
    return set.intersection(*(set(each) for each in series)) if series else set()
