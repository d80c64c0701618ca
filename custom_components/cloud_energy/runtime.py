"""What a loaded entry of any provider has at hand."""

from dataclasses import dataclass
from typing import Any

from .account import Account
from .coordinator import CloudCoordinator
from .energy_dashboard import EnergySource
from .feed import StatisticsFeed


@dataclass
class CloudRuntime[CoordinatorT: CloudCoordinator[Any]]:
    """The `runtime_data` of an entry."""

    account: Account
    coordinator: CoordinatorT
    feed: StatisticsFeed
    energy_sources: tuple[EnergySource, ...]
    """What the entry has to offer to the Energy dashboard."""
