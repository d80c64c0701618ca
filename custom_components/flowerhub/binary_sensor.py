"""Binary sensors: the hub's connection, qualification, notices of the portal."""

from typing import Any

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from custom_components.cloud_energy.entities.entity import (
    CloudBinarySensor,
    CloudBinarySensorDescription,
    async_add_as_supported,
)

from .api.models import Asset, Compensation, Invoice
from .devices import HUB
from .entities.entity import account_candidates, hub_candidates
from .runtime import FlowerhubConfigEntry
from .snapshot import Notice, Snapshot

PARALLEL_UPDATES = 0

STATUS: tuple[CloudBinarySensorDescription[Asset], ...] = (
    CloudBinarySensorDescription(
        key="connected",
        translation_key=None,
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        value_fn=lambda asset: asset.status.is_connected,
    ),
    CloudBinarySensorDescription(
        key="is_installed",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda asset: asset.is_installed,
    ),
)

COMPENSATION: tuple[CloudBinarySensorDescription[Compensation], ...] = (
    CloudBinarySensorDescription(
        key="qualified",
        value_fn=lambda compensation: compensation.is_qualified,
    ),
)

LATEST_INVOICE: tuple[CloudBinarySensorDescription[Invoice], ...] = (
    CloudBinarySensorDescription(
        key="last_invoice_paid",
        value_fn=lambda invoice: invoice.is_paid,
    ),
)


def _notice(
    key: str, *, enabled: bool
) -> tuple[CloudBinarySensorDescription[Notice], ...]:
    return (
        CloudBinarySensorDescription(
            key=key,
            device_class=BinarySensorDeviceClass.PROBLEM,
            entity_category=EntityCategory.DIAGNOSTIC,
            entity_registry_enabled_default=enabled,
            value_fn=lambda notice: notice.is_active,
            attributes_fn=lambda notice: {"notice": notice.text},
        ),
    )


FLOWER_NOTICE = _notice("flower_notice", enabled=True)
ZAVANN_NOTICE = _notice("zavann_notice", enabled=False)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: FlowerhubConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add what this account has, now or as soon as it is seen to have it."""
    runtime = entry.runtime_data
    hub_kind = CloudBinarySensor[Asset, Any]
    hub = hub_candidates(entry, hub_kind, STATUS, HUB, lambda asset: asset)
    kind = CloudBinarySensor[Snapshot, Any]
    account = [
        *account_candidates(
            entry, kind, COMPENSATION, lambda s: s.compensation, device=HUB
        ),
        *account_candidates(
            entry, kind, FLOWER_NOTICE, lambda s: s.flower_notice, device=HUB
        ),
        *account_candidates(entry, kind, LATEST_INVOICE, lambda s: s.latest_invoice),
        *account_candidates(entry, kind, ZAVANN_NOTICE, lambda s: s.zavann_notice),
    ]
    async_add_as_supported(
        entry, runtime.coordinator, async_add_entities, lambda _: hub
    )
    async_add_as_supported(
        entry, runtime.account_data, async_add_entities, lambda _: account
    )
