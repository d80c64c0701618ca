"""The figures of Virginia's residential tariff, Schedule 1 (wire 6).

USD per kWh, as published for 2026; they change several times a year.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

CUSTOMER_CHARGE: Final = 7.58
"""USD per billing period."""

FIRST_TIER: Final = 800.0
"""kWh per billing period at the first rate."""

_DISTRIBUTION: Final = (0.03569, 0.023596)
_GENERATION_SUMMER: Final = (0.031212, 0.046243)
_GENERATION_WINTER: Final = (0.030064, 0.026965)
_TRANSMISSION: Final = 0.0097

_RIDERS: Final = {
    "C1A": 0.000231,
    "C4A": 0.001336,
    "DIST": 0.006241,
    "RBB": 0.000531,
    "E": 0.000625,
    "GEN": 0.007564,
    "SMR": 0.000287,
    "SNA": 0.003475,
    "CCR": 0.001765,
    "CE": 0.003668,
    "OSW": 0.011229,
    "RPS": 0.007676,
    "T1": 0.011789,
    "A": 0.02968,
    "DFCC": 0.002906,
    "SALES": 0.000921,
}

_RIDER_CHANGES: Final[tuple[tuple[date, dict[str, float]], ...]] = (
    (date(2026, 3, 1), {"CERC": 0.000754}),
    (date(2026, 4, 1), {"GEN": 0.005729}),
    (date(2026, 5, 1), {"CE": 0.006054}),
    (date(2026, 6, 1), {"DIST": 0.007685, "RBB": 0.0}),
    (date(2026, 7, 1), {"A": 0.037648}),
    (date(2026, 8, 1), {"DFCC": 0.002901}),
)

FIRST_TAX_RATE: Final = 0.001565
"""USD per kWh, for as much as nearly all homes use."""
_TAX_STEPS: Final = (
    (2500.0, FIRST_TAX_RATE),
    (50000.0, 0.001055),
    (float("inf"), 0.000845),
)


def tier_rates(day: date) -> tuple[float, float]:
    """Return the rates of the first tier and above it: distribution and generation."""
    generation = _GENERATION_SUMMER if 6 <= day.month <= 9 else _GENERATION_WINTER
    return _DISTRIBUTION[0] + generation[0], _DISTRIBUTION[1] + generation[1]


@dataclass(frozen=True, order=True, slots=True)
class Rider:
    """A rider that a user has read on a bill: what it costs from a day on."""

    since: date
    name: str
    rate: float
    """USD per kWh; zero ends it, and a credit is negative."""


def flat_rate(day: date, added: Sequence[Rider] = ()) -> float:
    """Return the sum of what costs the same in every tier.

    `added`: riders besides the built-in ones; one of the same name takes its place.
    """
    return _TRANSMISSION + rider_rate(day, added)


def rider_rate(day: date, added: Sequence[Rider] = ()) -> float:
    """Return the sum of the riders."""
    return sum(_riders(day, tuple(added)).values())


@lru_cache(maxsize=4096)
def _riders(day: date, added: tuple[Rider, ...]) -> Mapping[str, float]:
    own = [(each.since, {each.name: each.rate}) for each in added]
    riders = dict(_RIDERS)
    # The user's own come last of those of the same day.
    for since, changes in sorted([*_RIDER_CHANGES, *own], key=lambda item: item[0]):
        if day >= since:
            riders |= changes
    return riders


def first_difference(some: Sequence[Rider], others: Sequence[Rider]) -> date | None:
    """Return the first day on which one of them counts that is not in both."""
    return min((each.since for each in {*some} ^ {*others}), default=None)


def consumption_tax(energy: float) -> float:
    """Return the tax on a period's energy."""
    tax, below = 0.0, 0.0
    for limit, rate in _TAX_STEPS:
        tax += max(0.0, min(energy, limit) - below) * rate
        below = limit
    return tax
