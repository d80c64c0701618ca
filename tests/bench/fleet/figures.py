"""How much more than usual is asked for in the worst minute."""

from collections.abc import Sequence
from datetime import timedelta
from statistics import fmean
from typing import Final

from tests.bench.figure import Figure
from tests.bench.homes import PROVIDERS, Provider

from .extras import extra_of
from .schedule import learnt
from .simulation import Fleet, Outage, simulated

HOMES: Final = 10_000
_OUTAGE: Final = Outage(start=14 * 3600, end=16 * 3600)
_STEADY: Final = range(60, 6 * 60)
_AFTER_MIDNIGHT: Final = range(6 * 60, 8 * 60)
_AFTER_OUTAGE: Final = range(16 * 60, 19 * 60)
"""Minutes of the day."""
_MAX_STEADY: Final = 1.2
_MAX_AFTER: Final = 2.0


async def measure() -> Sequence[Figure]:
    """Let a day with an outage pass in many homes of each provider."""
    return [figure for each in PROVIDERS for figure in await _measure(each)]


async def _measure(provider: Provider) -> Sequence[Figure]:
    schedule = await learnt(provider)
    extra = extra_of(provider.domain, schedule)
    fleet = simulated(schedule, HOMES, _OUTAGE, extra)
    mean = fmean(fleet.minutes[minute] for minute in _STEADY)
    return [
        _figure(
            f"{provider.domain}, ordinary hours", fleet, _STEADY, _MAX_STEADY, mean
        ),
        _figure(
            f"{provider.domain}, after midnight",
            fleet,
            _AFTER_MIDNIGHT,
            _MAX_AFTER,
            mean,
        ),
        _figure(
            f"{provider.domain}, after two hours' outage",
            fleet,
            _AFTER_OUTAGE,
            _MAX_AFTER,
            mean,
        ),
    ]


def _figure(what: str, fleet: Fleet, when: range, most: float, mean: float) -> Figure:
    worst = max(when, key=lambda minute: fleet.minutes[minute])
    peak = fleet.minutes[worst] / mean
    at = timedelta(minutes=worst - when.start)
    return Figure(
        f"{HOMES:,} homes, {what}",
        f"{peak:.2f} times the mean of {mean:,.0f} requests a minute, {at} into it",
        f"< {most}",
        peak < most,
    )
