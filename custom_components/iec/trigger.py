"""What automations can be started by: power outages, bills, published days."""

from typing import Final

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.trigger import Trigger

from custom_components.cloud_energy.entities.automation_entities import (
    EntityKind,
    happens,
    moves_on,
)

from .const import DOMAIN
from .event import RESTORED, STARTED

_POWER: Final = EntityKind(integration=DOMAIN, platform=Platform.EVENT, key="power")
_PLANNED: Final = EntityKind(
    integration=DOMAIN, platform=Platform.SENSOR, key="planned_outage"
)
_BILL: Final = EntityKind(
    integration=DOMAIN, platform=Platform.SENSOR, key="iec_bill_date"
)
_DAY: Final = EntityKind(
    integration=DOMAIN,
    platform=Platform.SENSOR,
    key="latest_day_consumption",
    attribute="date",
)

TRIGGERS: Final[dict[str, type[Trigger]]] = {
    "outage_started": happens(_POWER, STARTED),
    "outage_ended": happens(_POWER, RESTORED),
    "planned_outage_announced": moves_on(_PLANNED, from_nothing=True),
    "bill_arrived": moves_on(_BILL),
    "day_published": moves_on(_DAY),
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers."""
    return TRIGGERS
