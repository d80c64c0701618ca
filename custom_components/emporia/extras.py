"""What is asked for only while an entity shows it, and the requests that it takes."""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

_POLLS_PER_DAY = 1440


class Extra(StrEnum):
    """What entities that are off at first ask for."""

    COSTS = "costs"
    LEGS = "legs"
    VEHICLES = "vehicles"


_PER_DAY = {
    # Each hour, more often after midnight, and every six hours for the period
    Extra.COSTS: 40,
    # Every five minutes
    Extra.LEGS: 288,
    # Each car every half hour
    Extra.VEHICLES: 48,
}


def poll_interval(wanted: Iterable[Extra]) -> timedelta:
    """Return how often the power can be asked for besides: all stays in the budget.

    What is asked for several times, such as each car, is in `wanted` as often.
    """
    taken = sum(_PER_DAY[extra] for extra in wanted)
    return timedelta(days=1) / (_POLLS_PER_DAY - taken)
