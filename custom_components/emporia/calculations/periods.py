"""Energy of the running day and billing period, safe around their beginnings.

After midnight the cloud may continue giving yesterday's total for up to an hour (wire
4.9). What the minutes since then add up to tells such an answer from a right one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise

from custom_components.cloud_energy.readings import local_midnight
from custom_components.emporia.api.home import Device, Home
from custom_components.emporia.api.models.usage import ChannelKey
from custom_components.emporia.snapshot import Amount

GUARDED = timedelta(minutes=90)
"""How long a total can be an older one's."""
_SKIPPED = 1.5
_SLACK = 0.05
_COVERED = 0.8
_MINUTE = timedelta(minutes=1)
_FIRST_MINUTES = timedelta(minutes=3)


def day_start(device: Device, now: datetime) -> datetime:
    """Return the beginning (UTC) of the device's local day."""
    return local_midnight(_local_date(now, device.zone), device.zone)


@lru_cache(maxsize=64)
def _local_date(now: datetime, zone: tzinfo) -> date:
    """Return the local date, which is the same for all channels of a poll."""
    return now.astimezone(zone).date()


def period_start(device: Device, now: datetime) -> datetime:
    """Return the beginning (UTC) of the billing period, at a local midnight."""
    today = _local_date(now, device.zone)
    first = _billing_date(today.year, today.month, device.billing_day)
    if first > today:
        last_month = today.replace(day=1) - timedelta(days=1)
        first = _billing_date(last_month.year, last_month.month, device.billing_day)
    return local_midnight(first, device.zone)


def billing_periods(device: Device, today: date) -> list[tuple[date, date]]:
    """Return the billing periods of two years with the running one.

    Each is its first day, and the first day that no longer belongs to it.
    """
    months = [
        divmod(today.year * 12 + today.month - 1 + at, 12) for at in range(-25, 3)
    ]
    firsts = [
        _billing_date(year, month + 1, device.billing_day) for year, month in months
    ]
    return [(first, end) for first, end in pairwise(firsts) if first <= today]


def _billing_date(year: int, month: int, day: int) -> date:
    """Return a month's billing day, or its last day if it is shorter."""
    following = (date(year, month, 28) + timedelta(days=4)).replace(day=1)
    length = (following - timedelta(days=1)).day
    return date(year, month, min(max(day, 1), length))


@dataclass
class _Minutes:
    day: datetime
    kwh: float = 0.0
    count: int = 0


@dataclass
class MinuteSums:
    """What the minutes of each local day add up to."""

    _sums: dict[ChannelKey, _Minutes] = field(default_factory=dict)
    _last: datetime | None = None

    def add(
        self,
        home: Home,
        minute: datetime,
        values: Mapping[ChannelKey, float | None],
        spell: int = 1,
    ) -> bool:
        """Take the kWh of one minute (by its start); False if it was taken before.

        `spell`: for how many minutes it stands.
        """
        if self._last is not None and minute <= self._last:
            return False
        self._last = minute
        for key, kwh in values.items():
            device = home.get(key[0])
            if kwh is None or device is None:
                continue
            start = day_start(device, minute)
            sums = self._sums.get(key)
            if sums is None or sums.day != start:
                sums = self._sums[key] = _Minutes(start)
            sums.kwh += kwh * spell
            sums.count += spell
        return True

    def forget_after(self, limit: datetime) -> bool:
        """Forget all minutes if the last one is later than can be; True if it is."""
        if self._last is None or self._last <= limit:
            return False
        self._last, self._sums = None, {}
        return True

    def since(self, key: ChannelKey, start: datetime, now: datetime) -> float | None:
        """Return the kWh since a midnight; None if too many minutes are missing."""
        sums = self._sums.get(key)
        if sums is None:
            return None
        needed = _COVERED * (now - start - _FIRST_MINUTES) / timedelta(minutes=1)
        kwh, count = (sums.kwh, sums.count) if sums.day == start else (0.0, 0)
        return kwh if count >= needed else None


@dataclass
class _Reported:
    """A total of the cloud, and what the minutes since then have added to it."""

    kwh: float
    since: datetime
    as_of: datetime
    added: float = 0.0


class PeriodTotals:
    """The running totals of one kind of period, as far as they can be believed."""

    def __init__(self) -> None:
        """Begin with no totals and no minutes."""
        self._reported: dict[ChannelKey, _Reported] = {}

    def forget_after(self, limit: datetime) -> bool:
        """Forget what was reported later than can be; True if anything was."""
        late = [key for key, each in self._reported.items() if each.as_of > limit]
        for key in late:
            del self._reported[key]
        return bool(late)

    def take(
        self,
        key: ChannelKey,
        kwh: float | None,
        start: datetime,
        now: datetime,
        counted: float | None,
    ) -> None:
        """Take an answer that was requested at `now`, in the period since `start`.

        `counted`: what the minutes since `start` add up to, None if unknown.
        """
        before = self._reported.get(key)
        if kwh is None or (before and before.since > start):
            return
        if now - start < GUARDED and _is_stale(kwh, counted, before, start):
            return
        self._reported[key] = _Reported(kwh, start, now)

    def grow(
        self,
        minute: datetime,
        values: Mapping[ChannelKey, float | None],
        spell: int = 1,
    ) -> None:
        """Add the kWh of one minute (by its start) to what was reported before its end.

        `spell`: for how many minutes up to its end it stands.
        """
        end, start = minute + _MINUTE, minute - (spell - 1) * _MINUTE
        for key, kwh in values.items():
            reported = self._reported.get(key)
            if reported and kwh is not None:
                after = end - max(start, reported.as_of)
                reported.added += kwh * max(0.0, after / _MINUTE)

    def current(
        self, key: ChannelKey, start: datetime, counted: float | None
    ) -> Amount | None:
        """Return the total of the period that began then; never an older one's.

        Until the cloud has a believable total, what the minutes add up to counts.
        """
        reported = self._reported.get(key)
        if reported and reported.since == start:
            return Amount(reported.kwh + reported.added, start)
        return None if counted is None else Amount(counted, start)


def _is_stale(
    kwh: float, counted: float | None, before: _Reported | None, start: datetime
) -> bool:
    """Return whether a total so early in a period is likely the last period's."""
    if abs(kwh) < 1e-6:
        return False
    if before and before.since < start and abs(kwh - before.kwh) < 1e-9:
        return True
    return counted is None or abs(kwh) > abs(counted) * _SKIPPED + _SLACK
