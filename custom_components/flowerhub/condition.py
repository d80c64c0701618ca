"""What automations can ask: whether the hub is connected."""

from typing import Final

from homeassistant.const import STATE_OFF, STATE_ON, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.condition import Condition

from custom_components.cloud_energy.entities.automation_entities import (
    EntityKind,
    shows,
)

from .const import DOMAIN

_HUB: Final = EntityKind(
    integration=DOMAIN, platform=Platform.BINARY_SENSOR, key="connected"
)

CONDITIONS: Final[dict[str, type[Condition]]] = {
    "hub_is_connected": shows(_HUB, STATE_ON),
    "hub_is_disconnected": shows(_HUB, STATE_OFF),
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions."""
    return CONDITIONS
