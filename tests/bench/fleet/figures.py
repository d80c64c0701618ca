"""How much more than usual is asked for in the worst minute, or minutes."""

from collections.abc import Sequence
from math import sqrt
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
_WINDOWS: Final = (1, 5, 15)
"""Of how many minutes the busiest are looked for."""
_DEVIATIONS: Final = 3
"""About what the worst of some hundred minutes has by chance, in standard deviations."""
_MAX_STEADY: Final = 1.2
_MAX_AFTER: Final = 2.0


async def measure() -> Sequence[Figure]:
    """Let a day with an outage pass in many homes of each provider."""
    return [figure for each in PROVIDERS for figure in await _measure(each)]


async def _measure(provider: Provider) -> Sequence[Figure]:
    schedule = await learnt(provider)
    extra = extra_of(provider.domain, schedule)
    fleet = simulated(schedule, HOMES, _OUTAGE, extra)
    return tuple(
        _figure(f"{HOMES:,} homes, {provider.domain}, {what}", fleet, when, most)
        for what, when, most in (
            ("ordinary hours", _STEADY, _MAX_STEADY),
            ("after midnight", _AFTER_MIDNIGHT, _MAX_AFTER),
            ("after two hours' outage", _AFTER_OUTAGE, _MAX_AFTER),
        )
    )


def _figure(what: str, fleet: Fleet, when: range, most: float) -> Figure:
    mean = fmean(fleet.minutes[minute] for minute in _STEADY)
    width = window(mean, fleet.burst)
    minute, peak = _peak(fleet, when, 1) / mean, _peak(fleet, when, width) / mean
    of_more = f", {peak:.2f} in {width} minutes" if width > 1 else ""
    return Figure(
        what,
        f"{minute:.2f} times the mean of {mean:,.0f} requests in a minute{of_more}",
        f"< {most}",
        peak < most,
    )


def window(mean: float, burst: float) -> int:
    """Return the minutes that have to be taken together to see more than chance.

    Homes that know nothing of each other ask unevenly by chance, and the more so the
    fewer they are, and the more each asks at once (`burst`).
    """
    return next(
        (
            width
            for width in _WINDOWS
            if 1 + _DEVIATIONS * sqrt(burst / (mean * width)) < _MAX_STEADY
        ),
        _WINDOWS[-1],
    )


def _peak(fleet: Fleet, when: range, width: int) -> float:
    """Return the requests per minute of the busiest time of some minutes."""
    starts = range(when.start, when.stop, width)
    return max(fmean(fleet.minutes[at : at + width]) for at in starts)
