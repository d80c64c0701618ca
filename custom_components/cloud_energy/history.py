"""The frame of what feeds the statistics of an account in the background."""

from abc import ABC, abstractmethod
import asyncio
from datetime import datetime, timedelta

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .client.budget import RequestBudget
from .feed import StatisticsFeed

_DAY = timedelta(days=1)


class AccountHistory(ABC):
    """Reads what there is to read, one run at a time; it ends with its entry."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, feed: StatisticsFeed
    ) -> None:
        """Feed on behalf of an entry: unloading it ends the work under way."""
        self._hass = hass
        self._entry = entry
        self._feed = feed
        feed.history_share = self.share_done
        self._task: asyncio.Task[None] | None = None

    @abstractmethod
    def share_done(self) -> float:
        """Return how much of the wanted history has been asked for, 0 to 1."""

    @abstractmethod
    async def _async_work(self) -> None:
        """Read all there is for now; what fails is left for the next run."""

    @callback
    def async_work(self, _: datetime | None = None) -> None:
        """Read what there is to read, unless that is under way."""
        if self._task is None or self._task.done():
            self._task = self._entry.async_create_background_task(
                self._hass, self._async_work(), f"history of {self._entry.entry_id}"
            )

    async def async_settled(self) -> None:
        """Wait until all that can be read now is in the recorder."""
        if self._task:
            await asyncio.wait([self._task])
        await self._feed.async_settled()

    async def async_interrupt(self) -> None:
        """End the run under way; the next one goes on where it was."""
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])
        await self._feed.async_settled()


def has_to_spare(budget: RequestBudget, *, polls: float, spare: float = 0) -> bool:
    """Tell whether the polls of the day will still find their requests.

    `polls`: how many a whole day of them takes; `spare`: what is to be left besides.
    """
    now = dt_util.utcnow()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return budget.left > polls * (1 - (now - midnight) / _DAY) + spare
