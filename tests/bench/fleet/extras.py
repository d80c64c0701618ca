"""What the providers do besides their polls, at times of their own."""

from collections.abc import Callable, Mapping
from functools import partial
from random import Random
from typing import Any, Final

from custom_components.cloud_energy.helpers.spread import own_delay
from custom_components.elecnova.statistics import history as elecnova
from custom_components.emporia.coordinators.totals import RunningTotals
from custom_components.emporia.statistics import history as emporia

from .schedule import Schedule
from .simulation import DAY, Extra, Fleet, Loop

_HOUR: Final = 3600
_MIDNIGHT: Final = 6 * _HOUR
"""When a day begins at the homes, which all have the same time zone."""

type _Turn = tuple[float, Callable[[], float]]


def extra_of(domain: str, schedule: Schedule) -> Extra:
    """Return what a provider's homes do besides."""
    return partial(_EXTRAS.get(domain, _by_the_way), schedule.beside)


def _by_the_way(
    a_day: float, fleet: Fleet, seed: str, loop: Loop, rng: Random
) -> list[_Turn]:
    """Ask after polls, which are at any time."""
    step = _HOUR * rng.uniform(1, 1.1)

    def ask() -> float:
        if not fleet.is_down:
            fleet.count(a_day * step / DAY)
        return fleet.clock.now + step

    return [(rng.uniform(0, step), ask)]


def _emporia(
    a_day: float, fleet: Fleet, seed: str, loop: Loop, rng: Random
) -> list[_Turn]:
    """Read the hours that are over, and begin the totals anew at midnight."""
    totals = [
        RunningTotals(loop.parts, _unused, _unused, kind=kind) for kind in ("", "cost_")
    ]

    def read() -> float:
        if not fleet.is_down:
            fleet.count(a_day / 24)
        return fleet.clock.now + _HOUR

    def renew() -> float:
        for each in totals:
            each.renew(loop.rhythm.own_delay)
        return fleet.clock.now + DAY

    first = emporia.after_the_hour(seed).total_seconds()
    return [(first, read), (_MIDNIGHT, renew)]


def _elecnova(
    a_day: float, fleet: Fleet, seed: str, loop: Loop, rng: Random
) -> list[_Turn]:
    """Read the news after midnight, and every few hours from then on."""
    every = elecnova._NEWS_EVERY.total_seconds()
    poll = loop.rhythm.interval.total_seconds()

    def read() -> float:
        if not fleet.is_down:
            fleet.count(a_day * every / DAY)
        return fleet.clock.now + every + rng.uniform(0, poll)

    first = _MIDNIGHT - every + own_delay(seed).total_seconds()
    return [(first + rng.uniform(0, poll), read)]


_EXTRAS: Final[Mapping[str, Callable[..., list[_Turn]]]] = {
    "emporia": _emporia,
    "elecnova": _elecnova,
}


def _unused(*_: object) -> Any:
    raise AssertionError("totals are only begun anew")
