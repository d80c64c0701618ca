"""All actions, by what they are about."""

from homeassistant.core import HomeAssistant, callback

from .bill_actions import async_setup_bill_actions
from .code_actions import async_setup_code_actions
from .public_actions import async_setup_public_actions
from .reading_actions import async_setup_reading_actions
from .sharing_actions import async_setup_sharing_actions
from .supply_actions import async_setup_supply_actions


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    async_setup_bill_actions(hass)
    async_setup_code_actions(hass)
    async_setup_public_actions(hass)
    async_setup_reading_actions(hass)
    async_setup_sharing_actions(hass)
    async_setup_supply_actions(hass)
