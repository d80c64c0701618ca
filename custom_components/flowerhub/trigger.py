"""What automations can be started by: the hub's connection, and bills."""

from typing import Final

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.trigger import Trigger

from custom_components.cloud_energy.entities.automation_entities import (
    EntityKind,
    happens,
)

from .const import DOMAIN
from .event import DISCONNECTED, NEW_INVOICE, RECONNECTED

_HUB: Final = EntityKind(
    integration=DOMAIN, platform=Platform.EVENT, key="hub_connection"
)
_BILL: Final = EntityKind(integration=DOMAIN, platform=Platform.EVENT, key="invoice")

TRIGGERS: Final[dict[str, type[Trigger]]] = {
    "hub_disconnected": happens(_HUB, DISCONNECTED),
    "hub_reconnected": happens(_HUB, RECONNECTED),
    "bill_arrived": happens(_BILL, NEW_INVOICE),
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers."""
    return TRIGGERS
