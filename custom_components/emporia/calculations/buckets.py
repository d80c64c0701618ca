"""When the buckets of a chart begin (wire 4.10)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import takewhile
from typing import Final

from custom_components.cloud_energy.client.storable import is_sensible
from custom_components.cloud_energy.readings import local_midnight
from custom_components.emporia.api.energy import Scale

_LENGTHS: Final = {
    Scale.SECOND: timedelta(seconds=1),
    Scale.MINUTE: timedelta(minutes=1),
    Scale.QUARTER: timedelta(minutes=15),
    Scale.HOUR: timedelta(hours=1),
}
_DAYS: Final = {Scale.DAY: 1, Scale.WEEK: 7}


def bucket_starts(
    first: datetime | None, count: int, scale: Scale, zone: tzinfo
) -> Iterator[datetime]:
    """Yield the local starts of buckets; days and longer ones are the calendar's.

    Those that begin when no time can be meant any more are left out.

    :param first: when the first one begins; None if there is none
    """
    if first is None or not is_sensible(first):
        return
    starts = (_start(first, at, scale, zone) for at in range(count))
    yield from takewhile(is_sensible, starts)


def _start(first: datetime, count: int, scale: Scale, zone: tzinfo) -> datetime:
    """Return the start of the bucket that is so many behind the first one."""
    if length := _LENGTHS.get(scale):
        return (first.astimezone(UTC) + count * length).astimezone(zone)
    day = _later(first.astimezone(zone).date(), count, scale)
    return local_midnight(day, zone).astimezone(zone)


def _later(day: date, count: int, scale: Scale) -> date:
    """Return the start of the bucket that is so many behind the one of a day."""
    if days := _DAYS.get(scale):
        return day + count * timedelta(days=days)
    months = count * (12 if scale is Scale.YEAR else 1) + day.month - 1
    return day.replace(year=day.year + months // 12, month=months % 12 + 1, day=1)
