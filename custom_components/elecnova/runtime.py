"""What a loaded entry has at hand."""

from dataclasses import dataclass
from typing import override

from homeassistant.config_entries import ConfigEntry

from custom_components.cloud_energy.energy_dashboard import EnergySource
from custom_components.cloud_energy.runtime import CloudRuntime

from .api.client import ElecnovaClient
from .coordinator import ElecnovaCoordinator
from .history import History
from .live import Live

type ElecnovaConfigEntry = ConfigEntry[ElecnovaRuntime]


@dataclass
class ElecnovaRuntime(CloudRuntime[ElecnovaCoordinator]):
    """The parts of one account."""

    client: ElecnovaClient
    history: History
    live: Live | None
    """What the broker tells; None where the user does not want it."""

    @property
    @override
    def energy_sources(self) -> tuple[EnergySource, ...]:
        live = self.live.energy_sources if self.live else ()
        return (*self.history.energy_sources, *live)
