"""What automations can be started by: a car, its charging, a fault."""

from typing import Final

from homeassistant.const import STATE_OFF, STATE_ON, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.trigger import Trigger

from custom_components.cloud_energy.entities.automation_entities import (
    EntityKind,
    becomes,
)

from .const import DOMAIN


def _charger(key: str) -> EntityKind:
    return EntityKind(integration=DOMAIN, platform=Platform.BINARY_SENSOR, key=key)


PLUGGED_IN: Final = _charger("plugged_in")
CHARGING: Final = _charger("charging_active")
FAULT: Final = _charger("fault")

TRIGGERS: Final[dict[str, type[Trigger]]] = {
    "car_plugged_in": becomes(PLUGGED_IN, STATE_ON),
    "car_unplugged": becomes(PLUGGED_IN, STATE_OFF),
    "charging_started": becomes(CHARGING, STATE_ON),
    "charging_finished": becomes(CHARGING, STATE_OFF),
    "charger_fault": becomes(FAULT, STATE_ON),
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers."""
    return TRIGGERS
