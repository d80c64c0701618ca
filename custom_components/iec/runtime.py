"""What a loaded entry has at hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, override

from homeassistant.config_entries import ConfigEntry

from custom_components.cloud_energy.dashboard.sources import GridSource
from custom_components.cloud_energy.entry.coordinator import CloudCoordinator
from custom_components.cloud_energy.entry.runtime import CloudRuntime

from .api.client import IecClient
from .coordinator import IecCoordinator
from .history import History
from .outage_coordinator import OutageCoordinator
from .statistics import MeterSeries

type IecConfigEntry = ConfigEntry[IecRuntime]


@dataclass
class IecRuntime(CloudRuntime[IecCoordinator]):
    """The parts of one login."""

    client: IecClient
    history: History
    outages: OutageCoordinator | None
    """None if the user does not want to watch for interruptions."""

    @property
    @override
    def coordinators(self) -> Sequence[CloudCoordinator[Any]]:
        return (self.coordinator, *filter(None, (self.outages,)))

    @property
    @override
    def energy_sources(self) -> tuple[GridSource, ...]:
        return tuple(
            MeterSeries.of(state.meter).energy_source(two_way=state.is_two_way)
            for state in self.coordinator.data.meters.values()
        )
