"""Cloud Energy: what the integrations of several energy clouds share."""

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.typing import ConfigType
import voluptuous as vol

from .const import DOMAIN
from .entry.actions import async_register_actions
from .entry.endpoints import CONF_ENDPOINTS, ENDPOINTS_SCHEMA, async_set_endpoints
from .entry.same_grid import async_watch_grids
from .flow.open_flows import async_end_flows
from .installer.installation import async_get_installation
from .installer.removal_watch import async_watch_removal
from .recorder.copied_hours import async_load_copied_hours
from .services import ACTIONS
from .summary.assist import async_answer_assist

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
    await async_load_copied_hours(hass)
    async_register_actions(hass, DOMAIN, ACTIONS)
    async_watch_grids(hass)
    async_answer_assist(hass)
    _async_follow_installation(hass)
    # Makes up for a stop at which nothing could be placed, e.g. a power cut.
    await async_get_installation(hass).async_synchronize()
    return True


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Place the chosen providers, now and whenever the choice changes."""
    await async_get_installation(hass).async_synchronize()
    entry.async_on_unload(entry.add_update_listener(_async_choice_changed))
    return True


async def async_unload_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Unload the entry; the copies stay as they are."""
    return True


async def async_remove_entry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Remove the copies; those in use stay, and a repair issue says so."""
    async_end_flows(hass, entry)
    await async_get_installation(hass).async_synchronize()


async def _async_choice_changed(hass: HomeAssistant, entry: ConfigEntry) -> None:
    await async_get_installation(hass).async_synchronize()


@callback
def _async_follow_installation(hass: HomeAssistant) -> None:
    installation = async_get_installation(hass)
    hass.bus.async_listen_once(
        EVENT_HOMEASSISTANT_FINAL_WRITE, installation.async_finish
    )
    async_dispatcher_connect(
        hass, SIGNAL_CONFIG_ENTRY_CHANGED, installation.async_entry_changed
    )
    async_watch_removal(hass, installation)
