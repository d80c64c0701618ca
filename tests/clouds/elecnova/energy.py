"""What truly flowed: milliwatt hours of every five minutes.

All of it is computed from home and seed, so clouds of the same seed share what was computed already.
"""

from array import array
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Final

from tests.clouds.household import Household
from tests.clouds.profile import MWH_PER_KWH, Home, day_profile

from .customers import Cabinet

FLOWS: Final = (
    "solar",
    "load",
    "consumption",
    "return",
    "battery_charge",
    "battery_discharge",
)


def day_energy(cabinet: Cabinet, series: str, day: date) -> array[int]:
    """The 276, 288 or 300 quanta of a local day in mWh."""
    return quanta(cabinet.home, cabinet.seed, day)[series]


def counter(cabinet: Cabinet, series: str, at: datetime) -> float:
    """What has flowed since the cabinet stands, in kWh."""
    day, total = cabinet.since, 0
    today = at.astimezone(cabinet.zone).date()
    while day < today:
        total += _total(cabinet.home, cabinet.seed, series, day)
        day += timedelta(days=1)
    begin = datetime.combine(today, datetime.min.time(), cabinet.zone)
    flowed = household(cabinet).energy(series, begin, at)
    return total / MWH_PER_KWH + flowed


def household(cabinet: Cabinet) -> Household:
    """The household behind a cabinet."""
    return _household(cabinet.home, cabinet.seed)


@cache
def _household(home: Home, seed: str) -> Household:
    return Household(home, seed)


@cache
def _total(home: Home, seed: str, series: str, day: date) -> int:
    return sum(quanta(home, seed, day)[series])


@cache
def quanta(home: Home, seed: str, day: date) -> dict[str, array[int]]:
    """Every flow of a local day of the household that home and seed describe."""
    profile = day_profile(home, seed, day)
    return {
        name: array("q", (after - before for before, after in pairwise(totals)))
        for name, totals in profile.cumulative.items()
        if name in FLOWS
    }
