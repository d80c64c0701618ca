"""Feeds the statistics with solar: new readings, late corrections, past years.

Where the cloud no longer has five minutes, a day's total stands in its first hour.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo
from functools import partial
import logging
from typing import Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.client.errors import CloudError, ProviderError
from custom_components.cloud_energy.client.fields import read_iso
from custom_components.cloud_energy.dashboard.sources import SolarSource
from custom_components.cloud_energy.entities.entity import enabled_sensor
from custom_components.cloud_energy.helpers.spread import own_delay
from custom_components.cloud_energy.readings import (
    Reading,
    floor_hour,
    local_day,
    local_midnight,
)
from custom_components.cloud_energy.recorder.backfill import Backfill, HistorySource
from custom_components.cloud_energy.recorder.feed import Batch, StatisticsFeed
from custom_components.cloud_energy.recorder.history import AccountHistory, has_to_spare
from custom_components.cloud_energy.recorder.stored import async_stored_range
from custom_components.elecnova.calculations.pv import Inverter
from custom_components.elecnova.const import (
    CONF_STATISTICS,
    CONF_STATISTICS_START,
    DOMAIN,
)
from custom_components.elecnova.coordinators.account import ElecnovaCoordinator

from .day_reader import SETTLED, DayReader
from .series import point_readings, pv_series, solar_source
from .stored_rows import StoredRows

_LOGGER = logging.getLogger(__name__)

_CORRECTED: Final = timedelta(hours=48)
_NEWS_EVERY: Final = timedelta(hours=6)
_TOTALS_AGAIN: Final = timedelta(hours=1)
"""When news are read again of which the totals were refused."""
_WINDOW: Final = timedelta(days=30)
_LONGEST_GAP: Final = timedelta(days=365)
_DEEPEST: Final = timedelta(days=20 * 365)
_POLLS_PER_DAY: Final = 320
_SPARE: Final = 50


type _Fetch = Callable[[Inverter, datetime, datetime], Awaitable[list[Reading]]]


class History(AccountHistory):
    """The statistics of one account."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        coordinator: ElecnovaCoordinator,
        feed: StatisticsFeed,
    ) -> None:
        """Feed on behalf of an entry: unloading it ends the work under way."""
        super().__init__(hass, entry, feed)
        self._coordinator = coordinator
        self.days = DayReader(coordinator)
        self._backfill: Backfill = Backfill(
            hass,
            feed,
            window=_WINDOW,
            may_go_on=self._has_requests_to_spare,
            longest_gap=_LONGEST_GAP,
        )
        self._rows = StoredRows(
            hass,
            coordinator,
            feed,
            read=self.days.read,
            may_go_on=self._has_requests_to_spare,
        )
        self._delay = own_delay(entry.entry_id)
        """How long after midnight a day is read that is over."""
        self._news_at: dict[str, datetime] = {}

    @property
    def energy_sources(self) -> tuple[SolarSource, ...]:
        """What there is for the Energy dashboard."""
        if not self._is_wanted:
            return ()
        return tuple(
            solar_source(inverter, self._power_entity(inverter))
            for inverter in self._coordinator.inverters
        )

    @callback
    @override
    def async_start(self) -> None:
        """Begin now, and continue after every poll."""
        if self._is_wanted:
            self._entry.async_on_unload(
                self._coordinator.async_add_connection_listener(self.async_work)
            )
            super().async_start()

    @override
    def _older_sources(self, now: datetime) -> Sequence[HistorySource]:
        return self._old_sources(self._coordinator.inverters, now)

    async def async_read_again(
        self, inverter: Inverter, first: date, last: date
    ) -> int:
        """Request days again, whatever is stored; returns the rows that changed.

        :raises CloudError: they can't be fetched now.
        """
        await self.async_interrupt()
        self._feed.async_forget()
        self.days.try_points_again()
        try:
            begin, end = (
                local_day(first, inverter.zone)[0],
                local_day(last, inverter.zone)[1],
            )
            rows = 0
            while begin < end:
                until = min(begin + _WINDOW, end)
                await self._async_import(inverter, begin, until)
                rows += sum(p.rows_written for p in self._feed.progress.values())
                begin = until
            return rows
        finally:
            self.days.forget_totals()
            self.async_work()

    @property
    def _is_wanted(self) -> bool:
        wanted: bool = self._entry.options.get(CONF_STATISTICS, True)
        return wanted

    @override
    async def _async_work(self) -> None:
        # Whoever fills holes has asked since the last run
        self.days.forget_totals()
        try:
            now = dt_util.utcnow()
            inverters = self.days.readable(self._coordinator.inverters, now)
            for inverter in inverters:
                await self._rows.async_correct(inverter)
                await self._async_try_news(inverter)
            await self._backfill.async_run(self._old_sources(inverters, now), now)
        except CloudError as err:
            # The next poll brings the same again: nothing is lost.
            _LOGGER.debug("Continuing the history import later: %s", err)
        finally:
            self.days.forget_totals()
            # Windows that hold nothing write nothing, and yet they are progress.
            self._feed.async_notify()

    async def _async_try_news(self, inverter: Inverter) -> None:
        """Read the news of an inverter; an error of just this one is left for later.

        :raises CloudError: none of them can be asked now.
        """
        try:
            await self._async_read_news(inverter)
        except ProviderError as err:
            _LOGGER.debug("Reading the latest data of an inverter later: %s", err)

    async def _async_read_news(self, inverter: Inverter) -> None:
        """Read what may be new or corrected; between that, the last poll's points.

        :raises CloudError: it can't be fetched now.
        """
        now = dt_util.utcnow()
        read_at = self._news_at.get(inverter.sn)
        stored = await async_stored_range(self._hass, pv_series(inverter).statistic_id)
        if stored is None:
            # There are no news before there is a history.
            self._news_at[inverter.sn] = now
        elif self._are_due(inverter, read_at, now):
            # What came in from the polls since then may lie behind a gap.
            last = min(stored[1], read_at or stored[1])
            self.days.expect_totals(inverter)
            await self._async_import(inverter, max(last - _CORRECTED, stored[0]), now)
            self._news_at[inverter.sn] = now
        else:
            self._submit_polled(inverter, now)

    def _are_due(
        self, inverter: Inverter, read_at: datetime | None, now: datetime
    ) -> bool:
        pause = _NEWS_EVERY if self.days.has_totals(inverter) else _TOTALS_AGAIN
        return (
            read_at is None
            or now - read_at >= pause
            or inverter.today(read_at - self._delay)
            != inverter.today(now - self._delay)
        )

    def _submit_polled(self, inverter: Inverter, now: datetime) -> None:
        """Hand in the finished hours of today that the poll has brought anyway."""
        sun = self._coordinator.data.pv.get(inverter.sn)
        settled = floor_hour(now - SETTLED)
        points = [p for p in sun.points if p.time < settled] if sun else []
        if points:
            batch = Batch(pv_series(inverter), tuple(point_readings(points)))
            self._feed.async_submit([batch])

    async def _async_import(
        self, inverter: Inverter, begin: datetime, end: datetime
    ) -> None:
        readings = await self.days.read(inverter, begin, end)
        if readings:
            await self._feed.async_store([Batch(pv_series(inverter), tuple(readings))])

    @override
    def _sources(self, now: datetime) -> list[HistorySource]:
        inverters = self.days.readable(self._coordinator.inverters, now)
        return [self._source(each, self.days.read, now) for each in inverters]

    def _old_sources(
        self, inverters: Iterable[Inverter], now: datetime
    ) -> list[HistorySource]:
        return [self._source(each, self.days.read_old, now) for each in inverters]

    def _source(
        self, inverter: Inverter, fetch: _Fetch, now: datetime
    ) -> HistorySource:
        return HistorySource(
            series=pv_series(inverter),
            fetch=partial(fetch, inverter),
            earliest=self._earliest(inverter, now),
        )

    def _earliest(self, inverter: Inverter, now: datetime) -> datetime:
        """Return since when the user wants it, or the site is there."""
        snapshot = self._coordinator.data
        wanted = [self._entry.options.get(CONF_STATISTICS_START)]
        state = snapshot.cabinets.get(inverter.cabinet_sn)
        if state and (site := snapshot.sites.get(state.site_id or "")):
            wanted.append(site.begin_at)
        return earliest_of(wanted, inverter.zone, now)

    @override
    def _has_requests_to_spare(self) -> bool:
        snapshot = self._coordinator.data
        asked = 1 + len(snapshot.cabinets) + 2 * len(snapshot.pv)
        return has_to_spare(
            self._coordinator.connection.budget,
            polls=asked * _POLLS_PER_DAY,
            spare=_SPARE,
        )

    def _power_entity(self, inverter: Inverter) -> str | None:
        return enabled_sensor(self._hass, DOMAIN, f"{inverter.sn}_pv_power")


def earliest_of(days: Iterable[str | None], zone: tzinfo, now: datetime) -> datetime:
    """Return the start of the latest of some local days; far back where none is meant.

    Clouds write 0001-01-01 for a day that nobody has entered.
    """
    known = [moment.date() for text in days if (moment := read_iso(text))]
    return local_midnight(max(known), zone) if known else now - _DEEPEST
