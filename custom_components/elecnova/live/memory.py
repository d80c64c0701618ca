"""Stores what has to survive a restart of Home Assistant."""

from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store

from custom_components.elecnova.const import DOMAIN

from .state import Memory

_VERSION: Final = 1
_SAVE_DELAY: Final = 120


class MemoryStore:
    """The memory of one entry on disk."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Begin with nothing; `async_load` reads what there is."""
        self._store = _store(hass, entry)
        self._is_due = False
        self.memory = Memory()

    async def async_load(self) -> Memory:
        """Read what an earlier run has left."""
        if stored := await self._store.async_load():
            self.memory = Memory.restored(stored)
        return self.memory

    @callback
    def async_save_later(self) -> None:
        """Write within two minutes, however often this is called meanwhile."""
        # The store itself would wait until nothing has called for that long.
        if not self._is_due:
            self._is_due = True
            self._store.async_delay_save(self._stored, _SAVE_DELAY)

    async def async_save(self) -> None:
        """Write now."""
        await self._store.async_save(self._stored())

    def _stored(self) -> dict[str, Any]:
        self._is_due = False
        return self.memory.stored()


def _store(hass: HomeAssistant, entry: ConfigEntry) -> Store[dict[str, Any]]:
    key = f"{DOMAIN}.{entry.entry_id}.live"
    return Store(hass, _VERSION, key, private=True)


async def async_remove_memory(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Remove what was stored for an entry."""
    await _store(hass, entry).async_remove()
