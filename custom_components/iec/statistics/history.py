"""Feeds the statistics: new readings, gaps, late corrections and past years.

The service gives one day of one meter per request. So only days are requested that miss
something, that differ from the month's list of days, or that are so new that they may
still change.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
import logging
from typing import Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.client.errors import CloudError, ProviderError
from custom_components.cloud_energy.helpers.marks import is_recent
from custom_components.cloud_energy.readings import HOUR, Reading, local_midnight
from custom_components.cloud_energy.recorder.backfill import (
    Backfill,
    HistorySource,
    PartlyRefused,
)
from custom_components.cloud_energy.recorder.feed import Batch, StatisticsFeed
from custom_components.cloud_energy.recorder.history import AccountHistory, has_to_spare
from custom_components.cloud_energy.recorder.series import async_declare_series
from custom_components.cloud_energy.recorder.stored import (
    async_stored_hours,
    async_stored_range,
)
from custom_components.iec.api.const import SITE_ZONE
from custom_components.iec.api.intervals import Interval
from custom_components.iec.calculations.meters import Meter
from custom_components.iec.const import CONF_HISTORY_DAYS, DEFAULT_HISTORY_DAYS
from custom_components.iec.coordinators.account import IecCoordinator

from .asked_days import AskedDays
from .costs import StoredCosts
from .reader import SHARED_FOR, DayReader
from .series import (
    MeterSeries,
    batches_of,
    consumption_readings,
    cost_batch,
    return_readings,
    stored_days,
)

_LOGGER = logging.getLogger(__name__)

PACE: Final = 1.0
"""Seconds between two requests of the history."""

_DAY = timedelta(days=1)
_NEW = timedelta(days=30)
_WINDOW = timedelta(days=30)
_CHUNK = 10
_MAX_REFUSED = 3
"""Days that may fail by themselves before it counts as the service's failure."""
_RESERVE_PER_DAY = 200
_RESERVE_PER_METER = 80


@dataclass(frozen=True)
class ReadAgain:
    """What came of asking for days again."""

    rows: int
    """How many rows have changed."""
    failed: Sequence[date]
    """Days that the service did not answer for."""


class History(AccountHistory):
    """The statistics of one login's meters."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        coordinator: IecCoordinator,
        feed: StatisticsFeed,
    ) -> None:
        """Feed on behalf of an entry: unloading it ends the work under way."""
        super().__init__(hass, entry, feed)
        self._coordinator = coordinator
        self._reader: DayReader = coordinator.reader
        days: float = entry.options.get(CONF_HISTORY_DAYS, DEFAULT_HISTORY_DAYS)
        self._depth = timedelta(days=days)
        today = dt_util.now(SITE_ZONE).date()
        self._first_day = today - min(_NEW, self._depth)
        """Where news begin if nothing is stored, however late they come."""
        self._backfill: Backfill = Backfill(
            hass, feed, window=_WINDOW, may_go_on=self._has_requests_to_spare
        )
        self._days = AskedDays()
        self._declared: set[str] = set()
        self._costs = StoredCosts(hass, coordinator, feed)
        self._refusals = 0

    @callback
    @override
    def async_start(self) -> None:
        """Begin now, and continue after every refresh of the coordinator."""
        self._entry.async_on_unload(
            self._coordinator.async_add_connection_listener(self.async_work)
        )
        super().async_start()

    async def async_read_again(self, days: Sequence[date]) -> ReadAgain:
        """Request days again, whatever is stored.

        :raises CloudError: they can't be fetched now.
        """
        # It may take an hour
        await self.async_interrupt()
        self._feed.async_forget()
        try:
            return await self._async_import_all(days)
        finally:
            self.async_work()

    async def _async_import_all(self, days: Sequence[date]) -> ReadAgain:
        """Bring days of all meters in, however new their answers are."""
        rows, failed = 0, set[date]()
        self._refusals = 0
        for meter in self._meters():
            for at in range(0, len(days), _CHUNK):
                chunk = days[at : at + _CHUNK]
                await self._async_import(meter, chunk, timedelta(0))
                rows += sum(p.rows_written for p in self._feed.progress.values())
                failed |= {
                    day for day in chunk if self._days.is_refused(meter.stem, day)
                }
        return ReadAgain(rows, sorted(failed))

    def _meters(self) -> list[Meter]:
        return self._coordinator.smart_meters

    @override
    async def _async_work(self) -> None:
        self._refusals = 0
        meters = self._meters()
        for meter in meters:
            self._declare(meter)
        for meter in meters:
            await self._async_try(self._async_read_news(meter))
        now = dt_util.utcnow()
        await self._async_try(self._backfill.async_run(self._sources(now), now))

    @override
    async def _async_finish(self) -> None:
        await self._costs.async_price()
        self._coordinator.prices.async_keep_classes()
        self._coordinator.async_show_latest()

    async def async_reprice(self, since: date) -> int:
        """Price what is stored from a day on again; return how many rows changed.

        :raises RecorderFailed: not all of it is stored.
        """
        await self.async_interrupt()
        self._feed.async_forget()
        self._costs.async_forget()
        self._coordinator.prices.async_want(since)
        try:
            return await self._costs.async_price()
        finally:
            self.async_work()

    async def _async_try(self, work: Awaitable[object]) -> None:
        """Do one part; what fails is done at the next occasion."""
        try:
            await work
        except CloudError as err:
            _LOGGER.debug("Continuing the history import later: %s", err)

    def _declare(self, meter: Meter) -> None:
        """Have the recorder know the series, with the unit that they have here."""
        series = MeterSeries.of(meter)
        for each in series.all_of(two_way=self._reader.is_two_way(meter)):
            if each.statistic_id not in self._declared:
                async_declare_series(self._hass, each)
                self._declared.add(each.statistic_id)

    async def _async_read_news(self, meter: Meter) -> None:
        """Read the days that miss something or may have changed, the latest first."""
        consumption = MeterSeries.of(meter).consumption.statistic_id
        if found := await async_stored_range(self._hass, consumption):
            self._reader.note_latest(meter, found[1] + HOUR)
            # Else everything before them would be requested after each restart.
            first = found[0].astimezone(SITE_ZONE).date()
            await self._reader.learn_starts(meter, first)
        begin = local_midnight(self._first_day, SITE_ZONE)
        stored = await async_stored_hours(self._hass, consumption, begin)
        days = self._due_days(meter, stored)
        for at in range(0, len(days), _CHUNK):
            await self._async_import(meter, days[at : at + _CHUNK], SHARED_FOR)

    def _due_days(self, meter: Meter, stored: Mapping[datetime, float]) -> list[date]:
        return self._days.due(
            meter.stem,
            max(self._first_day, self._reader.since(meter) or self._first_day),
            dt_util.now(SITE_ZONE).date(),
            stored_days(stored),
            self._coordinator.day_totals(meter),
        )

    async def _async_import(
        self, meter: Meter, days: Iterable[date], max_age: timedelta
    ) -> None:
        """Read some days and bring them into the recorder."""
        answers: dict[date, Sequence[Interval]] = {}
        for day in days:
            found = await self._async_read(meter, day, max_age)
            if found is not None:
                answers[day] = found
        intervals = [each for found in answers.values() for each in found]
        await self._feed.async_store(
            batches_of(
                MeterSeries.of(meter),
                intervals,
                self._coordinator.pricing_of(meter.address.contract),
            )
        )
        self._days.note_stored(meter.stem, answers)
        self._coordinator.async_show_latest()

    async def _async_read(
        self, meter: Meter, day: date, max_age: timedelta
    ) -> Sequence[Interval] | None:
        """Return a day's intervals; None if the service fails for this one day.

        :raises CloudError: they can't be fetched now.
        """
        known = self._reader.known_day(meter, day)
        if known is None or not is_recent(known.asked_at, max_age):
            await asyncio.sleep(PACE)
        try:
            found = await self._reader.read_day(meter, day, max_age=max_age)
        except ProviderError as err:
            self._days.note_refused(meter.stem, day)
            self._refusals += 1
            if self._refusals > _MAX_REFUSED:
                raise
            _LOGGER.debug("Skipping a day for now: %s", err)
            return None
        self._days.note_answered(meter.stem, day)
        return found.intervals

    @override
    def _sources(self, now: datetime) -> list[HistorySource]:
        sources: list[HistorySource] = []
        for meter in self._meters():
            series = MeterSeries.of(meter)
            earliest = local_midnight(self._first(meter, now), SITE_ZONE)
            fetch = partial(self._async_fetch, meter)
            sources.append(
                HistorySource(
                    series=series.consumption,
                    fetch=partial(fetch, returns=False),
                    earliest=earliest,
                    derive=self._costs_of(meter),
                )
            )
            if self._reader.is_two_way(meter):
                returned = partial(fetch, returns=True)
                sources.append(
                    HistorySource(
                        series=series.return_, fetch=returned, earliest=earliest
                    )
                )
        return sources

    def _costs_of(self, meter: Meter) -> Callable[[Sequence[Reading]], list[Batch]]:
        """Return what makes the costs of a meter from its readings."""

        def costs(found: Sequence[Reading]) -> list[Batch]:
            pricing = self._coordinator.pricing_of(meter.address.contract)
            return [cost_batch(MeterSeries.of(meter), found, pricing)]

        return costs

    def _first(self, meter: Meter, now: datetime) -> date:
        """Return the first day that is wanted; before the meter there is none."""
        wanted = now.astimezone(SITE_ZONE).date() - self._depth
        since = self._reader.since(meter)
        return max(wanted, since) if since else wanted

    async def _async_fetch(
        self, meter: Meter, start: datetime, end: datetime, *, returns: bool
    ) -> list[Reading]:
        """Return the readings between two times, day by day.

        :raises PartlyRefused: some days are refused; with what the others have.
        :raises ProviderError: no day has any, and it is not known of all of them.
        """
        day = start.astimezone(SITE_ZONE).date()
        readings: list[Reading] = []
        refused = 0
        while local_midnight(day, SITE_ZONE) < end:
            found = await self._async_read(meter, day, SHARED_FOR)
            make = return_readings if returns else consumption_readings
            readings += make(found or ())
            refused += found is None
            day += _DAY
        readings = [r for r in readings if start <= r.start and r.end <= end]
        if refused and not readings:
            raise ProviderError(f"{refused} days are refused, and none has readings")
        if refused:
            raise PartlyRefused(f"{refused} days are refused", readings)
        return readings

    @override
    def _has_requests_to_spare(self) -> bool:
        """Return whether the polls of the day will still find their requests."""
        needed = _RESERVE_PER_DAY + _RESERVE_PER_METER * len(self._meters())
        return has_to_spare(
            self._coordinator.connection.budget, polls=needed, spare=_WINDOW / _DAY
        )
