"""Local days in Israel."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import voluptuous as vol

from .places import TIME_ZONE

ZONE: Final = ZoneInfo(TIME_ZONE)
DAY: Final = timedelta(days=1)


@cache
def midnight(day: date) -> datetime:
    """The moment at which a local day begins, in UTC."""
    return datetime.combine(day, time.min, ZONE).astimezone(UTC)


def local_day(moment: datetime) -> date:
    """The local day of a moment."""
    return moment.astimezone(ZONE).date()


def days(first: date, end: date) -> Iterator[date]:
    """The days of `[first, end)`."""
    for offset in range((end - first).days):
        yield first + offset * DAY


def next_month(day: date) -> date:
    """The first day of the next month."""
    return (day.replace(day=28) + 4 * DAY).replace(day=1)


def add_months(day: date, months: int) -> date:
    """The same day of the month, some months later or earlier; `day` must lie before the 29th."""
    months += day.year * 12 + day.month - 1
    return day.replace(year=months // 12, month=months % 12 + 1)


def iso_date(value: Any) -> date:
    """A day from `YYYY-MM-DD`, for schemas.

    :raises voluptuous.Invalid: it is none
    """
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise vol.Invalid(f"{value!r} is no date") from error
