"""What a loaded entry has at hand."""

from dataclasses import dataclass
from typing import override

from homeassistant.config_entries import ConfigEntry

from custom_components.cloud_energy.dashboard.sources import GridSource
from custom_components.cloud_energy.entry.runtime import CloudRuntime

from .api.client import DominionClient
from .coordinator import DominionCoordinator
from .history import History

type DominionConfigEntry = ConfigEntry[DominionRuntime]


@dataclass
class DominionRuntime(CloudRuntime[DominionCoordinator]):
    """What a loaded entry has at hand."""

    client: DominionClient
    history: History

    @property
    @override
    def energy_sources(self) -> tuple[GridSource, ...]:
        coordinator = self.coordinator
        snapshot = coordinator.data
        returns = snapshot.exporting_usage is not None or bool(
            snapshot.meter and snapshot.meter.net_metering
        )
        return (coordinator.series.energy_source(returns=returns),)
