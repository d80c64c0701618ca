"""What a home or a circuit always draws, and whether its latest day stands out.

Pure functions. Only the last two weeks count, so neither costs more with a longer
history.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from math import fsum
from statistics import mean, stdev
from typing import Final

from custom_components.cloud_energy.readings import HOUR, local_midnight

from .figures import base_load

USUAL_DAYS: Final = 14
"""How many days before the latest one count as usual."""

_FEWEST: Final = USUAL_DAYS // 2
_DEVIATIONS: Final = 2.5
_LEAST_MORE: Final = 0.5
"""KWh that a day must lie above the usual ones: a circuit that is never used varies
by next to nothing."""
_HOURS_OF_A_YEAR: Final = 24 * 365.25


@dataclass(frozen=True, kw_only=True)
class Habits:
    """What the last days show; None is unknown."""

    base_load: float | None = None
    """In W: the lowest hour of a usual night."""
    is_unusual: bool | None = None
    """Whether the latest whole day lies far above those before it."""
    day: date | None = None
    """The latest whole day."""


def days_that_count(today: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return start and end (UTC) of the days whose hours `habits_of` looks at."""
    first = today - timedelta(days=USUAL_DAYS + 1)
    return local_midnight(first, zone), local_midnight(today, zone)


def habits_of(hours: Mapping[datetime, float], zone: tzinfo) -> Habits:
    """Return what the hours (kWh by their start in UTC) of whole days show."""
    by_day = defaultdict[date, dict[datetime, float]](dict)
    for hour, energy in hours.items():
        by_day[hour.astimezone(zone).date()][hour] = energy
    whole = {day: each for day, each in by_day.items() if _is_whole(day, each, zone)}
    if not whole:
        return Habits()
    latest = max(whole)
    nights = {hour: kwh for each in whole.values() for hour, kwh in each.items()}
    return Habits(
        base_load=base_load(nights, zone),
        is_unusual=_is_unusual(whole, latest),
        day=latest,
    )


def _is_whole(day: date, hours: Mapping[datetime, float], zone: tzinfo) -> bool:
    """Return whether none is missing, but one that some clouds add to another."""
    start = local_midnight(day, zone)
    end = local_midnight(day + timedelta(days=1), zone)
    length = (end - start) // HOUR
    return len(hours) >= (length - 1 if length > 24 else length)


def _is_unusual(
    whole: Mapping[date, Mapping[datetime, float]], latest: date
) -> bool | None:
    totals = {day: fsum(hours.values()) for day, hours in whole.items()}
    newest = totals.pop(latest)
    before = list(totals.values())
    if len(before) < _FEWEST:
        return None
    usual = mean(before)
    return newest > usual + max(_LEAST_MORE, _DEVIATIONS * stdev(before))


def yearly_cost(watts: float | None, price: float | None) -> float | None:
    """Return what a steady load costs in a year, at a price per kWh; to a cent."""
    if watts is None or price is None:
        return None
    return round(watts / 1000 * _HOURS_OF_A_YEAR * price, 2)
