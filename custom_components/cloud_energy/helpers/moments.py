"""Dates and times as states and attributes show them."""

from datetime import date, datetime, time

from homeassistant.util import dt as dt_util


def moment_of(value: object) -> datetime | None:
    """Return the time (UTC) that a date or time means; None if it is neither.

    A date means its midnight, and a time without an offset the home's clock.
    """
    try:
        if isinstance(value, datetime):
            return dt_util.as_utc(value)
        if isinstance(value, date):
            return dt_util.as_utc(datetime.combine(value, time.min))
        found = dt_util.parse_datetime(value) if isinstance(value, str) else None
        return dt_util.as_utc(found) if found else None
    except ValueError, OverflowError:
        return None


def is_later(value: object, before: object) -> bool:
    """Return whether a date or time is after another one; both have to be some."""
    moment, earlier = moment_of(value), moment_of(before)
    return moment is not None and earlier is not None and moment > earlier
