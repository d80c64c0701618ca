"""A button that asks the cloud for everything now."""

from typing import override

from homeassistant.components.button import ButtonEntity
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from custom_components.cloud_energy.refresh import async_refresh_all, raise_failed

from .const import DOMAIN
from .devices import account_device, account_key
from .runtime import ElecnovaConfigEntry

PARALLEL_UPDATES = 1


class RefreshButton(ButtonEntity):
    """It can be pressed at any time: above all when nothing comes."""

    _attr_has_entity_name = True
    _attr_translation_key = "refresh"
    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, entry: ElecnovaConfigEntry) -> None:
        """Refresh an entry."""
        self._entry = entry
        self._attr_unique_id = f"{account_key(entry)}_refresh"
        self._attr_device_info = account_device(entry)

    @override
    async def async_press(self) -> None:
        coordinator = self._entry.runtime_data.coordinator
        raise_failed(await async_refresh_all(DOMAIN, coordinator))


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ElecnovaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add it."""
    async_add_entities([RefreshButton(entry)])
