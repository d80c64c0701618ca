"""What a loaded entry of any provider has at hand."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from .account import Account
from .client.wire import Drift
from .coordinator import CloudCoordinator
from .energy_dashboard import EnergySource
from .feed import StatisticsFeed
from .history import AccountHistory


@dataclass
class CloudRuntime[CoordinatorT: CloudCoordinator[Any]](ABC):
    """The `runtime_data` of an entry."""

    account: Account
    coordinator: CoordinatorT
    feed: StatisticsFeed
    drift: Drift
    history: AccountHistory | None
    """What reads the hours of the past; None where the cloud has only totals."""

    @property
    @abstractmethod
    def energy_sources(self) -> tuple[EnergySource, ...]:
        """What the entry has to offer to the Energy dashboard."""
