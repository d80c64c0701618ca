"""Feeds the statistics: finished hours, gaps of an absence, years before."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
import logging
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_track_utc_time_change
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.client.errors import CloudError, ProviderError
from custom_components.cloud_energy.helpers.marks import is_recent
from custom_components.cloud_energy.helpers.spread import own_delay
from custom_components.cloud_energy.readings import HOUR, floor_hour
from custom_components.cloud_energy.recorder.backfill import Backfill, HistorySource
from custom_components.cloud_energy.recorder.feed import Batch, StatisticsFeed
from custom_components.cloud_energy.recorder.history import AccountHistory, has_to_spare
from custom_components.cloud_energy.recorder.stored import async_stored_range
from custom_components.emporia.api.client import EmporiaClient
from custom_components.emporia.api.home import Home
from custom_components.emporia.calculations.signs import Signs
from custom_components.emporia.const import CONF_HISTORY_DAYS, DEFAULT_HISTORY_DAYS
from custom_components.emporia.coordinators.channels import EmporiaCoordinator

from .hour_reader import HourReader, Refused
from .netting import Netting
from .phases import IN_ORDER, Phases, phases_of
from .series import WantedSeries, channel_series

_LOGGER = logging.getLogger(__name__)

_AFTER_THE_HOUR = timedelta(minutes=7)
_LATE = timedelta(minutes=5)
_MAX_BEHIND = timedelta(days=1)
_CORRECTED = timedelta(hours=48)
_WHOLE_EVERY = timedelta(hours=24)
_WINDOW = timedelta(days=30)
_UNCHARTED_BACK = timedelta(days=7)
_UNCHARTED_WINDOW = timedelta(days=1)
_MAX_OUT_OF_ORDER = 3
"""Channels that may fail by themselves before it counts as the cloud's failure."""
_SPARE = 40
"""Requests: what is begun, such as a day of the grid, is finished."""


def after_the_hour(entry_id: str) -> timedelta:
    """Return how long after each full hour an entry reads what is new."""
    return _AFTER_THE_HOUR + own_delay(entry_id)


@dataclass
class _Mark:
    """How far the news of one channel have been read."""

    read_until: datetime | None = None
    """None before the first round, and while there is no history."""
    whole_at: datetime | None = None
    """When the days before were last read with them."""

    def is_whole(self, now: datetime) -> bool:
        """Return whether only what is new since then is to be read."""
        return self.whole_at is not None and is_recent(self.whole_at, _WHOLE_EVERY, now)


class History(AccountHistory):
    """The statistics of one account."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        client: EmporiaClient,
        coordinator: EmporiaCoordinator,
        feed: StatisticsFeed,
    ) -> None:
        """Feed on behalf of an entry: unloading it ends the work under way."""
        super().__init__(hass, entry, feed)
        self._coordinator = coordinator
        self._clock = client.server_clock
        self._reader = HourReader(client, Signs.of(entry.options))
        self._netting = Netting.of(entry)
        days: float = entry.options.get(CONF_HISTORY_DAYS, DEFAULT_HISTORY_DAYS)
        self._depth = timedelta(days=days)
        self._backfill: Backfill = Backfill(
            hass, feed, window=_WINDOW, may_go_on=self._has_requests_to_spare
        )
        self._marks = defaultdict[str, _Mark](_Mark)
        self._known: tuple[Home, str, Sequence[WantedSeries]] = ({}, "", ())
        """The series, and the home and the currency that they are of."""
        self._sorted: tuple[object, Phases] | None = None
        """Where history comes from, and the state of things that it is sorted by."""
        self.failed: dict[str, CloudError] = {}
        """The statistics of which the last round could not read all, and why."""
        self.error: CloudError | None = None
        """What ended the last round before its end."""

    @callback
    @override
    def async_start(self) -> None:
        """Begin now, and continue every hour once it is published.

        Each entry has a minute of its own.
        """
        after = after_the_hour(self._entry.entry_id)
        minute, second = divmod(int(after.total_seconds()), 60)
        self._entry.async_on_unload(
            async_track_utc_time_change(
                self._hass, self.async_work, minute=minute, second=second
            )
        )
        super().async_start()

    @callback
    def async_read_all_again(self) -> None:
        """Compare the last days with the recorder again at the next work."""
        for mark in self._marks.values():
            mark.whole_at = None
        self._reader.forget_refusals()
        self._feed.async_forget()

    @override
    async def _async_work(self) -> None:
        self.failed, self.error = {}, None
        # Whoever fills holes has asked since the last run
        self._reader.forget()
        try:
            await self._async_read_news()
            await self._async_read_older()
        except CloudError as err:
            # The next hour brings the same again: nothing is lost.
            _LOGGER.debug("Continuing the history import later: %s", err)
            self.error = err
        finally:
            self._reader.forget()
            # Windows that hold nothing write nothing, and yet they are progress.
            self._feed.async_notify()

    async def _async_read_older(self) -> None:
        """Go back in time; what costs a request per hour once all else is there.

        :raises CloudError: it can't be fetched now.
        """
        now = floor_hour(dt_util.utcnow())
        for phase in IN_ORDER:
            # The one before may have found out where the history begins
            sources = phase(self._phases(now), now)
            try:
                if not await self._async_go_back(sources):
                    return
            except ProviderError as err:
                _LOGGER.debug("Reading a channel's history later: %s", err)
        self._coordinator.async_set_importing(is_importing=False)

    async def _async_go_back(self, sources: Sequence[HistorySource]) -> bool:
        """Go back as far as the day's requests allow; True once nothing is left.

        What waits for requests gets those of two polls out of three.

        :raises CloudError: it can't be fetched now.
        """
        if await self._backfill.async_run(sources, self._latest()):
            return True
        if self._coordinator.is_importing:
            return False
        self._coordinator.async_set_importing(is_importing=True)
        return await self._backfill.async_run(sources, self._latest())

    async def _async_read_news(self) -> None:
        """Read the hours that have ended; once a day those before as well.

        A channel that is refused holds up no other one.

        :raises CloudError: they can't be fetched now.
        """
        end, out_of_order = self._latest(), 0
        for wanted in self._series():
            try:
                await self._async_read_news_of(wanted, end)
            except ProviderError as err:
                self.failed[wanted.series.statistic_id] = err
                out_of_order += not isinstance(err, Refused)
                if out_of_order > _MAX_OUT_OF_ORDER:
                    raise

    async def _async_read_news_of(self, wanted: WantedSeries, end: datetime) -> None:
        """Read the news of one channel; its marks move over what is there only.

        :raises CloudError: they can't be fetched now.
        """
        mark, now = self._marks[wanted.series.statistic_id], dt_util.utcnow()
        if mark.is_whole(now):
            await self._async_read(wanted, mark.read_until, end)
            mark.read_until = end
            return
        start = await self._async_start_of_news(wanted, end)
        try:
            await self._async_read(wanted, start, end)
        except Refused:
            if mark.read_until is not None and mark.read_until < end:
                # What is new is available in another way while it is not much.
                await self._async_read(wanted, mark.read_until, end)
                mark.read_until = end
            raise
        mark.read_until, mark.whole_at = end, now

    async def _async_start_of_news(
        self, wanted: WantedSeries, end: datetime
    ) -> datetime | None:
        """Return where to begin; None if nothing is stored: history does it all."""
        stored = await async_stored_range(self._hass, wanted.series.statistic_id)
        if stored is None:
            return None
        last = stored[1]
        if wanted.can_be_charted:
            if stored[0] < self._entry.created_at - _UNCHARTED_WINDOW:
                # It is older than what the hourly news bring: a chart has brought it.
                self._reader.note_charted(wanted)
            return max(last - _CORRECTED, stored[0])
        return max(last + HOUR, end - _UNCHARTED_BACK)

    async def _async_read(
        self, wanted: WantedSeries, start: datetime | None, end: datetime
    ) -> None:
        """Bring in the hours between, oldest first, so that no gap is left.

        :raises CloudError: they can't be fetched now.
        """
        while start is not None and start < end:
            until = min(start + _WINDOW, end)
            readings = await self._reader.read(wanted, start, until)
            if readings:
                await self._feed.async_store([Batch(wanted.series, tuple(readings))])
            start = until

    def _series(self) -> Sequence[WantedSeries]:
        home, currency = self._coordinator.home, self._hass.config.currency
        self._reader.gids = self._coordinator.permitted
        known_home, known_currency, series = self._known
        # Asked for all the time, and the same until the devices are read again
        if home is not known_home or currency != known_currency:
            series = [
                *channel_series(home, currency),
                *self._netting.series(home, currency),
            ]
            self._known = home, currency, series
        return series

    @override
    def _sources(self, now: datetime) -> list[HistorySource]:
        return self._phases(now).all

    def _phases(self, now: datetime) -> Phases:
        series, earliest = self._series(), floor_hour(now - self._depth)
        state = (series, earliest, dict(self._feed.oldest))
        # Asked for at each write of an import, and the same for most of an hour
        if self._sorted is None or state != self._sorted[0]:
            netted = self._netting.panels(self._coordinator.home)
            phases = phases_of(
                series,
                self._reader,
                earliest,
                oldest=self._feed.oldest,
                netted=[panel.gid for panel in netted],
            )
            self._sorted = state, phases
        return self._sorted[1]

    def _latest(self) -> datetime:
        """Return the end of the latest hour that is surely over and published.

        It is over by the cloud's clock, too: what is under way there looks like a whole
        hour of little use. A clock that is days behind proves nothing.
        """
        now, cloud_now = dt_util.utcnow(), self._clock.now()
        if cloud_now and now - _MAX_BEHIND < cloud_now:
            now = min(now, cloud_now)
        return floor_hour(now - _LATE)

    @override
    def _has_requests_to_spare(self) -> bool:
        budget = self._coordinator.connection.budget
        # Once a day the last days of each statistic are compared
        polls = self._coordinator.requests_per_day + len(self._series())
        return has_to_spare(budget, polls=polls, spare=_SPARE)
