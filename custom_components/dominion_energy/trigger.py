"""What automations can be started by: bills and published days."""

from typing import Final

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.trigger import Trigger

from custom_components.cloud_energy.entities.automation_entities import (
    EntityKind,
    moves_on,
)

from .const import DOMAIN

# Its end is off at first, and nobody would look for it there
_BILL: Final = EntityKind(
    integration=DOMAIN,
    platform=Platform.SENSOR,
    key="last_bill_charges",
    attribute="last_reset",
)
_DAY: Final = EntityKind(integration=DOMAIN, platform=Platform.SENSOR, key="data_date")

TRIGGERS: Final[dict[str, type[Trigger]]] = {
    "bill_arrived": moves_on(_BILL),
    "day_published": moves_on(_DAY),
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers."""
    return TRIGGERS
