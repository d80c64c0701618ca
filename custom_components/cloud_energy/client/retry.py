"""When and how long to wait before a request is sent again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from math import isfinite
import random
from typing import Final

LONGEST_PAUSE: Final = timedelta(hours=24).total_seconds()
"""Whatever a cloud requests: after so many seconds it is asked again."""


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """How often a repeatable call is tried, with which pauses in seconds."""

    attempts: int = 3
    first_pause: float = 1.0
    longest_pause: float = 30.0

    def pause(self, attempt: int, retry_after: float | None = None) -> float | None:
        """Return the pause after a failed attempt (1, 2, ...).

        None means that the cloud requests a longer pause than a request can wait; the
        caller then comes back later.
        """
        if retry_after is None:
            ceiling = min(self.longest_pause, self.first_pause * 2.0 ** (attempt - 1))
            # Half fixed and half random: clients that failed together come
            # back apart.
            return random.uniform(ceiling / 2, ceiling)
        return retry_after if retry_after <= self.longest_pause else None


def parse_retry_after(value: str | None, date: str | None = None) -> float | None:
    """Read a Retry-After header: seconds or an HTTP date; None if it is neither.

    A pause is a day at most. A date is held against the `Date` of the same answer, if
    it has one: this machine's clock may be wrong.
    """
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        until = http_date(value)
        if until is None:
            return None
        now = http_date(date or "") or datetime.now(UTC)
        seconds = (until - now).total_seconds()
    # Without an end it is no pause but nonsense.
    return min(max(0.0, seconds), LONGEST_PAUSE) if isfinite(seconds) else None


def asked_pause(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that an answer asks to be left alone; None if it does not."""
    return parse_retry_after(headers.get("Retry-After"), headers.get("Date"))


def http_date(value: str) -> datetime | None:
    """Read an HTTP date; None if it is none."""
    try:
        moment = parsedate_to_datetime(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except ValueError, OverflowError:
        return None
