"""An event when the power goes and when it comes back."""

from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from custom_components.cloud_energy.entities.entity import (
    CloudDescription,
    CloudEntity,
    async_add_as_supported,
)

from .api.outages import Outage
from .coordinators.outages import OutageSnapshot, Supplied
from .entities.entity import outage_candidates
from .runtime import IecConfigEntry

PARALLEL_UPDATES = 0

STARTED = "outage_started"
RESTORED = "outage_restored"
ATTR_OUTAGE = "outage"


@dataclass(frozen=True, kw_only=True)
class EventDescription(CloudDescription[Supplied], EventEntityDescription):
    """An event of a contract."""


POWER = EventDescription(key="power", event_types=[STARTED, RESTORED])


class PowerEvent(CloudEntity[OutageSnapshot, Supplied], EventEntity):
    """Fires once for each start and end of a power outage.

    What it has fired last survives a restart, so that nothing is reported twice and
    what has happened meanwhile is reported then.
    """

    entity_description: EventDescription

    @override
    async def async_added_to_hass(self) -> None:
        """Report what has happened while Home Assistant was off."""
        await super().async_added_to_hass()
        # Two events in a row need two writes, which only work once this is done.
        soon = self.hass.loop.call_soon(self._handle_coordinator_update)
        self.async_on_remove(soon.cancel)

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        self._follow()
        super()._handle_coordinator_update()

    def _follow(self) -> None:
        part = self.part
        if part is None:
            return
        announced = self.state_attributes.get(ATTR_OUTAGE)
        is_open = self.state_attributes.get("event_type") == STARTED
        going_on = part.going_on
        if is_open and (going_on is None or going_on.identity != announced):
            over = next((o for o in part.past if o.identity == announced), None)
            self._trigger_event(RESTORED, _attributes(over, str(announced or "")))
            self.async_write_ha_state()
            is_open = False
        if going_on and not is_open:
            self._trigger_event(STARTED, _attributes(going_on, going_on.identity))


def _attributes(outage: Outage | None, identity: str) -> dict[str, Any]:
    return {
        ATTR_OUTAGE: identity,
        "kind": outage.kind if outage else None,
        "start": outage.start if outage else None,
        "end": outage.end if outage else None,
        "estimate": outage.estimate if outage else None,
    }


async def async_setup_entry(
    hass: HomeAssistant,
    entry: IecConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add one for each contract."""
    if outages := entry.runtime_data.outages:
        async_add_as_supported(
            entry,
            outages,
            async_add_entities,
            lambda snapshot: outage_candidates(snapshot, PowerEvent, [POWER]),
        )
