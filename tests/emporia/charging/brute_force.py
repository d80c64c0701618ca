"""What the best of all plans costs, found by trying them all."""

from collections.abc import Iterable, Sequence
from itertools import combinations

type Prices = Sequence[float | None]


def weight(prices: Prices, chosen: Iterable[int]) -> tuple[int, float]:
    """Return the number of slots without a price, and what the others cost."""
    found = [prices[n] for n in chosen]
    return found.count(None), round(sum(p for p in found if p is not None), 9)


def best(prices: Prices, count: int, *, contiguous: bool = False) -> tuple[int, ...]:
    """Return the best slots of equal length, the earliest of equally good ones."""
    slots = range(len(prices))
    every: Iterable[tuple[int, ...]] = combinations(slots, count)
    if contiguous:
        every = (tuple(slots[n : n + count]) for n in slots[: len(prices) - count + 1])
    return min(every, key=lambda chosen: (*weight(prices, chosen), chosen))
