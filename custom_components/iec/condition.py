"""What automations can ask: whether the power is out."""

from typing import Final

from homeassistant.const import STATE_ON, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.condition import Condition

from custom_components.cloud_energy.entities.automation_entities import (
    EntityKind,
    shows,
)

from .const import DOMAIN

_OUTAGE: Final = EntityKind(
    integration=DOMAIN, platform=Platform.BINARY_SENSOR, key="outage"
)

CONDITIONS: Final[dict[str, type[Condition]]] = {
    "power_is_out": shows(_OUTAGE, STATE_ON),
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions."""
    return CONDITIONS
