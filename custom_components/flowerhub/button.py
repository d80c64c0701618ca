"""A button that asks the portal for everything now."""

from typing import override

from homeassistant.components.button import ButtonEntity
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import CONF_KEY
from .devices import HUB, device_link
from .refresh import async_refresh_account
from .runtime import FlowerhubConfigEntry

PARALLEL_UPDATES = 1


class RefreshButton(ButtonEntity):
    """It can be pressed at any time: above all when nothing comes."""

    _attr_has_entity_name = True
    _attr_translation_key = "refresh"
    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, entry: FlowerhubConfigEntry) -> None:
        """Refresh an entry."""
        self._entry = entry
        self._attr_unique_id = f"{entry.data[CONF_KEY]}_refresh"
        self._attr_device_info = device_link(entry, HUB)

    @override
    async def async_press(self) -> None:
        await async_refresh_account(self._entry)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: FlowerhubConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add it."""
    async_add_entities([RefreshButton(entry)])
