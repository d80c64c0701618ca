"""What automations can be started by: a lost cabinet, faults, fire alarms."""

from typing import Final

from homeassistant.const import STATE_OFF, STATE_ON, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.trigger import Trigger

from custom_components.cloud_energy.entities.automation_entities import (
    EntityKind,
    becomes,
)

from .const import DOMAIN


def _binary(key: str) -> EntityKind:
    return EntityKind(integration=DOMAIN, platform=Platform.BINARY_SENSOR, key=key)


TRIGGERS: Final[dict[str, type[Trigger]]] = {
    "cabinet_disconnected": becomes(_binary("online"), STATE_OFF),
    "cabinet_reconnected": becomes(_binary("online"), STATE_ON),
    "fault_reported": becomes(_binary("fault"), STATE_ON),
    "fire_alarm": becomes(_binary("fire_alarm"), STATE_ON),
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers."""
    return TRIGGERS
