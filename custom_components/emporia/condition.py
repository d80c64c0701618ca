"""What automations can ask: whether a car is there, and charges."""

from typing import Final

from homeassistant.const import STATE_ON
from homeassistant.core import HomeAssistant
from homeassistant.helpers.condition import Condition

from custom_components.cloud_energy.entities.automation_entities import shows

from .trigger import CHARGING, FAULT, PLUGGED_IN

CONDITIONS: Final[dict[str, type[Condition]]] = {
    "car_is_plugged_in": shows(PLUGGED_IN, STATE_ON),
    "is_charging": shows(CHARGING, STATE_ON),
    "has_fault": shows(FAULT, STATE_ON),
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions."""
    return CONDITIONS
