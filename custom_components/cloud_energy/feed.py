"""Feeds the recorder in the background with what a provider has read."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
import logging

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from .means import MeanSeries, async_import_means
from .readings import Reading
from .statistics import Progress, Series, async_import_readings

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True)
class Batch:
    """Readings of one series, newest state of knowledge for their time."""

    series: Series
    readings: tuple[Reading, ...]


class StatisticsFeed:
    """Imports batches one after the other, the latest of each series.

    A batch that is the same as the one imported last costs nothing. An import
    that fails is left for the next poll, which brings its readings again.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Feed on behalf of an entry: unloading it ends the work under way."""
        self._hass = hass
        self._entry = entry
        self._waiting: dict[str, Batch] = {}
        self._imported: dict[str, Batch] = {}
        self._task: asyncio.Task[None] | None = None
        self._listeners: set[Callable[[], None]] = set()
        self.progress: dict[str, Progress] = {}
        self.history_share: Callable[[], float] = lambda: 1.0
        """How much of the history has been asked for; where a provider knows it."""

    @callback
    def async_add_listener(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Be told of every step that an import makes."""
        self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)

    @property
    def busy(self) -> bool:
        """Whether an import is under way."""
        return self._task is not None and not self._task.done()

    @property
    def share_done(self) -> float:
        """How much of what is wanted is written, 0 to 1."""
        return min(self._share_written, self.history_share())

    @property
    def _share_written(self) -> float:
        total = sum(progress.rows_total for progress in self.progress.values())
        written = sum(progress.rows_written for progress in self.progress.values())
        if self._waiting:
            return written / total * 0.99 if total else 0.0
        return written / total if total else 1.0

    @callback
    def async_submit(self, batches: Sequence[Batch]) -> None:
        """Have batches imported as soon as those before them are done."""
        for batch in batches:
            if self._imported.get(batch.series.statistic_id) != batch:
                self._waiting[batch.series.statistic_id] = batch
        if self._waiting and not self.busy:
            self.progress.clear()
            self._task = self._entry.async_create_background_task(
                self._hass, self._async_work(), f"statistics of {self._entry.entry_id}"
            )

    @callback
    def async_forget(self) -> None:
        """Compare with the recorder again at the next submission."""
        self._imported.clear()

    async def async_settled(self) -> None:
        """Wait until nothing is left to import."""
        while self._task is not None and self.busy:
            await asyncio.wait([self._task])

    async def _async_work(self) -> None:
        while self._waiting:
            statistic_id, batch = next(iter(self._waiting.items()))
            await self._async_import(batch)
            if self._waiting.get(statistic_id) is batch:
                del self._waiting[statistic_id]
        self.async_tell()

    @callback
    def async_tell(self) -> None:
        """Have the progress shown."""
        for listener in list(self._listeners):
            listener()

    async def _async_import(self, batch: Batch) -> None:
        statistic_id = batch.series.statistic_id

        def report(progress: Progress) -> None:
            self.progress[statistic_id] = progress
            self.async_tell()

        try:
            report(await self._async_write(batch, report))
        except Exception:
            # The next poll brings the same readings again: nothing is lost.
            _LOGGER.exception("Importing statistics failed, trying again later")
            return
        self._imported[statistic_id] = batch

    async def _async_write(
        self, batch: Batch, report: Callable[[Progress], None]
    ) -> Progress:
        hass, series, readings = self._hass, batch.series, batch.readings
        if isinstance(series, MeanSeries):
            return await async_import_means(hass, series, readings, report)
        return await async_import_readings(hass, series, readings, report)
