"""Events: the hub has lost its connection or has it again, an invoice has come."""

from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from custom_components.cloud_energy.entities.entity import (
    CloudDescription,
    CloudEntity,
    Place,
)
from custom_components.cloud_energy.entry.coordinator import CloudCoordinator

from .api.models import Asset, FlowerHubStatus
from .const import CONF_KEY
from .coordinators.account import AccountCoordinator
from .devices import HUB, account_link, owner_key, part_link
from .runtime import FlowerhubConfigEntry
from .snapshot import Snapshot

PARALLEL_UPDATES = 0

DISCONNECTED: Final = "disconnected"
RECONNECTED: Final = "reconnected"
NEW_INVOICE: Final = "new_invoice"


@dataclass(frozen=True, kw_only=True)
class EventDescription[PartT](CloudDescription[PartT], EventEntityDescription):
    """An event by its kinds."""


HUB_CONNECTION = EventDescription[Asset](
    key="hub_connection",
    event_types=[DISCONNECTED, RECONNECTED],
)
INVOICE = EventDescription[Snapshot](key="invoice", event_types=[NEW_INVOICE])


class HubConnectionEvent(CloudEntity[Asset, Asset], EventEntity):
    """Reports each change of the connection that a poll has seen."""

    entity_description: EventDescription[Asset]

    def __init__(
        self,
        coordinator: CloudCoordinator[Asset],
        place: Place[Asset, Asset],
        description: EventDescription[Asset],
    ) -> None:
        """Begin with the connection as it is."""
        super().__init__(coordinator, place, description)
        # An event reports a difference: one side of it must be kept.
        asset: Asset | None = coordinator.data
        self._was_connected = asset.status.is_connected if asset else None

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        asset: Asset | None = self.coordinator.data
        if asset is not None:
            self._take(asset.status)
        super()._handle_coordinator_update()

    @callback
    def _take(self, status: FlowerHubStatus) -> None:
        was_connected, self._was_connected = self._was_connected, status.is_connected
        if was_connected not in (None, status.is_connected):
            kind = RECONNECTED if status.is_connected else DISCONNECTED
            self._trigger_event(kind, {"message": status.message or None})


class InvoiceEvent(CloudEntity[Snapshot, Snapshot], EventEntity):
    """Reports each new invoice, even one that came while Home Assistant was off."""

    coordinator: AccountCoordinator
    entity_description: EventDescription[Snapshot]

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self._async_fire_new_invoice()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        self._async_fire_new_invoice()
        super()._handle_coordinator_update()

    @callback
    def _async_fire_new_invoice(self) -> None:
        invoice = self.coordinator.async_take_new_invoice()
        if invoice is None:
            return
        due = invoice.due_date
        self._trigger_event(
            NEW_INVOICE,
            {
                "amount": invoice.total,
                "due_date": due.isoformat() if due else None,
                "period": invoice.period or None,
            },
        )


async def async_setup_entry(
    hass: HomeAssistant,
    entry: FlowerhubConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the events of the hub and of the bills."""
    runtime = entry.runtime_data
    hub = Place[Asset, Asset](
        key=entry.data[CONF_KEY],
        device=part_link(entry, HUB),
        part_fn=lambda asset: asset,
    )
    account = Place[Snapshot, Snapshot](
        key=owner_key(entry),
        device=account_link(entry),
        part_fn=lambda snapshot: snapshot,
    )
    async_add_entities(
        [
            HubConnectionEvent(runtime.coordinator, hub, HUB_CONNECTION),
            InvoiceEvent(runtime.account_data, account, INVOICE),
        ]
    )
