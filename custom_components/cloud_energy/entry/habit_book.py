"""Keeps what the last days of an entry's statistics show, as far as entities want it.

A statistic is read again when an import has changed one of its whole days: once a day,
unless readings come late.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
import logging
from typing import Any, Final, Protocol

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.prices.intervals import Prices, mean_price
from custom_components.cloud_energy.recorder.feed import StatisticsFeed
from custom_components.cloud_energy.recorder.jobs import RecorderFailed
from custom_components.cloud_energy.recorder.stored import async_stored_hours
from custom_components.cloud_energy.summary.habits import (
    Habits,
    days_that_count,
    habits_of,
    yearly_cost,
)

_LOGGER = logging.getLogger(__name__)

_PRICED: Final = timedelta(days=7)
"""A week has all kinds of days that a tariff knows."""

type ComingPrices = Callable[[datetime, datetime], Prices | None]


class HabitualRuntime(Protocol):
    """What is needed of the runtime data of an entry."""

    feed: StatisticsFeed

    @property
    def zone(self) -> tzinfo:
        """The time zone of the home."""

    def async_add_listener(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Listen for changes in what is known of the account."""

    def async_update_entities(self) -> None:
        """Have what is shown looked at again."""


@dataclass
class Watched:
    """A home or a circuit whose habits entities want to show."""

    book: HabitBook = field(repr=False)
    statistic_id: str = field(repr=False)
    coming_prices: ComingPrices = field(repr=False)
    _price: tuple[date, float | None] | None = None

    @callback
    def async_watch(self) -> CALLBACK_TYPE:
        """Read its hours from now on; returns what ends that."""
        return self.book.async_watch(self.statistic_id)

    @property
    def habits(self) -> Habits:
        """What the last days show."""
        return self.book.found.get(self.statistic_id, Habits())

    @property
    def yearly_cost(self) -> float | None:
        """What the base load costs in a year at the mean price of the coming week."""
        return yearly_cost(self.habits.base_load, self._mean_price())

    def _mean_price(self) -> float | None:
        now = dt_util.utcnow()
        if self._price is None or self._price[0] != now.date():
            prices = self.coming_prices(now, now + _PRICED)
            price = mean_price(prices.intervals) if prices else None
            # One that is not known yet may be with the next poll.
            self._price = None if price is None else (now.date(), price)
        return self._price[1] if self._price else None


class HabitBook:
    """What is known of the statistics of an entry."""

    def __init__(self, runtime: HabitualRuntime) -> None:
        """Start without habits: they are calculated once somebody shows them."""
        self._runtime = runtime
        self._watchers: Counter[str] = Counter()
        self._due: set[str] = set()
        self._task: asyncio.Task[None] | None = None
        self._look: Callable[[], None] = lambda: None
        self._known: dict[str, Watched] = {}
        self.found: dict[str, Habits] = {}

    def of(self, statistic_id: str, coming_prices: ComingPrices) -> Watched:
        """Return what entities show of a statistic: the same object each time."""
        if statistic_id not in self._known:
            self._known[statistic_id] = Watched(self, statistic_id, coming_prices)
        return self._known[statistic_id]

    @callback
    def async_start(self, hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
        """Read now what is watched, and whenever its days have changed."""

        @callback
        def look() -> None:
            if self._due and (self._task is None or self._task.done()):
                self._task = entry.async_create_background_task(
                    hass, self._async_work(hass), f"habits of {entry.entry_id}"
                )

        @callback
        def changed(statistic_id: str, start: datetime, end: datetime) -> None:
            first, last = days_that_count(self._today, self._runtime.zone)
            if self._watchers[statistic_id] and start < last and end > first:
                self._due.add(statistic_id)
                look()

        self._look = look
        entry.async_on_unload(self._runtime.async_add_listener(look))
        entry.async_on_unload(self._runtime.feed.async_add_change_listener(changed))
        look()

    @callback
    def async_watch(self, statistic_id: str) -> CALLBACK_TYPE:
        """Read a statistic from now on, for one more entity; returns what ends that."""
        self._watchers[statistic_id] += 1
        if statistic_id not in self.found:
            self._due.add(statistic_id)
            self._look()

        @callback
        def end() -> None:
            self._watchers[statistic_id] -= 1

        return end

    async def async_settled(self) -> None:
        """Wait for what is being read."""
        if self._task is not None:
            await asyncio.wait([self._task])

    @property
    def _today(self) -> date:
        return dt_util.now(self._runtime.zone).date()

    async def _async_work(self, hass: HomeAssistant) -> None:
        zone = self._runtime.zone
        while self._due:
            statistic_id = self._due.pop()
            start, end = days_that_count(self._today, zone)
            try:
                hours = await async_stored_hours(hass, statistic_id, start, end)
            except RecorderFailed as err:
                # It stays due: the next poll or import brings another try.
                self._due.add(statistic_id)
                _LOGGER.debug("Looking at habits later: %s", err.reason)
                return
            found = habits_of(hours, zone)
            if self.found.get(statistic_id) != found:
                self.found[statistic_id] = found
                self._runtime.async_update_entities()
