"""What a loaded entry has at hand."""

from dataclasses import dataclass
from typing import override

from homeassistant.config_entries import ConfigEntry

from custom_components.cloud_energy.energy_dashboard import EnergySource
from custom_components.cloud_energy.entity import enabled_sensor
from custom_components.cloud_energy.runtime import CloudRuntime

from .api.client import EmporiaClient
from .const import DOMAIN
from .coordinator import EmporiaCoordinator
from .history import History
from .statistics import energy_sources
from .status_coordinator import StatusCoordinator
from .status_stream import StatusStream

type EmporiaConfigEntry = ConfigEntry[EmporiaRuntime]


@dataclass
class EmporiaRuntime(CloudRuntime[EmporiaCoordinator]):
    """The parts of one account."""

    client: EmporiaClient
    status: StatusCoordinator
    stream: StatusStream
    history: History

    @property
    @override
    def energy_sources(self) -> tuple[EnergySource, ...]:
        return energy_sources(
            self.coordinator.home, self.coordinator.hass.config.currency, self._power
        )

    def _power(self, gid: int, slug: str) -> str | None:
        """Return the entity of a channel's power."""
        hass = self.coordinator.hass
        return enabled_sensor(hass, DOMAIN, f"{gid}_{slug}_power")
