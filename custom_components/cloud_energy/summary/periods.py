"""The local periods that a summary is of, and those that it compares with."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from custom_components.cloud_energy.readings import HOUR, ceil_hour, local_midnight

_DAY = timedelta(days=1)
_SAME_WEEKDAY = timedelta(weeks=52)
_YEAR = timedelta(days=365)
_NEAR = timedelta(days=20)
"""By how much a bill of a year ago may begin earlier or later."""


class Length(StrEnum):
    """How much time a summary covers."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    BILLING_PERIOD = "billing_period"


@dataclass(frozen=True, kw_only=True)
class Period:
    """Local days of one kind, cut off where nothing is known yet."""

    length: Length
    first: date
    end: date
    """The first day that no longer belongs to it."""
    zone: tzinfo
    until: datetime | None = None
    """Where it is cut off, in UTC; None for the whole period."""

    @property
    def start(self) -> datetime:
        """Its first full hour of UTC."""
        return ceil_hour(local_midnight(self.first, self.zone))

    @property
    def stop(self) -> datetime:
        """The first full hour of UTC that no longer belongs to it."""
        whole = ceil_hour(local_midnight(self.end, self.zone))
        return whole if self.until is None else max(self.start, min(self.until, whole))

    @property
    def hours(self) -> int:
        """How many hours it has, of which one more or fewer is that of a clock change."""
        return (self.stop - self.start) // HOUR

    @property
    def days(self) -> list[date]:
        """The local days of the period."""
        return [self.first + at * _DAY for at in range((self.end - self.first) // _DAY)]

    def cut(self, until: datetime) -> Period:
        """Return the part up to a time; the whole if that is not before its end."""
        return replace(self, until=until) if until < self.stop else self

    def cut_like(self, other: Period) -> Period:
        """Return as much of it, on the clock on the wall, as another one was left with."""
        if other.until is None:
            return self
        local = other.until.astimezone(self.zone)
        day = self.first + (local.date() - other.first)
        at = datetime.combine(day, time(local.hour), self.zone)
        return self.cut(at.astimezone(UTC))


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A period with the one before, and the one of a year ago."""

    period: Period
    before: Period | None
    year_ago: Period | None

    def cut(self, until: datetime) -> Comparison:
        """Cut the period off, and compare with as much of the others."""
        period = self.period.cut(until)
        before, year_ago = (
            other and other.cut_like(period) for other in (self.before, self.year_ago)
        )
        return Comparison(period=period, before=before, year_ago=year_ago)


def calendar_comparison(
    length: Length, today: date, ago: int, zone: tzinfo
) -> Comparison:
    """Return a day, a week from Monday, or a month; the running one is none ago."""
    period, before = (
        _calendar_period(length, today, back, zone) for back in (ago, ago + 1)
    )
    if length is Length.MONTH:
        year_ago = _calendar_period(length, today, ago + 12, zone)
    else:
        year_ago = replace(
            period, first=period.first - _SAME_WEEKDAY, end=period.end - _SAME_WEEKDAY
        )
    return Comparison(period=period, before=before, year_ago=year_ago)


def billing_comparison(
    billed: Iterable[tuple[date, date]], today: date, ago: int, zone: tzinfo
) -> Comparison | None:
    """Return the running billing period, or one so many before it.

    :param billed: first day of each period and of the time behind it
    """
    ordered = sorted({first: end for first, end in billed if first <= today}.items())
    if not ordered:
        return None
    is_running = ordered[-1][1] > today
    at = len(ordered) - (1 if is_running else 0) - ago
    if not 0 <= at < len(ordered):
        return None
    periods = [
        Period(length=Length.BILLING_PERIOD, first=first, end=end, zone=zone)
        for first, end in ordered
    ]
    period = periods[at]
    before = periods[at - 1] if at and periods[at - 1].end == period.first else None
    wanted = period.first - _YEAR
    near = [each for each in periods[:at] if abs(each.first - wanted) <= _NEAR]
    year_ago = min(near, key=lambda each: abs(each.first - wanted), default=None)
    return Comparison(period=period, before=before, year_ago=year_ago)


def with_running(
    billed: Iterable[tuple[date, date]], today: date
) -> list[tuple[date, date]]:
    """Add the period that runs since the last one that is billed."""
    found = list(billed)
    last = max((end for _, end in found), default=None)
    if last is not None and last <= today:
        found.append((last, today + _DAY))
    return found


def _calendar_period(length: Length, today: date, ago: int, zone: tzinfo) -> Period:
    match length:
        case Length.DAY:
            first = today - ago * _DAY
            end = first + _DAY
        case Length.WEEK:
            first = today - timedelta(days=today.weekday(), weeks=ago)
            end = first + 7 * _DAY
        case _:
            first, end = _month(today, ago), _month(today, ago - 1)
    return Period(length=length, first=first, end=end, zone=zone)


def following_month(day: date) -> date:
    """Return the first day of the month after that of a day."""
    return _month(day, -1)


def _month(today: date, ago: int) -> date:
    """Return the first day of the month so many before this one."""
    years, month = divmod(today.year * 12 + today.month - 1 - ago, 12)
    return date(years, month + 1, 1)
