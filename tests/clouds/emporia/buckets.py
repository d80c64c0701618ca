"""The buckets in which the cloud counts energy (wire 4.9): edges as UTC epoch seconds."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

FIXED: Final = {"1S": 1, "1MIN": 60, "15MIN": 900, "1H": 3600}
SCALES: Final = (*FIXED, "1D", "1W", "1MON", "1Y")


class Calendar:
    """How one device counts: days begin at local midnight (UTC without a time zone), months on the billing day."""

    def __init__(self, location: dict[str, Any]) -> None:
        """Read `timeZone` and `billingCycleStartDay` of the locationProperties."""
        self.zone = ZoneInfo(location.get("timeZone") or "UTC")
        self._billing_day = location.get("billingCycleStartDay") or 1

    def bucket(self, scale: str, at: float) -> tuple[float, float]:
        """Start and end of the bucket that holds a time."""
        if scale in FIXED:
            length = FIXED[scale]
            start = at // length * length
            return start, start + length
        first = self._first_day(scale, datetime.fromtimestamp(at, self.zone).date())
        return self._midnight(first), self._midnight(self._next_day(scale, first))

    def buckets(
        self, scale: str, start: float, end: float
    ) -> Iterator[tuple[float, float]]:
        """The buckets that touch `[start, end)`."""
        while start < end:
            first, until = self.bucket(scale, start)
            yield first, until
            start = until

    def _first_day(self, scale: str, day: date) -> date:
        match scale:
            case "1D":
                return day
            case "1W":
                return day - timedelta(days=day.isoweekday() % 7)
            case "1MON":
                first = self._billing_start(day.year, day.month)
                return first if first <= day else self._billing_start(*_before(day))
        first = self._billing_start(day.year, 1)
        return first if first <= day else self._billing_start(day.year - 1, 1)

    def _next_day(self, scale: str, first: date) -> date:
        match scale:
            case "1D":
                return first + timedelta(days=1)
            case "1W":
                return first + timedelta(days=7)
            case "1MON":
                following = first.replace(day=1) + timedelta(days=32)
                return self._billing_start(following.year, following.month)
        return self._billing_start(first.year + 1, 1)

    def _billing_start(self, year: int, month: int) -> date:
        return date(year, month, min(self._billing_day, monthrange(year, month)[1]))

    def _midnight(self, day: date) -> float:
        return datetime.combine(day, time.min, self.zone).timestamp()


def _before(day: date) -> tuple[int, int]:
    """Year and month before a day's."""
    earlier = day.replace(day=1) - timedelta(days=1)
    return earlier.year, earlier.month


def wire_time(at: float) -> str:
    """A time as the cloud writes it, in whole seconds."""
    return f"{datetime.fromtimestamp(int(at), UTC):%Y-%m-%dT%H:%M:%SZ}"
