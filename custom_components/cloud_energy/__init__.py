"""Cloud Energy: what the integrations of several energy clouds share."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.typing import ConfigType
import voluptuous as vol

from .const import DOMAIN
from .endpoints import CONF_ENDPOINTS, ENDPOINTS_SCHEMA, async_set_endpoints
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
    """Set up the foundation."""
    async_set_endpoints(hass, config.get(DOMAIN, {}).get(CONF_ENDPOINTS, {}))
    async_setup_services(hass)
    return True
