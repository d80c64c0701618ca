"""How often power is requested, and the requests that the rest of a day takes."""

from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum

_POLLS_PER_DAY = 1440
_DURING_IMPORT = timedelta(minutes=3)
_OTHERS_PER_DAY = 515
"""All that is requested of itself besides power, of a home with sun and a charger.

Status without the stream 240, of chargers 72; totals 90; devices and plans 40; tokens
25; the news of each hour and what they cost 48. A fifth less with the stream.
"""


class Extra(StrEnum):
    """What entities that are disabled by default request."""

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


def poll_interval(
    wanted: Collection[Extra], *, is_importing: bool = False
) -> timedelta:
    """Return how often the power can be requested besides: all stays in the budget.

    What is requested several times, such as each car, is in `wanted` as often.
    `is_importing`: years of history wait for requests, so it is requested less.
    """
    interval = timedelta(days=1) / (_POLLS_PER_DAY - _taken(wanted))
    return max(interval, _DURING_IMPORT) if is_importing else interval


def requests_per_day(wanted: Collection[Extra], interval: timedelta) -> float:
    """Return how many requests a day takes without the statistics.

    `interval`: how often power is requested.
    """
    return timedelta(days=1) / interval + _taken(wanted) + _OTHERS_PER_DAY


def _taken(wanted: Collection[Extra]) -> int:
    return sum(_PER_DAY[extra] for extra in wanted)
