"""What truly flowed through a supply: whole watt hours of every quarter of an hour.

All of it is computed from home and seed, so clouds of the same seed share what was computed already.
"""

from datetime import date
from functools import cache
from typing import Final

from tests.clouds.profile import MWH_PER_KWH, QUANTUM, Home, day_profile

from .customers import MeteringPoint
from .dates import DAY

QUARTER: Final = 900
QUANTA: Final = QUARTER // QUANTUM
MWH_PER_WH: Final = MWH_PER_KWH // 1000


def day_energy(point: MeteringPoint, series: str, day: date) -> tuple[int, ...]:
    """The 92, 96 or 100 quarters of a local day; `consumption` or `return`."""
    return _day(point.home, point.seed, day)[series]


def energy_between(point: MeteringPoint, series: str, first: date, end: date) -> int:
    """The sum of the days `[first, end)`."""
    totals = _totals(point.home, point.seed, series, first)
    while len(totals) <= (end - first).days:
        day = first + (len(totals) - 1) * DAY
        totals.append(totals[-1] + sum(day_energy(point, series, day)))
    return totals[max(0, (end - first).days)]


@cache
def _totals(home: Home, seed: str, series: str, first: date) -> list[int]:
    """Running totals by day, which `energy_between` makes longer."""
    return [0]


@cache
def _day(home: Home, seed: str, day: date) -> dict[str, tuple[int, ...]]:
    profile = day_profile(home, seed, day)
    return {
        name: tuple(
            round((after - before) / MWH_PER_WH)
            for before, after in zip(
                totals[:-1:QUANTA], totals[QUANTA::QUANTA], strict=True
            )
        )
        for name, totals in profile.cumulative.items()
        if name in ("consumption", "return")
    }
