"""Feeds the recorder in the background with what a provider has read."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
import logging
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from custom_components.cloud_energy.helpers.retry_later import RetryLater
from custom_components.cloud_energy.readings import Reading, floor_hour

from .jobs import RecorderFailed
from .means import MeanSeries, async_import_means
from .series import Series
from .statistics import Progress, ProgressListener, async_import_readings
from .stored import async_stored_range

_LOGGER = logging.getLogger(__name__)

_ALMOST = 0.99

type ChangeListener = Callable[[str, datetime, datetime], None]
"""Called with a statistic's id and a time outside of which nothing has changed."""


@dataclass(frozen=True)
class Batch:
    """Readings of one series, latest state of knowledge for their time."""

    series: Series
    readings: tuple[Reading, ...]

    def joined(self, later: Batch) -> Batch:
        """Return this one and a later one, which counts where both have a reading."""
        readings = {(r.start, r.end): r for r in (*self.readings, *later.readings)}
        return replace(later, readings=tuple(readings.values()))

    async def async_import(
        self, hass: HomeAssistant, report: ProgressListener
    ) -> Progress:
        """Make the recorder hold these readings.

        :raises RecorderFailed: not everything is stored.
        """
        return await async_import_readings(hass, self.series, self.readings, report)


@dataclass(frozen=True)
class MeanBatch(Batch):
    """Means of one series, which add up to nothing."""

    series: MeanSeries

    @override
    async def async_import(
        self, hass: HomeAssistant, report: ProgressListener
    ) -> Progress:
        return await async_import_means(hass, self.series, self.readings, report)


@dataclass
class _Failed:
    """What could not be stored, and why."""

    batch: Batch
    error: RecorderFailed


class StatisticsFeed:
    """Imports batches one after the other.

    A batch that is the same as the one imported last costs nothing. What can't be
    stored is kept and tried again, with growing pauses.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Feed on behalf of an entry: unloading it ends the work under way."""
        self._hass = hass
        self._entry = entry
        self._waiting: dict[str, Batch] = {}
        self._failed: dict[str, _Failed] = {}
        self._retry = RetryLater(hass, entry, self._async_retry)
        self._imported: dict[str, Batch] = {}
        self._task: asyncio.Task[None] | None = None
        self._was_complete = False
        self._listeners: set[Callable[[], None]] = set()
        self._change_listeners: set[ChangeListener] = set()
        self.progress: dict[str, Progress] = {}
        self.changes: Counter[str] = Counter()
        """How often an import has changed something, by the statistic's id."""
        self.changed_from: dict[str, datetime] = {}
        """The first hour that an import has changed, by the statistic's id."""
        self.totals: dict[str, set[tuple[datetime, datetime]]] = {}
        """The spans that the total in their first hour covers, by the statistic's id."""
        self.oldest: dict[str, datetime] = {}
        """The first hour that is stored of each energy, by the statistic's id."""
        self.history_share: Callable[[], float] = lambda: 1.0
        """How much of the history is stored; where a provider knows it."""

    @callback
    def async_add_listener(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Observe every step of an import."""
        self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)

    @callback
    def async_add_change_listener(self, listener: ChangeListener) -> Callable[[], None]:
        """Observe what imports change in the recorder."""
        self._change_listeners.add(listener)
        return lambda: self._change_listeners.discard(listener)

    @callback
    def async_pass_changes(self, statistic_id: str, changes: int) -> None:
        """Start again with `changed_from`, unless there are more changes than these."""
        if self.changes[statistic_id] == changes:
            self.changed_from.pop(statistic_id, None)

    @property
    def busy(self) -> bool:
        """Whether an import is under way."""
        return self._task is not None and not self._task.done()

    @property
    def failed(self) -> Mapping[str, str]:
        """What is not stored for now: the statistic's id -> why."""
        return {at: each.error.reason for at, each in self._failed.items()}

    @property
    def share_done(self) -> float:
        """How much of what is wanted is stored, 0 to 1.

        Once it is complete, the news of each hour do not take that back.
        """
        if self._failed:
            return min(_ALMOST, self._share)
        return 1.0 if self._was_complete else self._share

    @property
    def _share(self) -> float:
        return min(self._share_stored, self.history_share())

    @property
    def _share_stored(self) -> float:
        total = sum(progress.hours_total for progress in self.progress.values())
        done = sum(progress.hours_done for progress in self.progress.values())
        if self._waiting:
            return done / total * _ALMOST if total else 0.0
        return done / total if total else 1.0

    @callback
    def async_submit(self, batches: Sequence[Batch]) -> None:
        """Have batches imported as soon as those before them are done."""
        for batch in batches:
            statistic_id = batch.series.statistic_id
            if earlier := self._waiting.get(statistic_id):
                self._waiting[statistic_id] = earlier.joined(batch)
            elif self._imported.get(statistic_id) != batch:
                self._waiting[statistic_id] = batch
            else:
                # The same in other objects: nobody else may hold the earlier ones.
                self._imported[statistic_id] = batch
        self._start()

    async def async_store(self, batches: Sequence[Batch]) -> None:
        """Have batches imported, and wait until all of them are stored.

        :raises RecorderFailed: one is not; it is tried again by and by, as long as the
            entry is loaded.
        """
        self.async_submit(batches)
        await self.async_settled()
        for batch in batches:
            if failed := self._failed.get(batch.series.statistic_id):
                raise failed.error
            if batch.series.statistic_id in self._waiting:
                raise RecorderFailed("the entry was unloaded before it was done")

    @callback
    def async_forget(self) -> None:
        """Compare with the recorder again at the next submission."""
        self._imported.clear()

    async def async_settled(self) -> None:
        """Wait until nothing is left to import but what has just failed."""
        while self._task is not None and self.busy:
            await asyncio.wait([self._task])

    @callback
    def async_notify(self) -> None:
        """Have the progress shown."""
        if self.progress and not (self._was_complete or self._waiting):
            # What of the history is stored takes a while to find out
            stored = self._share_stored >= 1.0
            self._was_complete = stored and self.history_share() >= 1.0
        for listener in list(self._listeners):
            listener()

    @callback
    def _start(self) -> None:
        if self._waiting and not self.busy:
            self.progress.clear()
            self._task = self._entry.async_create_background_task(
                self._hass, self._async_work(), f"statistics of {self._entry.entry_id}"
            )

    async def _async_work(self) -> None:
        while self._waiting:
            statistic_id, batch = next(iter(self._waiting.items()))
            failed = self._failed.pop(statistic_id, None)
            if failed:
                batch = failed.batch.joined(batch)
                self._waiting[statistic_id] = batch
            error = await self._async_try(batch, was_failed=bool(failed))
            later = self._waiting.pop(statistic_id)
            if error:
                self._failed[statistic_id] = _Failed(batch, error)
            if later is not batch:
                self._waiting[statistic_id] = later
            if self._waiting:
                self.async_notify()
        if self._failed:
            self._retry.async_failed()
        else:
            self._retry.async_succeeded()
        self.async_notify()

    async def _async_try(
        self, batch: Batch, *, was_failed: bool
    ) -> RecorderFailed | None:
        """Import a batch; returns why it could not be done."""
        statistic_id = batch.series.statistic_id

        def report(progress: Progress) -> None:
            self.progress[statistic_id] = progress
            # The end of a batch is told of once it is dealt with
            if progress.hours_done < progress.hours_total:
                self.async_notify()

        try:
            done = await batch.async_import(self._hass, report)
            await self._async_note_oldest(batch)
        except RecorderFailed as err:
            log = _LOGGER.debug if self._retry.failures else _LOGGER.warning
            log("Statistics could not be stored, retrying later: %s", err.reason)
            return err
        except Exception as err:  # noqa: BLE001  # it must not hold up other series
            log = _LOGGER.debug if self._retry.failures else _LOGGER.exception
            log("Statistics could not be imported, retrying later")
            return RecorderFailed(type(err).__name__)
        self.progress[statistic_id] = done
        self.totals.setdefault(statistic_id, set()).update(done.totals)
        self.changes[statistic_id] += bool(done.rows_written or was_failed)
        self._note_change(batch, done, was_failed=was_failed)
        if not done.deferred:
            self._imported[statistic_id] = batch
        return None

    def _note_change(self, batch: Batch, done: Progress, *, was_failed: bool) -> None:
        changed = [done.oldest] if done.rows_written and done.oldest else []
        if was_failed:
            # The attempt before may have written some of it.
            changed += [floor_hour(reading.start) for reading in batch.readings]
        if not changed:
            return
        statistic_id, first = batch.series.statistic_id, min(changed)
        before = self.changed_from.get(statistic_id, first)
        self.changed_from[statistic_id] = min(first, before)
        end = max(reading.end for reading in batch.readings)
        for listener in list(self._change_listeners):
            listener(statistic_id, first, end)

    async def _async_note_oldest(self, batch: Batch) -> None:
        """Keep since when an energy is stored; the recorder is only asked once.

        :raises RecorderFailed: it can't be read now.
        """
        series, known = batch.series, self.oldest.get(batch.series.statistic_id)
        if series.unit_class is None or not batch.readings:
            return
        if known is None:
            stored = await async_stored_range(self._hass, series.statistic_id)
            known = stored[0] if stored else None
        first = min(reading.start for reading in batch.readings)
        self.oldest[series.statistic_id] = min(known or first, first)

    @callback
    def _async_retry(self) -> None:
        self.async_submit([each.batch for each in self._failed.values()])
