"""What all channels have used, or cost, today and in the billing period."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.entry.answer_cache import AnswerCache
from custom_components.cloud_energy.readings import HOUR
from custom_components.emporia.api.energy import Scale
from custom_components.emporia.api.home import Device, Home
from custom_components.emporia.api.models import Usages
from custom_components.emporia.api.models.usage import ChannelKey
from custom_components.emporia.calculations.periods import (
    GUARDED,
    MinuteSums,
    PeriodTotals,
    day_start,
    period_start,
)
from custom_components.emporia.snapshot import Amount

_AFTER_MIDNIGHT_EVERY = timedelta(minutes=10)
_AFTER_MIDNIGHT = timedelta(minutes=70)
_CAUGHT_UP = HOUR
"""A clock that was ahead by less is soon where it was: what was counted still holds."""

type Amounts = Mapping[ChannelKey, float | None]
type _Total = tuple[datetime, Usages]
"""When running totals were requested, and what they were then."""


@dataclass(frozen=True)
class Pace:
    """How often the totals of the day and of the billing period are requested."""

    day: timedelta = timedelta(minutes=30)
    month: timedelta = timedelta(hours=2)


class RunningTotals:
    """Asks for the cloud's totals now and then; the minutes in between are added."""

    def __init__(
        self,
        answers: AnswerCache,
        read: Callable[[datetime, Scale], Awaitable[Usages]],
        show: Callable[[Usages], Amounts],
        *,
        kind: str = "",
        pace: Pace = Pace(),  # it is frozen
    ) -> None:
        """Take what requests a bucket, and what gives its amounts their signs.

        `kind`: what the names of its answers begin with.
        """
        self._answers = answers
        self._read = read
        self._show = show
        self._kind = kind
        self._pace = pace
        self._minutes = MinuteSums()
        self._days = PeriodTotals()
        self._months = PeriodTotals()
        self._taken: dict[str, _Total] = {}
        """The answers that are counted in."""

    def add_minute(
        self, home: Home, minute: datetime, values: Amounts, spell: int = 1
    ) -> None:
        """Take the amounts of one minute (by its start); the same one counts once.

        `spell`: for how many minutes it stands, if not each one is requested.
        """
        self._forget_future()
        if self._minutes.add(home, minute, values, spell):
            self._days.grow(minute, values, spell)
            self._months.grow(minute, values, spell)

    def renew(self, delay: timedelta) -> None:
        """Have the totals requested after a delay; the minutes are added up until then."""
        self._answers.due(f"{self._kind}day", delay)
        self._answers.due(f"{self._kind}month", delay)

    def today(self, device: Device, key: ChannelKey, now: datetime) -> Amount | None:
        """Return the amount since the local midnight; None if not known."""
        start = day_start(device, now)
        return self._days.current(key, start, self._minutes.since(key, start, now))

    def this_period(
        self, device: Device, key: ChannelKey, now: datetime
    ) -> Amount | None:
        """Return the amount since the billing period began; None if not known."""
        start = period_start(device, now)
        is_first_day = start == day_start(device, now)
        counted = self._minutes.since(key, start, now) if is_first_day else None
        return self._months.current(key, start, counted)

    async def async_read(self, home: Home) -> None:
        """Request what is due.

        :raises AuthFailed: the user must sign in again.
        """
        self._forget_future()
        if self._is_unknown_early(home):
            first_hours = await self._answers.get(
                f"{self._kind}first_hours",
                partial(self._first_hours, home),
                every=_AFTER_MIDNIGHT_EVERY,
            )
            self._take("first_hours", first_hours, home)
        day = await self._answers.get(
            f"{self._kind}day",
            partial(self._ask, Scale.DAY),
            every=partial(self._day_pause, home),
        )
        self._take("day", day, home)
        month = await self._answers.get(
            f"{self._kind}month",
            partial(self._ask, Scale.MONTH),
            every=self._pace.month,
        )
        self._take("month", month, home)

    def _forget_future(self) -> None:
        """Have nothing stay from a time at which this machine's clock was ahead."""
        limit = dt_util.utcnow() + _CAUGHT_UP
        parts = (self._minutes, self._days, self._months)
        late = [each.forget_after(limit) for each in parts]
        if any(late):
            self.renew(timedelta(0))

    async def _ask(self, scale: Scale) -> _Total:
        now = dt_util.utcnow()
        return now, await self._read(now, scale)

    def _is_unknown_early(self, home: Home) -> bool:
        """Return whether a total so early in the day could not be judged."""
        now = dt_util.utcnow()
        return any(
            now - day_start(device, now) < GUARDED
            and not any(
                self.today(device, (gid, slug), now) for slug in device.channels
            )
            for gid, device in home.items()
        )

    async def _first_hours(self, home: Home) -> _Total:
        """Add up the hours since midnight, which never begin with yesterday's.

        :raises CloudError: they can't be fetched now.
        """
        now = dt_util.utcnow()
        sums = defaultdict[ChannelKey, float](float)
        starts = {gid: day_start(device, now) for gid, device in home.items()}
        early = {at for at in starts.values() if now - at < GUARDED and not at.minute}
        for start in early:
            for hours in range((now - start) // HOUR + 1):
                last = start + (hours + 1) * HOUR - timedelta(seconds=1)
                usages = await self._read(min(last, now), Scale.HOUR)
                for key, kwh in usages.values.items():
                    if kwh is not None and starts.get(key[0]) == start:
                        sums[key] += kwh
        return now, Usages(None, dict(sums))

    def _take(self, kind: str, total: _Total | None, home: Home) -> None:
        """Count an answer in, once."""
        if total is None or total is self._taken.get(kind):
            return
        self._taken[kind] = total
        now, usages = total
        if now > dt_util.utcnow() + _CAUGHT_UP:
            # Stored while the clock was ahead
            return
        is_month, is_sure = kind == "month", kind == "first_hours"
        totals, start_of = (
            (self._months, period_start) if is_month else (self._days, day_start)
        )
        for key, kwh in self._show(usages).items():
            start = start_of(home[key[0]], now)
            known = kwh if is_sure else self._known(home[key[0]], key, start, now)
            totals.take(key, kwh, start, now, known)

    def _known(
        self, device: Device, key: ChannelKey, start: datetime, now: datetime
    ) -> float | None:
        """Return the amount since today's midnight as far as anything else has it."""
        amount = self.today(device, key, now)
        return amount.total if amount and amount.since == start else None

    def _day_pause(self, home: Home, total: _Total) -> timedelta:
        asked_at = total[0]
        ages = [asked_at - day_start(device, asked_at) for device in home.values()]
        is_early = any(age < _AFTER_MIDNIGHT for age in ages)
        return _AFTER_MIDNIGHT_EVERY if is_early else self._pace.day
