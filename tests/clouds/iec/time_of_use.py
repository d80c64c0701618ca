"""Load classes of the time-of-use tariff. What the cloud's numbers mean is a guess (wire 5.13): 1 peak, 3 off-peak."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from .dates import ZONE, midnight

PEAK, OFF_PEAK = 1, 3
SUMMER_PEAK: Final = range(17, 23)
WINTER_PEAK: Final = range(16, 22)
WINTER: Final = (12, 1, 2)
WEEKEND: Final = (4, 5)
"""Friday and Saturday."""


def load_classes(first: date, end: date) -> Iterator[tuple[int, int]]:
    """UTC epoch second and class of each hour of the local days `[first, end)`."""
    for start in range(_epoch(first), _epoch(end), 3600):
        yield start, _load_class(datetime.fromtimestamp(start, ZONE))


def _load_class(local: datetime) -> int:
    if local.month in WINTER:
        peak = local.hour in WINTER_PEAK
    else:
        peak = local.hour in SUMMER_PEAK and local.weekday() not in WEEKEND
    return PEAK if peak else OFF_PEAK


def _epoch(day: date) -> int:
    return int(midnight(day).timestamp())
