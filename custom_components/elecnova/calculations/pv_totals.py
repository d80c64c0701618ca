"""What an inverter has made today, this month, this year and ever.

The cloud's totals are requested now and then, the points of today all the time. So each
longer period is what its finished parts were, and the running one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import fsum
from typing import Final

from custom_components.cloud_energy.readings import local_midnight
from custom_components.elecnova.api.models import PvPoint
from custom_components.elecnova.snapshot import PvState

from .pv import SLOT, Inverter, energy

_DAY: Final = timedelta(days=1)
POINT_LIFE: Final = timedelta(minutes=20)

type Totals = Mapping[date, float]
"""kWh by the first day of each period."""


@dataclass(frozen=True, kw_only=True)
class PvAnswers:
    """What the cloud has reported of an inverter; None where it did not."""

    points: Sequence[PvPoint] | None
    """Of today, and what is still the latest after midnight."""
    days: Totals | None
    """Of the last week."""
    month: Totals | None
    """The days of this month."""
    year: Totals | None
    """The months of this year."""
    years: float | None
    """The kWh of all years before."""


def pv_state(inverter: Inverter, answers: PvAnswers, now: datetime) -> PvState:
    """Put together what is known of an inverter now."""
    today = inverter.today(now)
    finished = [p for p in answers.points or () if p.time + SLOT <= now]
    points = tuple(p for p in finished if inverter.today(p.time) == today)
    latest = finished[-1] if finished else None
    days = {**(answers.month or {}), **(answers.days or {})}
    measured = energy(points) if points else None
    day = _most(measured, days.get(today))
    # The list of a month that is over has nothing of the one that has begun.
    this_month, this_year = today.replace(day=1), today.replace(month=1, day=1)
    month = _running(_since(this_month, answers.month), today, day)
    year = _running(_since(this_year, answers.year), this_month, month)
    lifetime = None
    if year is not None and answers.years is not None:
        lifetime = answers.years + year
    return PvState(
        today=today,
        yesterday_began=local_midnight(today - _DAY, inverter.zone),
        points=points,
        latest=latest,
        power=_power(latest, now),
        energy_today=_rounded(day),
        energy_yesterday=_rounded(days.get(today - _DAY)),
        energy_month=_rounded(month),
        energy_year=_rounded(year),
        energy_lifetime=_rounded(lifetime),
    )


def _power(latest: PvPoint | None, now: datetime) -> float | None:
    """Return the latest power; the night is not for us to make up."""
    if latest is None or now - latest.time > POINT_LIFE:
        return None
    return latest.value


def _since(first: date, parts: Totals | None) -> Totals | None:
    """Return the parts of a period that has begun on a day."""
    if parts is None:
        return None
    return {day: value for day, value in parts.items() if day >= first}


def _running(
    parts: Totals | None, current: date, running: float | None
) -> float | None:
    """Return a period's total: its finished parts, and the one that is running."""
    if parts is None:
        return None
    finished = [value for first, value in parts.items() if first < current]
    last = _most(running, parts.get(current))
    if last is not None:
        finished.append(last)
    return fsum(finished) if finished else None


def _most(*values: float | None) -> float | None:
    """Return the most that is known: neither of two can be too much."""
    return max((value for value in values if value is not None), default=None)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
