"""Readings of meters, and their hours and local days (pure functions)."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise
from math import fsum, isfinite

HOUR = timedelta(hours=1)
_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Reading:
    """The amount (kWh, money) of one interval, between two aware times."""

    start: datetime
    end: datetime
    value: float

    def __post_init__(self) -> None:
        """Refuse what can't be placed in time or added up.

        :raises ValueError: a naive time, an empty interval, no finite value.
        """
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("A reading needs aware times")
        # Times of one zone compare by the clock on the wall: only UTC is certain
        # the two hours apart that the end of summer time repeats.
        if _utc(self.start) >= _utc(self.end):
            raise ValueError("A reading ends after it starts")
        if not isfinite(self.value):
            raise ValueError("A reading has a finite value")

    @property
    def length(self) -> timedelta:
        """The time between start and end."""
        return _utc(self.end) - _utc(self.start)


@dataclass(frozen=True)
class Hours:
    """Readings sorted into hours of UTC."""

    complete: dict[datetime, float]
    """Amount per hour (its start, UTC) that readings cover wholly."""
    partial: frozenset[datetime]
    """Hours that readings cover in part only: they wait for the rest."""
    coarse: tuple[Reading, ...]
    """Readings longer than an hour, in order of time: never spread."""


def hourly(readings: Iterable[Reading]) -> Hours:
    """Sort readings of any order and length into hours.

    A reading over two hours is shared out by time. Of readings that overlap the
    finer one counts, and of equally fine ones the later in the given order,
    since that one is the correction.
    """
    fine: list[Reading] = []
    coarse: list[Reading] = []
    for reading in readings:
        if reading.length > HOUR:
            coarse.append(reading)
        else:
            fine.append(_in_utc(reading))
    amounts: defaultdict[datetime, list[float]] = defaultdict(list)
    covered: defaultdict[datetime, timedelta] = defaultdict(timedelta)
    for reading in _without_overlaps(fine):
        length = reading.length
        hour = floor_hour(reading.start)
        if reading.end - hour <= HOUR:
            # Nearly all lie in one hour, and a year has thousands of them
            amounts[hour].append(reading.value)
            covered[hour] += length
            continue
        for hour, part in _parts(reading):
            amounts[hour].append(reading.value * (part / length))
            covered[hour] += part
    complete = {
        hour: round(fsum(amounts[hour]), _DECIMALS)
        for hour, part in covered.items()
        if part == HOUR
    }
    partial = frozenset(covered.keys() - complete.keys())
    return Hours(complete, partial, tuple(_without_overlaps(coarse)))


def floor_hour(moment: datetime) -> datetime:
    """Return the start, in UTC, of the hour of UTC that the moment lies in."""
    return _utc(moment).replace(minute=0, second=0, microsecond=0)


def ceil_hour(moment: datetime) -> datetime:
    """Return the first full hour of UTC that does not begin before the moment."""
    hour = floor_hour(moment)
    return hour if hour == moment else hour + HOUR


def hours_between(start: datetime, end: datetime) -> Iterator[datetime]:
    """Return the starts of the hours from a full one to another, which is left out."""
    return (start + at * HOUR for at in range((end - start) // HOUR))


@lru_cache(maxsize=4096)
def local_midnight(day: date, zone: tzinfo) -> datetime:
    """Return the first moment of a local day, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def local_day(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return start and end (UTC) of a local day of 23, 24 or 25 hours."""
    return local_midnight(day, zone), local_midnight(day + timedelta(days=1), zone)


def local_month(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return start and end (UTC) of the local month that the day lies in."""
    first = day.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return local_midnight(first, zone), local_midnight(following, zone)


def _in_utc(reading: Reading) -> Reading:
    """Return a reading whose times need no reckoning whenever they are compared."""
    if reading.start.tzinfo is UTC and reading.end.tzinfo is UTC:
        return reading
    return Reading(_utc(reading.start), _utc(reading.end), reading.value)


def _parts(reading: Reading) -> Iterable[tuple[datetime, timedelta]]:
    """Cut a reading at full hours."""
    at, end = _utc(reading.start), _utc(reading.end)
    while at < end:
        hour = floor_hour(at)
        until = min(end, hour + HOUR)
        yield hour, until - at
        at = until


def _without_overlaps(readings: Sequence[Reading]) -> Sequence[Reading]:
    if all(_utc(a.end) <= _utc(b.start) for a, b in pairwise(readings)):
        return readings
    latest = {(_utc(r.start), _utc(r.end)): (at, r) for at, r in enumerate(readings)}
    ordered = sorted((r for _, r in latest.values()), key=lambda r: _utc(r.start))
    if all(_utc(a.end) <= _utc(b.start) for a, b in pairwise(ordered)):
        return ordered
    by_rank = sorted(latest.values(), key=lambda item: (item[1].length, -item[0]))
    return _first_come(reading for _, reading in by_rank)


def _first_come(by_rank: Iterable[Reading]) -> Sequence[Reading]:
    """Keep each reading that leaves the better ranked ones their time."""
    starts: list[datetime] = []
    kept: list[Reading] = []
    for reading in by_rank:
        at = bisect_left(starts, _utc(reading.start))
        free_before = at == 0 or _utc(kept[at - 1].end) <= _utc(reading.start)
        free_after = at == len(kept) or starts[at] >= _utc(reading.end)
        if free_before and free_after:
            starts.insert(at, _utc(reading.start))
            kept.insert(at, reading)
    return kept


def _utc(moment: datetime) -> datetime:
    # Nearly all times are in UTC already, and `astimezone` makes others of them
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)
