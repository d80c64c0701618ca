"""What belongs to the five minutes that are missing from a finished day.

The day's total comes from the same inverter, so what its points lack of it was made
in the time that has no points (pure functions).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from math import fsum
from typing import Final

from custom_components.cloud_energy.readings import floor_hour

from .pv import SLOT, kilowatt_hours

_RESOLUTION: Final = 0.01
"""KWh of a day that are nothing but rounding."""
_ABOUT: Final = 3
"""How many times more than the lines say may have been lost."""

type Watts = Mapping[datetime, float]
"""Power by the start of its five minutes."""


def lost_energy(
    known: Watts, begin: datetime, end: datetime, difference: float
) -> dict[datetime, float] | None:
    """Return the kWh of all five minutes without a point, by their start.

    They share the `difference` (kWh) between a day's total and its points: those of
    a single hour evenly, else each weighed by a straight line between the points
    around it. None where that would be guessing: before the first and behind the last
    point there is no such line.
    """
    missing = [slot for slot in _slots(begin, end) if slot not in known]
    weights = _weights(missing, known, difference)
    whole = fsum(weights)
    if not missing or not whole:
        return None
    return {
        slot: difference * weight / whole
        for slot, weight in zip(missing, weights, strict=True)
    }


def sunny_gaps(known: Watts) -> dict[datetime, float]:
    """Return the power of hours without any point, where the points around had some."""
    hours = {floor_hour(at) for at in known}
    return {
        slot: watts
        for slot, watts in _lines(known).items()
        if watts > 0 and floor_hour(slot) not in hours
    }


def _weights(
    missing: Sequence[datetime], known: Watts, difference: float
) -> Sequence[float]:
    if len({floor_hour(slot) for slot in missing}) == 1:
        return [1.0] * len(missing)
    lines = _lines(known)
    outside = [slot for slot in missing if slot not in lines]
    if not outside:
        inside = [lines[slot] for slot in missing]
        # All of it was made while the points around say that nothing was.
        return inside if any(inside) else [1.0] * len(missing)
    # A night that is left out lies outside, too: it gets nothing while it need not.
    between = [lines.get(slot, 0.0) for slot in missing]
    for weights in (between, _with_edges(between, missing, outside, known)):
        if _RESOLUTION < difference < _ABOUT * kilowatt_hours(weights):
            return weights
    return [0.0] * len(missing)


def _with_edges(
    weights: Sequence[float],
    missing: Sequence[datetime],
    outside: Iterable[datetime],
    known: Watts,
) -> list[float]:
    """Weigh what is missing before or behind all points, in hours that have some."""
    first, last = min(known), max(known)
    hours = {floor_hour(first), floor_hour(last)}
    edges = {
        slot: known[first if slot < first else last]
        for slot in outside
        if floor_hour(slot) in hours
    }
    return [
        edges.get(slot, weight) for slot, weight in zip(missing, weights, strict=True)
    ]


def _lines(known: Watts) -> dict[datetime, float]:
    """Return straight lines over the gaps between points."""
    lines: dict[datetime, float] = {}
    for before, after in pairwise(sorted(known)):
        steps = (after - before) // SLOT
        for step in range(1, steps):
            rise = (known[after] - known[before]) * step / steps
            lines[before + step * SLOT] = known[before] + rise
    return lines


def _slots(begin: datetime, end: datetime) -> list[datetime]:
    return [begin + at * SLOT for at in range((end - begin) // SLOT)]
