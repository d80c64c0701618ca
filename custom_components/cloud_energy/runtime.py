"""What a loaded entry of any provider has at hand."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from .account import Account
from .client.wire import Drift
from .coordinator import CloudCoordinator
from .energy_dashboard import EnergySource
from .feed import StatisticsFeed


@dataclass
class CloudRuntime[CoordinatorT: CloudCoordinator[Any]](ABC):
    """The `runtime_data` of an entry."""

    account: Account
    coordinator: CoordinatorT
    feed: StatisticsFeed
    drift: Drift

    @property
    @abstractmethod
    def energy_sources(self) -> tuple[EnergySource, ...]:
        """What the entry has to offer to the Energy dashboard."""
