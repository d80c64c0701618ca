"""Stores what has to survive a restart of Home Assistant."""

from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from custom_components.cloud_energy.helpers.keeper import DelayedStore
from custom_components.cloud_energy.helpers.own_store import OwnStore, own_store
from custom_components.elecnova.const import DOMAIN

from .state import Memory

_VERSION: Final = 1
_SAVE_SECONDS: Final = 120


class MemoryStore:
    """The memory of one entry on disk."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Begin with nothing; `async_load` reads what there is."""
        self._store = _store(hass, entry)
        self._keeper = DelayedStore(self._store, self._stored, _SAVE_SECONDS)
        self.memory = Memory()

    async def async_load(self) -> Memory:
        """Read what an earlier run has left."""
        if stored := await self._store.async_load():
            self.memory = Memory.restored(stored)
        return self.memory

    @callback
    def async_save_later(self) -> None:
        """Write within two minutes."""
        self._keeper.async_save_later()

    async def async_save(self) -> None:
        """Write the live values at once."""
        await self._keeper.async_save()

    def _stored(self) -> dict[str, Any]:
        return self.memory.stored()


def _store(hass: HomeAssistant, entry: ConfigEntry) -> OwnStore:
    key = f"{DOMAIN}.{entry.entry_id}.live"
    return own_store(hass, _VERSION, key)


async def async_remove_memory(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Remove what was stored for an entry."""
    await _store(hass, entry).async_remove()
