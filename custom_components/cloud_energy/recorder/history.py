"""The frame of what feeds the statistics of an account in the background."""

from abc import ABC, abstractmethod
import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
import logging

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.client.budget import RequestBudget
from custom_components.cloud_energy.client.errors import CloudError
from custom_components.cloud_energy.helpers.retry_later import RetryLater

from .backfill import Backfill, HistorySource
from .feed import StatisticsFeed
from .holes import Holes
from .jobs import RecorderFailed
from .outlook import ImportPace, Outlook, WaitsFor, local_date

_LOGGER = logging.getLogger(__name__)

_DAY = timedelta(days=1)


class AccountHistory(ABC):
    """Reads what there is to read, one run at a time; it ends with its entry."""

    _backfill: Backfill | None = None
    """What goes back in time; None where each poll brings all there is."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, feed: StatisticsFeed
    ) -> None:
        """Feed on behalf of an entry: unloading it ends the work under way."""
        self._hass = hass
        self._entry = entry
        self._feed = feed
        feed.history_share = self.share_done
        self.holes = Holes(hass, entry, feed)
        self._retry = RetryLater(hass, entry, self.async_work)
        self._task: asyncio.Task[None] | None = None
        self._pace = ImportPace()
        self.outlook = Outlook()
        """What is known of the import after its last run."""
        self.faults = 0
        """How many runs have ended by a fault of ours, for the diagnostics."""

    def share_done(self) -> float:
        """Return how much of the wanted history is stored or known to be empty, 0 to 1."""
        now = dt_util.utcnow()
        if self._backfill is None:
            return 1.0
        return self._backfill.share_done(self._older_sources(now), now)

    @property
    def oldest(self) -> datetime | None:
        """Since when all energy is stored; None if nothing is known to be."""
        now, open_since = dt_util.utcnow(), None
        if self._backfill:
            energies = [
                source
                for source in self._older_sources(now)
                if source.series.unit_class is not None
            ]
            open_since = self._backfill.oldest_open(energies, now)
        return open_since or min(self._feed.oldest.values(), default=None)

    def _older_sources(self, now: datetime) -> Sequence[HistorySource]:
        """Return where the backfill has its history from."""
        return self._sources(now)

    @abstractmethod
    def _sources(self, now: datetime) -> Sequence[HistorySource]:
        """Return the series, and where their history comes from."""

    @abstractmethod
    def _has_requests_to_spare(self) -> bool:
        """Return whether enough requests remain for the day's polls."""

    @abstractmethod
    async def _async_work(self) -> None:
        """Read all there is for now; what fails is left for the next run."""

    async def _async_finish(self) -> None:  # noqa: B027  # most have nothing to do
        """Do what follows from all that is stored after a run."""

    @callback
    def async_start(self) -> None:
        """Begin now; a provider continues as there is more to read."""
        self.async_work()

    @callback
    def async_work(self, _: datetime | None = None) -> None:
        """Read what there is to read, unless that is under way."""
        if self._task is None or self._task.done():
            self._task = self._entry.async_create_background_task(
                self._hass, self._async_run(), f"history of {self._entry.entry_id}"
            )

    async def _async_run(self) -> None:
        """Do the work; after any failure, the next run continues where it stopped."""
        try:
            await self._async_work()
            sources = self._sources(dt_util.utcnow())
            try:
                await self.holes.async_fill(sources, self._has_requests_to_spare)
            finally:
                await self._async_finish()
            self._retry.async_succeeded()
        except CloudError as err:
            _LOGGER.debug("Continuing the history import later: %s", err)
        except RecorderFailed as err:
            # Windows that could not be stored have not been passed.
            _LOGGER.debug("Continuing the history import soon: %s", err.reason)
            self._retry.async_failed()
        except Exception:  # noqa: BLE001  # a fault of ours must not end the history
            self.faults += 1
            log = _LOGGER.exception if self.faults == 1 else _LOGGER.debug
            log("Reading the history failed, retrying later")
        finally:
            self._look_ahead()
            # Windows that hold nothing write nothing, and yet they are progress.
            self._feed.async_notify()

    def _look_ahead(self) -> None:
        """Find out after a run what the rest waits for, and how long."""
        now, end = dt_util.utcnow(), None
        if self._backfill:
            left = self._backfill.left(self._older_sources(now), now)
            self._pace.note(now, left)
            end = local_date(self._pace.likely_done(now, left))
        self.outlook = Outlook(self._waits_for(), end)

    def _waits_for(self) -> WaitsFor:
        if self._feed.failed or self._retry.failures:
            return WaitsFor.DATABASE
        if self.share_done() >= 1.0:
            return WaitsFor.NOTHING
        if self._has_requests_to_spare():
            return WaitsFor.PROVIDER
        return WaitsFor.REQUESTS

    async def async_settled(self) -> None:
        """Wait until all that can be read now is in the recorder."""
        if self._task:
            await asyncio.wait([self._task])
        await self._feed.async_settled()

    async def async_interrupt(self) -> None:
        """Stop the current run; the next one continues where it stopped."""
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])
        await self._feed.async_settled()


def has_to_spare(budget: RequestBudget, *, polls: float, spare: float = 0) -> bool:
    """Return whether the polls of the day will still find their requests.

    `polls`: how many a whole day of them takes; `spare`: what is to be left besides.
    """
    now = dt_util.utcnow()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return budget.left > polls * (1 - (now - midnight) / _DAY) + spare
