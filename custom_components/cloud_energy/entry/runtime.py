"""Runtime data of a loaded config entry, for any provider."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any, Protocol

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.client.wire import Drift
from custom_components.cloud_energy.dashboard.sources import EnergySource
from custom_components.cloud_energy.prices.intervals import Prices
from custom_components.cloud_energy.recorder.feed import StatisticsFeed
from custom_components.cloud_energy.recorder.history import AccountHistory

from .bill_checks import BillChecks, BillToCheck
from .connection import CloudConnection
from .coordinator import CloudCoordinator
from .habit_book import HabitBook


class CloudClient(Protocol):
    """What is common to the clients of all clouds."""

    @property
    def drift(self) -> Drift:
        """What the cloud has sent that nobody expected."""

    async def close(self) -> None:
        """End a renewal of its tokens under way, without losing it."""


@dataclass
class CloudRuntime[CoordinatorT: CloudCoordinator[Any]](ABC):
    """The `runtime_data` of an entry."""

    connection: CloudConnection
    client: CloudClient
    coordinator: CoordinatorT
    """The one that reports the state of the connection."""
    feed: StatisticsFeed
    history: AccountHistory | None
    """What reads the hours of the past; None where the cloud has only totals."""
    bill_checks: BillChecks = field(init=False, repr=False)
    habits: HabitBook = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Make what checks its bills, and what looks at its last days."""
        self.bill_checks = BillChecks(self)
        self.habits = HabitBook(self)

    @property
    @abstractmethod
    def energy_sources(self) -> tuple[EnergySource, ...]:
        """What the entry has to offer to the Energy dashboard."""

    def coming_prices(self, start: datetime, end: datetime) -> Prices | None:
        """Return what a kWh costs by the entry's tariff; None where it has none."""
        return None

    def prices_of(
        self, keys: Collection[str], start: datetime, end: datetime
    ) -> Prices | None:
        """Return what a kWh costs one of its devices; None if it has no price.

        :param keys: those of the device
        """
        return self.coming_prices(start, end)

    @property
    def zone(self) -> tzinfo:
        """The time zone of the home; Home Assistant's where a provider knows none."""
        return dt_util.get_default_time_zone()

    @property
    def billing_periods(self) -> Sequence[tuple[date, date]]:
        """The billing periods, with the running one if it has an end.

        Each is its first day, and the first day that no longer belongs to it.
        """
        return ()

    @property
    def bills_to_check(self) -> Mapping[str, BillToCheck]:
        """The latest bill of each meter, contract or account, by its key.

        Only what has a period, an amount and a tariff can be checked.
        """
        return {}

    @property
    def drift(self) -> Drift:
        """What the cloud has sent that nobody expected."""
        return self.client.drift

    @property
    def coordinators(self) -> Sequence[CloudCoordinator[Any]]:
        """All that poll, in the order in which they are refreshed."""
        return (self.coordinator,)

    @callback
    def async_add_listener(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Listen for changes in what is known of the account."""
        removals = [
            add(listener)
            for coordinator in self.coordinators
            for add in (
                coordinator.async_add_listener,
                coordinator.async_add_connection_listener,
            )
        ]

        @callback
        def remove() -> None:
            for each in removals:
                each()

        return remove

    @callback
    def async_update_entities(self) -> None:
        """Have what is shown looked at again."""
        for coordinator in self.coordinators:
            coordinator.async_update_listeners()

    async def async_start(self) -> None:
        """Start the work in the background, once the entities exist."""
        if self.history:
            self.history.async_start()

    async def async_close(self) -> None:
        """End what must not outlive the entry."""
        await self.client.close()
