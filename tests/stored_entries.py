"""Entries as Home Assistant reads them from its file after a restart."""

from types import MappingProxyType

from homeassistant.config_entries import ConfigEntries
from homeassistant.helpers.json import json_bytes_sorted
from homeassistant.util.json import json_loads_object
import pytest


@pytest.fixture(autouse=True)
def entries_as_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set each entry up from what that file holds of it: JSON, with all keys sorted.

    Nothing else tells after a restart in which order things were known.
    """
    set_up = ConfigEntries.async_setup

    async def set_up_as_stored(
        self: ConfigEntries, entry_id: str, _lock: bool = True
    ) -> bool:
        entry = self.async_get_known_entry(entry_id)
        for name in ("data", "options"):
            stored = json_loads_object(json_bytes_sorted(dict(getattr(entry, name))))
            object.__setattr__(entry, name, MappingProxyType(stored))
        return await set_up(self, entry_id, _lock)

    monkeypatch.setattr(ConfigEntries, "async_setup", set_up_as_stored)
