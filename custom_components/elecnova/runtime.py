"""Runtime data of a loaded config entry."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, callback

from custom_components.cloud_energy.dashboard.sources import EnergySource
from custom_components.cloud_energy.entry.runtime import CloudRuntime

from .api.client import ElecnovaClient
from .coordinators.account import ElecnovaCoordinator
from .live import Live
from .statistics.history import History

type ElecnovaConfigEntry = ConfigEntry[ElecnovaRuntime]


@dataclass
class ElecnovaRuntime(CloudRuntime[ElecnovaCoordinator]):
    """The parts of one account."""

    client: ElecnovaClient
    history: History
    live: Live | None
    """What the broker sends; None where the user does not want it."""

    @property
    @override
    def zone(self) -> tzinfo:
        zones = [inverter.zone for inverter in self.coordinator.inverters]
        return zones[0] if zones else super().zone

    @property
    @override
    def energy_sources(self) -> tuple[EnergySource, ...]:
        live = self.live.energy_sources if self.live else ()
        return (*self.history.energy_sources, *live)

    @callback
    @override
    def async_add_listener(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        remove = super().async_add_listener(listener)
        remove_live = self.live.async_add_listener(listener) if self.live else None

        @callback
        def remove_both() -> None:
            remove()
            if remove_live:
                remove_live()

        return remove_both

    @override
    async def async_start(self) -> None:
        await super().async_start()
        if self.live:
            self.live.async_start()

    @override
    async def async_close(self) -> None:
        if self.live:
            await self.live.async_close()
        await super().async_close()
