"""Energy of batteries, for which the cloud only reports power."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from custom_components.cloud_energy.entities.power_integral import PowerIntegral
from custom_components.cloud_energy.helpers.keeper import DelayedStore
from custom_components.cloud_energy.helpers.own_store import (
    OwnStore,
    own_store,
    readable,
)
from custom_components.emporia.api.models import Battery
from custom_components.emporia.const import DOMAIN

_VERSION: Final = 1
_SAVE_SECONDS: Final = 120


@dataclass(frozen=True)
class CountedEnergy:
    """The kWh of a battery since it was seen first, as far as Home Assistant ran."""

    charged: float
    discharged: float


class BatteryEnergy:
    """Counts the energy of the batteries of one entry, over restarts."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Begin with nothing; `async_load` reads what there is."""
        self._store = _store(hass, entry)
        self._keeper = DelayedStore(self._store, self._stored, _SAVE_SECONDS)
        self._integrals: dict[int, PowerIntegral] = {}
        entry.async_on_unload(self._keeper.async_save)

    async def async_load(self) -> None:
        """Continue where an earlier run has stopped."""
        stored = await self._store.async_load()
        self._integrals = dict(readable(stored, _read_integral))

    @property
    def counted(self) -> Mapping[int, CountedEnergy]:
        """The energy so far, by gid."""
        return {
            gid: CountedEnergy(round(each.negative, 4), round(each.positive, 4))
            for gid, each in self._integrals.items()
        }

    def take(self, batteries: Iterable[Battery], at: datetime) -> None:
        """Take the power of batteries at a time; what is missing is not known."""
        powers = {battery.gid: net_power(battery) for battery in batteries}
        for gid, power in powers.items():
            if power is not None:
                self._integrals.setdefault(gid, PowerIntegral())
        for gid, integral in self._integrals.items():
            integral.add(powers.get(gid), at)
        if self._integrals:
            self._keeper.async_save_later()

    def _stored(self) -> dict[str, Any]:
        return {str(gid): each.stored() for gid, each in self._integrals.items()}


def _read_integral(gid: str, stored: dict[str, Any]) -> tuple[int, PowerIntegral]:
    return int(gid), PowerIntegral.restored(stored)


def net_power(battery: Battery) -> float | None:
    """Return the kW that a battery discharges, less what it charges."""
    if battery.charge_power is None or battery.discharge_power is None:
        return None
    return battery.discharge_power - battery.charge_power


async def async_forget_battery_energy(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Remove what was stored for an entry that is removed."""
    await _store(hass, entry).async_remove()


def _store(hass: HomeAssistant, entry: ConfigEntry) -> OwnStore:
    key = f"{DOMAIN}.{entry.entry_id}.batteries"
    return own_store(hass, _VERSION, key)
