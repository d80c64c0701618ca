"""Binary sensors: connections to the cloud, and live alarms."""

from collections.abc import Iterator
from typing import Any, Final

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from custom_components.cloud_energy.entities.entity import (
    Candidate,
    CloudBinarySensor,
    CloudBinarySensorDescription,
    async_add_as_supported,
)

from .api.models import Component
from .entities.entity import cabinet_candidates, component_candidates
from .live.binary_sensor import async_add_live_binary_sensors
from .runtime import ElecnovaConfigEntry
from .snapshot import CabinetState, Snapshot

PARALLEL_UPDATES = 0

_IMPORTANT: Final = ("ess.ems", "ess.bms", "ess.pcs", "pv.inv", "ess.meter")

CABINET_ONLINE: CloudBinarySensorDescription[CabinetState] = (
    CloudBinarySensorDescription(
        key="online",
        translation_key=None,
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda state: state.cabinet.online,
    )
)


def component_online(*, enabled: bool) -> CloudBinarySensorDescription[Component]:
    """Describe whether a component is connected; minor ones only if requested."""
    return CloudBinarySensorDescription(
        key="online",
        translation_key=None,
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=enabled,
        value_fn=lambda part: part.online,
    )


COMPONENT_ONLINE = component_online(enabled=True)
LESSER_COMPONENT_ONLINE = component_online(enabled=False)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ElecnovaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add what this account has, now or as soon as it is seen to have it."""
    coordinator = entry.runtime_data.coordinator
    async_add_as_supported(entry, coordinator, async_add_entities, _candidates)
    async_add_live_binary_sensors(entry, async_add_entities)


def _candidates(snapshot: Snapshot) -> Iterator[Candidate[Snapshot]]:
    kind = CloudBinarySensor[Snapshot, Any]
    yield from cabinet_candidates(kind, (CABINET_ONLINE,), snapshot)
    yield from component_candidates(kind, _of_component, snapshot)


def _of_component(
    part: Component,
) -> tuple[CloudBinarySensorDescription[Component], ...]:
    is_important = part.component in _IMPORTANT
    return (COMPONENT_ONLINE if is_important else LESSER_COMPONENT_ONLINE,)
