"""Cloud Energy: what the integrations of several energy clouds share."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.typing import ConfigType
import voluptuous as vol

from .const import CONF_PROVIDERS, DOMAIN
from .endpoints import CONF_ENDPOINTS, ENDPOINTS_SCHEMA, async_set_endpoints
from .installation import (
    async_check_at_start,
    async_remove_copies,
    async_setup_installation,
    async_synchronize,
    async_tell_in_use,
)
from .services import async_setup_services

CONFIG_SCHEMA = vol.Schema(
    {
        vol.Optional(DOMAIN): vol.Schema(
            {vol.Optional(CONF_ENDPOINTS, default={}): ENDPOINTS_SCHEMA}
        )
    },
    extra=vol.ALLOW_EXTRA,
)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up the foundation; it never fails, since every provider needs it."""
    async_set_endpoints(hass, config.get(DOMAIN, {}).get(CONF_ENDPOINTS, {}))
    async_setup_services(hass)
    async_setup_installation(hass)
    await async_check_at_start(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Place the chosen providers, now and whenever the choice changes."""
    await async_synchronize(hass)
    entry.async_on_unload(entry.add_update_listener(_async_choice_changed))
    return True


async def async_unload_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Unload the entry; the copies stay as they are."""
    return True


async def async_remove_entry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Take the copies back; those in use stay, and the user is told so."""
    kept = await async_remove_copies(hass, entry.options[CONF_PROVIDERS])
    async_tell_in_use(hass, kept)


async def _async_choice_changed(hass: HomeAssistant, entry: ConfigEntry) -> None:
    await async_synchronize(hass)
