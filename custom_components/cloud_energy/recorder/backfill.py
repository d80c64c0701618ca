"""Brings history in front of what is stored: latest first, window by window.

Where it stands is read from the recorder, so it continues after a restart. It requests
nothing while `may_go_on` says no; whoever owns it runs it again later.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from homeassistant.core import HomeAssistant

from custom_components.cloud_energy.client.errors import ProviderError
from custom_components.cloud_energy.readings import Reading, floor_hour

from .copied_hours import copied_until
from .feed import Batch, StatisticsFeed
from .series import Series
from .stored import async_stored_range

_EMPTY_WINDOWS = 3
_MAX_REFUSALS = 3
"""How often a window is requested of which single days are refused."""
_NOTHING = timedelta(0)
_LOOK_AGAIN = (timedelta(days=1), timedelta(days=7), timedelta(days=30))
"""How long a series of which there is nothing at all is left alone."""


@dataclass(frozen=True, kw_only=True)
class HistorySource:
    """A series and where its readings come from."""

    series: Series
    fetch: Callable[[datetime, datetime], Awaitable[Sequence[Reading]]]
    """Returns the readings between two times (UTC)."""
    earliest: datetime
    """History before this time is not wanted."""
    available_from: datetime | None = None
    """What lies before is no longer served; None where there is no such limit."""
    window: timedelta | None = None
    """How much to bring in at a time, if it costs more than with other series."""
    derive: Callable[[Sequence[Reading]], Sequence[Batch]] = lambda _: ()
    """Returns what follows from a window's readings, such as their cost."""
    cost: float = 1.0
    """About how many requests a window takes."""
    brought_by: Sequence[HistorySource] = ()
    """Whose requests bring it as well, as far back as they go."""
    behind: Sequence[HistorySource] = ()
    """What it never gets ahead of: solar without the grid of its time shows a lie."""


class PartlyRefused(ProviderError):
    """The cloud has refused some of the time that was requested, and not the rest."""

    def __init__(self, message: str, readings: Sequence[Reading]) -> None:
        """Take what there is."""
        super().__init__(message)
        self.readings = readings


@dataclass
class _Reached:
    """How far back a series is stored, or known to be empty."""

    at: datetime
    looked_at: datetime
    empty: timedelta = timedelta(0)
    oldest: datetime | None = None
    """The first hour that is stored; None while there is nothing."""
    looks: int = 0
    refusals: int = 0
    """How often some of the next window was refused."""


class Backfill:
    """The older history of all series of one entry, going back side by side."""

    def __init__(
        self,
        hass: HomeAssistant,
        feed: StatisticsFeed,
        *,
        window: timedelta,
        may_go_on: Callable[[], bool],
        longest_gap: timedelta | None = None,
    ) -> None:
        """Import through the feed of an entry.

        `longest_gap`: how much time without a reading means that there is nothing
        before it; three windows if it is not given.
        """
        self._hass = hass
        self._feed = feed
        self._window = window
        self._may_go_on = may_go_on
        self._longest_gap = longest_gap or _EMPTY_WINDOWS * window
        self._reached: dict[str, _Reached] = {}

    async def async_run(self, sources: Sequence[HistorySource], now: datetime) -> bool:
        """Go back as far as possible for now; True once nothing is left.

        A source that its cloud answers with an error holds up no other one.

        :raises CloudError: what a source raises; the next run begins there again.
        :raises RecorderFailed: a window could not be stored; the same holds.
        """
        for source in sources:
            await self._async_find(source, floor_hour(now))
        open_sources, errors = list(sources), list[ProviderError]()
        while open_sources := [
            each for each in open_sources if not self._is_done(each)
        ]:
            # What waits for another one that has failed continues with it.
            ready = [s for s in open_sources if self._limit(s) < self._at(s).at]
            if not ready:
                break
            source = max(ready, key=lambda s: self._at(s).at)
            if not self._comes_along(source) and not self._may_go_on():
                return False
            try:
                await self._async_step(source)
            except ProviderError as err:
                open_sources.remove(source)
                errors.append(err)
        if errors:
            raise errors[0]
        return True

    def share_done(self, sources: Sequence[HistorySource], now: datetime) -> float:
        """Return how much of the wanted time is stored or has nothing, 0 to 1."""
        wanted, done = timedelta(0), timedelta(0)
        for source in sources:
            whole = max(now - source.earliest, timedelta(0))
            wanted += whole
            is_done = self._is_known_done(source)
            done += whole if is_done else now - self._reach(source, now)
        return min(1.0, done / wanted) if wanted else 1.0

    def left(self, sources: Sequence[HistorySource], now: datetime) -> float:
        """Return about how many requests what is missing will take."""
        return sum(
            source.cost
            * max(_NOTHING, self._alone_from(source, now) - source.earliest)
            / (source.window or self._window)
            for source in sources
            if not self._is_known_done(source)
        )

    def _alone_from(self, source: HistorySource, now: datetime) -> datetime:
        """Return before which time no other one's requests bring a series."""
        others = [o.earliest for o in source.brought_by if not self._is_known_done(o)]
        return min([self._reach(source, now), *others])

    def oldest_open(
        self, sources: Sequence[HistorySource], now: datetime
    ) -> datetime | None:
        """Return since when all series are there that have not all; None if they have."""
        known = (self._reach(s, now) for s in sources if not self._is_known_done(s))
        return max(known, default=None)

    def _reach(self, source: HistorySource, now: datetime) -> datetime:
        """Return how far back a series is stored, or known to be empty."""
        reached = self._reached.get(source.series.statistic_id)
        return reached.at if reached else max(now, source.earliest)

    def _is_known_done(self, source: HistorySource) -> bool:
        return source.series.statistic_id in self._reached and self._is_done(source)

    async def _async_find(self, source: HistorySource, now: datetime) -> None:
        """Find out where to continue.

        A series of which there seems to be nothing is looked for again: the clock
        may have been wrong, and the cloud's history may come later.
        """
        statistic_id = source.series.statistic_id
        reached = self._reached.get(statistic_id)
        if reached is None:
            stored = await async_stored_range(self._hass, statistic_id)
            at = stored[0] if stored else now
            if stored and source.series.unit_class:
                self._feed.oldest.setdefault(statistic_id, at)
            is_copied = copied_until(self._hass, statistic_id) is not None
            self._reached[statistic_id] = _Reached(
                at,
                now,
                # What the cloud has was all there before something was copied.
                empty=self._longest_gap if is_copied else _NOTHING,
                oldest=at if stored else None,
            )
        elif reached.oldest is None and self._is_done(source):
            pause = _LOOK_AGAIN[min(reached.looks, len(_LOOK_AGAIN) - 1)]
            if not timedelta(0) <= now - reached.looked_at < pause:
                looks = reached.looks + 1
                self._reached[statistic_id] = _Reached(now, now, looks=looks)

    async def _async_step(self, source: HistorySource) -> None:
        """Bring in one window of one series."""
        reached = self._at(source)
        window = source.window or self._window
        start = max(reached.at - window, self._limit(source))
        error: PartlyRefused | None = None
        try:
            readings = await source.fetch(start, reached.at)
        except PartlyRefused as err:
            readings, error = err.readings, err
        if readings:
            batch = Batch(source.series, tuple(readings))
            derived = [each for each in source.derive(readings) if each.readings]
            await self._feed.async_store([batch, *derived])
            reached.oldest = min(reading.start for reading in readings)
        if error and reached.refusals < _MAX_REFUSALS:
            reached.refusals += 1
            raise error
        # Where a device was away for a while, its older history is still there.
        is_empty = not readings and error is None
        reached.empty = reached.empty + (reached.at - start) if is_empty else _NOTHING
        reached.at, reached.refusals = start, 0

    def _at(self, source: HistorySource) -> _Reached:
        return self._reached[source.series.statistic_id]

    def _comes_along(self, source: HistorySource) -> bool:
        """Tell whether it is to be as deep as another one, wherever that has to stop."""
        at = self._at(source).at
        others = (self._at(other).at for other in source.brought_by)
        return bool(source.behind) or any(other < at for other in others)

    def _limit(self, source: HistorySource) -> datetime:
        """Return how far back it may go for now.

        What keeps behind others ends at their oldest stored hour, for the wanted
        time moves on while they stay; where they have nothing there is no such limit.
        """
        leaders = [
            self._at(leader)
            for leader in source.behind
            if self._at(leader).oldest or not self._is_done(leader)
        ]
        return max(
            (leader.oldest or leader.looked_at for leader in leaders),
            default=source.earliest,
        )

    def _is_done(self, source: HistorySource) -> bool:
        reached = self._at(source)
        if reached.empty >= self._longest_gap:
            return True
        if reached.at > self._limit(source):
            return False
        return all(map(self._is_done, source.behind))
