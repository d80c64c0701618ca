"""Where the rows of a day belong in time (pure functions; wire 5.13, 12.3).

The service marks starts as UTC. It is strongly supported, but not proven for all
accounts, that they are: some might be local times with a wrong mark. Each answer is
looked at, and one that proves either tells it for those that do not.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Final

from custom_components.cloud_energy.readings import HOUR, local_day

from .const import SITE_ZONE
from .models.reading import Period

QUARTER: Final = timedelta(minutes=15)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Interval:
    """The energy of one interval between two times in UTC, in kWh."""

    start: datetime
    end: datetime
    consumption: float
    return_: float | None
    """None where the answer does not say: the meter may count one way only."""

    @property
    def length(self) -> timedelta:
        """How long it lasts."""
        return self.end - self.start


@dataclass(frozen=True)
class DayIntervals:
    """The intervals of one local day."""

    day: date
    intervals: Sequence[Interval]
    offset_is_false: bool | None = None
    """What this answer proves about the mark of its times, if it does."""

    @property
    def is_complete(self) -> bool:
        """Whether no part of the day is missing."""
        start, end = local_day(self.day, SITE_ZONE)
        known = sum((each.length for each in self.intervals), timedelta())
        return known == end - start

    @property
    def end(self) -> datetime | None:
        """The end of the last interval."""
        return self.intervals[-1].end if self.intervals else None


def place(
    periods: Iterable[Period],
    day: date,
    *,
    two_way: bool,
    is_old: bool = False,
    offset_is_false: bool | None = None,
) -> DayIntervals:
    """Return the intervals of a local day, in order of time.

    `two_way`: the return in the rows is real. `is_old`: the day is so long ago that
    its rows may be longer than a quarter of an hour. `offset_is_false`: what other
    answers of this meter have proven.
    """
    rows = [row for row in periods if row.start and row.consumption is not None]
    starts = {id(row): row.start for row in rows if row.start}
    marked = [start for start in starts.values() if start.tzinfo]
    proven = _judge(marked, day)
    verdict = offset_is_false if proven is None else proven
    if verdict is None and _is_doubtful(marked, day):
        if not is_old:
            # The rest of the day will show; two hours off would be invented data.
            return DayIntervals(day, ())
        verdict = True
    placed = _in_utc(rows, is_false=bool(verdict))
    first, end = local_day(day, SITE_ZONE)
    ours = {start: row for start, row in placed if first <= start < end}
    ordered = sorted(ours)
    step = _step(ordered, day, is_old=is_old)
    intervals = [
        Interval(
            start,
            min(start + step, end),
            row.consumption or 0.0,
            row.return_ if two_way else None,
        )
        for start in ordered
        for row in (ours[start],)
    ]
    return DayIntervals(day, intervals, proven)


def _judge(starts: Sequence[datetime], day: date) -> bool | None:
    """Return whether the mark of the times is proven to be false, or to be true."""
    if not starts:
        return None
    first, end = local_day(day, SITE_ZONE)
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    if any(first <= start < midnight for start in starts):
        return False
    if any(end <= start < midnight + _DAY for start in starts):
        return True
    return None


def _is_doubtful(starts: Sequence[datetime], day: date) -> bool:
    """Return whether the rows begin with the day in UTC and not with the local one."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return bool(starts) and min(starts) == midnight


def _in_utc(
    rows: Sequence[Period], *, is_false: bool
) -> Iterable[tuple[datetime, Period]]:
    """Yield each row with its true start."""
    local: list[tuple[datetime, Period]] = []
    for row in rows:
        if row.start is None:
            continue
        if row.start.tzinfo is None:
            local.append((row.start, row))
        elif is_false:
            local.append((row.start.replace(tzinfo=None), row))
        else:
            yield row.start, row
    yield from _from_wall_clock(local)


def _from_wall_clock(
    rows: Sequence[tuple[datetime, Period]],
) -> Iterable[tuple[datetime, Period]]:
    """Yield rows of local times; the end of summer time shows some twice.

    Which of the two comes first is only shown by the order of the rows.
    """
    seen: Counter[datetime] = Counter()
    is_descending = bool(rows) and rows[0][0] > rows[-1][0]
    for wall, row in reversed(rows) if is_descending else rows:
        fold = 1 if seen[wall] else 0
        seen[wall] += 1
        yield wall.replace(tzinfo=SITE_ZONE, fold=fold).astimezone(UTC), row


def _step(starts: Sequence[datetime], day: date, *, is_old: bool) -> timedelta:
    """Return the length of a day's intervals."""
    first, end = local_day(day, SITE_ZONE)
    gaps = Counter(later - earlier for earlier, later in pairwise(starts))
    if not gaps:
        return end - first if is_old and list(starts) == [first] else QUARTER
    usual = gaps.most_common(1)[0][0]
    is_hourly = usual == HOUR and len(starts) == (end - first) // HOUR
    return usual if is_old or is_hourly else QUARTER
