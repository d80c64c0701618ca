"""Half-hourly usage: its place in time, and which days of it are published."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from custom_components.cloud_energy.client.errors import Malformed

from .const import SITE_ZONE

HALF_HOUR: Final = timedelta(minutes=30)

_DAY: Final = timedelta(days=1)
# A day that is not wholly published comes as zeros or nearly empty (wire 5).
_FEWEST_NONZERO: Final = 4
_FEWEST_INTERVALS: Final = 44
_LATE_HOUR: Final = 22


@dataclass(frozen=True, slots=True)
class IntervalUsage:
    """The energy of one half hour in kWh; None is not (yet) known, which is no zero."""

    start: datetime
    """In UTC."""
    consumption: float | None
    generation: float | None
    """What the home has exported; None throughout for a meter that exports nothing."""

    @property
    def day(self) -> date:
        """The local day that it belongs to."""
        return self.start.astimezone(SITE_ZONE).date()


def interval_start(day: date, clock: time, *, again: bool = False) -> datetime | None:
    """Return when (UTC) the wall clock showed that time on that day.

    Times that the spring change skips count as the same time an hour later, where
    the service puts their energy. The second showing (`again`) of a time exists in
    the hour that the autumn change repeats and nowhere else: None.
    """
    midnight, length = _midnight_and_length(day)
    if length == _DAY:
        since = timedelta(hours=clock.hour, minutes=clock.minute)
        return None if again else midnight + since
    local = datetime.combine(day, clock, SITE_ZONE)
    first = local.astimezone(UTC)
    second = local.replace(fold=1).astimezone(UTC)
    if again:
        return second if second > first else None
    # For a skipped time fold=0 uses the offset before the change, so that it
    # comes out an hour later on the wall clock.
    return first


def published_days(usages: Iterable[IntervalUsage]) -> frozenset[date]:
    """Return the local days whose usage is wholly published (wire 5).

    A day of zeros or of a few values is one that the service has not finished.
    A home that exports may draw nothing for a day: either series will do.
    """
    by_day: defaultdict[date, list[IntervalUsage]] = defaultdict(list)
    for usage in usages:
        if usage.consumption is not None or usage.generation is not None:
            by_day[usage.day].append(usage)
    return frozenset(day for day, found in by_day.items() if _is_published(found))


def joined(
    previous: Iterable[IntervalUsage], current: Iterable[IntervalUsage]
) -> list[IntervalUsage]:
    """Return the half hours of two meters that followed each other, in order.

    Where the later one has counted nothing, what the other has counts: its file may
    begin before its installation.
    """
    found = {usage.start: usage for usage in previous}
    for usage in current:
        before = found.get(usage.start)
        found[usage.start] = _both(before, usage) if before else usage
    return [found[start] for start in sorted(found)]


def _both(before: IntervalUsage, after: IntervalUsage) -> IntervalUsage:
    def either(first: float | None, second: float | None) -> float | None:
        return second if second or first is None else first

    return IntervalUsage(
        before.start,
        either(before.consumption, after.consumption),
        either(before.generation, after.generation),
    )


def check_is_whole(
    found: Sequence[IntervalUsage], known: Sequence[IntervalUsage]
) -> None:
    """Compare an answer with the one before: what is published stays so.

    :raises Malformed: no day is left, the latest one is gone, or all that was exported.
    """
    latest = max(published_days(known), default=None)
    if latest is None:
        return
    if latest > max(published_days(found), default=date.min):
        raise Malformed("The workbook lacks days that it had before")
    if any(i.generation for i in known) and all(i.generation is None for i in found):
        raise Malformed("The workbook lacks the generation that it had before")


def _is_published(usages: list[IntervalUsage]) -> bool:
    latest = max(usage.start for usage in usages).astimezone(SITE_ZONE)
    if len(usages) < _FEWEST_INTERVALS or latest.hour < _LATE_HOUR:
        return False
    return any(
        sum(1 for value in values if value) >= _FEWEST_NONZERO
        for values in (
            [usage.consumption for usage in usages],
            [usage.generation for usage in usages],
        )
    )


@lru_cache(maxsize=1024)
def _midnight_and_length(day: date) -> tuple[datetime, timedelta]:
    midnight = datetime.combine(day, time(), SITE_ZONE).astimezone(UTC)
    following = datetime.combine(day + _DAY, time(), SITE_ZONE).astimezone(UTC)
    return midnight, following - midnight
