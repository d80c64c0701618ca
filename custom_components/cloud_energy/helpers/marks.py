"""Marks in time: when something was last done, and whether that still counts."""

from datetime import datetime, timedelta

from homeassistant.util import dt as dt_util


def is_recent(at: datetime, life: timedelta, now: datetime | None = None) -> bool:
    """Return whether a mark (UTC) is younger than `life`; `now` is the present.

    A mark in the future was set while this machine's clock was wrong, so it counts no
    more: otherwise nothing would be done until then.
    """
    age = (now or dt_util.utcnow()) - at
    return timedelta(0) <= age < life
