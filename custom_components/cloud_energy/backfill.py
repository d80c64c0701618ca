"""Brings history in front of what is stored: newest first, window by window.

Where it stands is read from the recorder, so it goes on after a restart. It asks
for nothing while `may_go_on` says no; whoever owns it runs it again later.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from homeassistant.core import HomeAssistant

from .client.errors import ProviderError
from .feed import Batch, StatisticsFeed
from .readings import Reading, floor_hour
from .statistics import Series, async_stored_range

_EMPTY_WINDOWS = 3


@dataclass(frozen=True, kw_only=True)
class Source:
    """A series and where its readings come from."""

    series: Series
    fetch: Callable[[datetime, datetime], Awaitable[Sequence[Reading]]]
    """Returns the readings between two times (UTC)."""
    earliest: datetime
    """Nothing before this time is asked for."""
    window: timedelta | None = None
    """How much to bring in at a time, if it costs more than with other series."""


@dataclass
class _Reached:
    at: datetime
    empty: timedelta = timedelta(0)


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

    async def async_run(self, sources: Sequence[Source], now: datetime) -> bool:
        """Go back as far as possible for now; True once nothing is left.

        A source that its cloud answers with an error holds up no other one.

        :raises CloudError: what a source raises; the next run begins there again.
        """
        for source in sources:
            await self._async_find(source, floor_hour(now))
        open_sources, errors = list(sources), list[ProviderError]()
        while open_sources := [
            each for each in open_sources if not self._is_done(each)
        ]:
            if not self._may_go_on():
                return False
            source = max(open_sources, key=lambda s: self._at(s).at)
            try:
                await self._async_step(source)
            except ProviderError as err:
                open_sources.remove(source)
                errors.append(err)
        if errors:
            raise errors[0]
        return True

    def share_done(self, sources: Sequence[Source], now: datetime) -> float:
        """Return how much of the wanted time has been asked for, 0 to 1."""
        wanted, done = timedelta(0), timedelta(0)
        for source in sources:
            whole = max(now - source.earliest, timedelta(0))
            wanted += whole
            if source.series.statistic_id in self._reached:
                is_done = self._is_done(source)
                done += whole if is_done else now - self._at(source).at
        return min(1.0, done / wanted) if wanted else 1.0

    async def _async_find(self, source: Source, now: datetime) -> None:
        statistic_id = source.series.statistic_id
        if statistic_id not in self._reached:
            stored = await async_stored_range(self._hass, statistic_id)
            self._reached[statistic_id] = _Reached(stored[0] if stored else now)

    async def _async_step(self, source: Source) -> None:
        """Bring in one window of one series."""
        reached = self._at(source)
        window = source.window or self._window
        start = max(reached.at - window, source.earliest)
        readings = await source.fetch(start, reached.at)
        if readings:
            self._feed.async_submit([Batch(source.series, tuple(readings))])
            await self._feed.async_settled()
        # Where a device was away for a while, its older history is still there.
        nothing = timedelta(0)
        reached.empty = nothing if readings else reached.empty + (reached.at - start)
        reached.at = start

    def _at(self, source: Source) -> _Reached:
        return self._reached[source.series.statistic_id]

    def _is_done(self, source: Source) -> bool:
        reached = self._at(source)
        return reached.at <= source.earliest or reached.empty >= self._longest_gap
