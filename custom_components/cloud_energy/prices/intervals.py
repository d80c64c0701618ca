"""Coming prices, each for its time (pure functions).

What is not known stays a gap: no price is ever made up.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
import itertools
from math import fsum
from typing import Final

from custom_components.cloud_energy.client.storable import is_storable
from custom_components.cloud_energy.readings import HOUR, floor_hour

_QUARTER: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class PriceInterval:
    """What a kWh costs between two aware times, in the currency of its source."""

    start: datetime
    end: datetime
    price: float

    def __post_init__(self) -> None:
        """Take the times in UTC, and refuse what is no price of a time.

        :raises ValueError: a naive time, an empty interval, no price that means
            something.
        """
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("A price needs aware times")
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))
        if self.start >= self.end:
            raise ValueError("A price ends after it starts")
        if not is_storable(self.price):
            raise ValueError("A price is finite")

    @property
    def length(self) -> timedelta:
        """The time between start and end."""
        return self.end - self.start


@dataclass(frozen=True, kw_only=True)
class Prices:
    """The coming prices of one source."""

    intervals: Sequence[PriceInterval] = ()
    """In order of time, without overlaps; what is not covered is not known."""
    currency: str
    source: str
    """Who says so, as a user reads it."""
    names_currency: bool = True
    """Whether the source names it; else it is the one of Home Assistant."""


def in_order(intervals: Iterable[PriceInterval]) -> list[PriceInterval]:
    """Return intervals of any order in order of time, without overlaps.

    Where several hold a time, the finest one counts, and of equally fine ones the
    later in the given order, since that one is the correction.
    """
    ranked = list(enumerate(intervals))
    coming = sorted(ranked, key=lambda item: item[1].start, reverse=True)
    edges = sorted({edge for _, each in ranked for edge in (each.start, each.end)})
    found: list[PriceInterval] = []
    open_ones: list[tuple[timedelta, int, PriceInterval]] = []
    for start, end in itertools.pairwise(edges):
        while coming and coming[-1][1].start <= start:
            rank, each = coming.pop()
            heappush(open_ones, (each.length, -rank, each))
        while open_ones and open_ones[0][2].end <= start:
            heappop(open_ones)
        if open_ones:
            _append(found, open_ones[0][2], start, end)
    return found


def _append(
    found: list[PriceInterval], of: PriceInterval, start: datetime, end: datetime
) -> None:
    """Add a part of an interval; parts of the same one that touch are one."""
    last = found[-1] if found else None
    if last and last.end == start and of.start <= last.start and of.price == last.price:
        found[-1] = PriceInterval(last.start, end, of.price)
    else:
        found.append(PriceInterval(start, end, of.price))


def by_quarter_hours(intervals: Iterable[PriceInterval]) -> list[PriceInterval]:
    """Return what is finer than a quarter of an hour as the mean of that quarter.

    Nothing that is switched by prices is to be switched more often.

    :param intervals: in order of time, without overlaps
    """
    found: list[PriceInterval] = []
    for (_, is_fine), group in itertools.groupby(intervals, _quarter_of):
        parts = list(group)
        found += _means(parts) if is_fine else parts
    return found


def _quarter_of(each: PriceInterval) -> tuple[int, bool]:
    """Return in which quarter of an hour it lies, and whether wholly so."""
    first = int(each.start.timestamp() // _QUARTER.total_seconds())
    last = -int(-each.end.timestamp() // _QUARTER.total_seconds())
    return first, last - first == 1


def _means(parts: list[PriceInterval]) -> list[PriceInterval]:
    """Return parts of one quarter as one; those with a gap between them as they are."""
    start, end = parts[0].start, parts[-1].end
    price, known = mean_price(parts), sum((each.length for each in parts), timedelta())
    if price is None or len(parts) == 1 or known < end - start:
        return parts
    return [PriceInterval(start, end, round(price, 8))]


def mean_price(intervals: Iterable[PriceInterval]) -> float | None:
    """Return the mean price of all times that have one; None if none has."""
    known = list(intervals)
    hours = fsum(each.length / HOUR for each in known)
    if not hours:
        return None
    return fsum(each.price * (each.length / HOUR) for each in known) / hours


def between(
    intervals: Iterable[PriceInterval], start: datetime, end: datetime
) -> list[PriceInterval]:
    """Return the parts of intervals that lie between two times."""
    return [
        PriceInterval(max(each.start, start), min(each.end, end), each.price)
        for each in intervals
        if max(each.start, start) < min(each.end, end)
    ]


def completed(
    intervals: Sequence[PriceInterval], older: Iterable[PriceInterval]
) -> list[PriceInterval]:
    """Return intervals in order, with what older ones tell of times they do not hold."""
    found = list(intervals)
    for each in older:
        at = each.start
        for newer in between(intervals, each.start, each.end):
            if at < newer.start:
                found.append(PriceInterval(at, newer.start, each.price))
            at = newer.end
        if at < each.end:
            found.append(PriceInterval(at, each.end, each.price))
    return sorted(found, key=lambda each: each.start)


def priced_hours(
    price_at: Callable[[datetime], float | None],
    start: datetime,
    end: datetime,
    edges: Iterable[datetime] = (),
) -> list[PriceInterval]:
    """Return the prices of a tariff hour by hour; hours without a price are left out.

    :param edges: other times than full hours at which the price may change
    """
    found = []
    times = sorted({start, end, *_full_hours(start, end), *edges})
    times = [time for time in times if start <= time <= end]
    for begin, until in itertools.pairwise(times):
        price = price_at(begin)
        if price is not None and is_storable(price):
            found.append(PriceInterval(begin, until, round(price, 6)))
    return found


def _full_hours(start: datetime, end: datetime) -> Iterator[datetime]:
    hour = floor_hour(start) + HOUR
    while hour < end:
        yield hour
        hour += HOUR
