"""What has come of a run, and what grows with time."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations
from statistics import median
from typing import Final

_SHORTEST_SLOPE: Final = 5
"""Counts."""
_SHORTEST_VERDICT: Final = 78
"""Days."""
_MONTH: Final = 30
_FEW: Final = 20
_MOST_BYTES: Final = 5_000_000
"""By so much what is held may grow in a month: readings of a year, mostly."""
_LEAK: Final = 0.5
"""The share by which the objects of a class may become more in a month."""


@dataclass
class Outcome:
    """What has come of a run."""

    findings: list[str] = field(default_factory=list)
    requests: dict[str, int] = field(default_factory=dict)
    """The most requests of a day, by provider."""
    objects: dict[int, Counter[str]] = field(default_factory=dict)
    """Objects of our classes, by the day on which they were counted."""
    sizes: dict[int, float] = field(default_factory=dict)
    """Bytes that are held by what is ours, by the day."""
    seconds: float = 0.0
    """How long it took in earnest."""

    @property
    def latest(self) -> Counter[str]:
        """The objects that were there last."""
        return self.objects[max(self.objects)]

    @property
    def growth(self) -> dict[str, float]:
        """How many objects of each class more there are after a month.

        A slope says nothing before all that is kept for some days is full, so there is
        none in short runs. It is the median of the slopes between any two days: what
        comes and goes is no growth.
        """
        if self.byte_growth is None:
            return {}
        return {
            name: _slope({day: found[name] for day, found in self.objects.items()})
            for name in sorted(self.latest)
        }

    @property
    def byte_growth(self) -> float | None:
        """How many bytes more are held after a month; None in short runs."""
        is_long = len(self.sizes) > 2 * (_SHORTEST_SLOPE - 1)
        return _slope(self.sizes) if is_long else None

    @property
    def leaks(self) -> list[str]:
        """The classes of which there are a good deal more after a month.

        Hours that are kept for a year or more may become more by some each day, and
        what is of the running month is more on each of its days.
        """
        found = []
        if (self.byte_growth or 0) > _MOST_BYTES:
            found.append(f"{self.byte_growth:+,.0f} bytes in a month")
        if max(self.objects, default=0) < _SHORTEST_VERDICT:
            return found
        return found + [
            f"{growth:+,.0f} objects of {name} in a month"
            for name, growth in self.growth.items()
            if growth
            > max(_FEW, _LEAK * median(x[name] for x in self.objects.values()))
        ]


def _slope(days: Mapping[int, float]) -> float:
    """Return how much more there is after a month, by the later half of some days."""
    half = sorted(days.items())[len(days) // 2 :]
    pairs = combinations(half, 2)
    return _MONTH * median((b - a) / (at - since) for (since, a), (at, b) in pairs)
