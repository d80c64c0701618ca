"""Schedule 1, the residential tariff (wire 6): what the bills are made with. All rates in USD/kWh."""

from datetime import date
from functools import cache
from typing import Final

CUSTOMER_CHARGE: Final = 7.58
TIER: Final = 800.0
DISTRIBUTION: Final = (0.03569, 0.023596)
GENERATION_SUMMER: Final = (0.031212, 0.046243)
GENERATION_WINTER: Final = (0.030064, 0.026965)
TRANSMISSION: Final = 0.0097
TAX: Final = ((2500.0, 0.001565), (50000.0, 0.001055), (float("inf"), 0.000845))
SUMMER: Final = range(6, 10)

RIDERS: Final[tuple[tuple[date, dict[str, float]], ...]] = (
    (
        date.min,
        {
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
            "SalesUse": 0.000921,
        },
    ),
    (date(2026, 3, 1), {"CERC": 0.000754}),
    (date(2026, 4, 1), {"GEN": 0.005729}),
    (date(2026, 5, 1), {"CE": 0.006054}),
    (date(2026, 6, 1), {"DIST": 0.007685, "RBB": 0}),
    (date(2026, 7, 1), {"A": 0.037648}),
    (date(2026, 8, 1), {"DFCC": 0.002901}),
)
"""First day -> riders that change then."""


@cache
def riders(day: date) -> float:
    """The sum of all riders on that day."""
    rates: dict[str, float] = {}
    for first_day, changes in RIDERS:
        if first_day <= day:
            rates |= changes
    return sum(rates.values())


def energy_charge(day: date, used: float, kwh: float) -> float:
    """What `kwh` of a day cost in USD after `used` kWh of the billing period, without the customer charge.

    Energy sent back (`kwh` < 0) takes back what the last energy drawn has cost.
    """
    summer = day.month in SUMMER
    generation = GENERATION_SUMMER if summer else GENERATION_WINTER
    end = used + kwh
    low = min(end, TIER) - min(used, TIER)
    tiers = sum(
        low * rates[0] + (kwh - low) * rates[1] for rates in (DISTRIBUTION, generation)
    )
    return tiers + kwh * (TRANSMISSION + riders(day)) + _tax(end) - _tax(used)


def _tax(kwh: float) -> float:
    total, below = 0.0, 0.0
    for limit, rate in TAX:
        total += max(0.0, min(kwh, limit) - below) * rate
        below = limit
    return total
