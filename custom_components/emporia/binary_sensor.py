"""Binary sensors: the car, the charger's health, the connection of devices."""

from collections.abc import Iterator
from dataclasses import dataclass

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

from .entities.channel_habits import habit_alarms
from .entities.entity import status_candidates
from .runtime import EmporiaConfigEntry
from .status import ChargerState, StatusSnapshot

PARALLEL_UPDATES = 0


@dataclass(frozen=True)
class Contact:
    """Whether a device is in touch with the cloud."""

    connected: bool | None


CHARGER: tuple[CloudBinarySensorDescription[ChargerState], ...] = (
    CloudBinarySensorDescription(
        key="plugged_in",
        device_class=BinarySensorDeviceClass.PLUG,
        value_fn=lambda state: state.plugged_in,
    ),
    CloudBinarySensorDescription(
        key="charging_active",
        translation_key=None,
        device_class=BinarySensorDeviceClass.BATTERY_CHARGING,
        value_fn=lambda state: state.charging,
    ),
    CloudBinarySensorDescription(
        key="fault",
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda state: state.fault,
    ),
)

CONTACT: tuple[CloudBinarySensorDescription[Contact], ...] = (
    CloudBinarySensorDescription(
        key="connected",
        translation_key=None,
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda contact: contact.connected,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: EmporiaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add what this account has, now or as soon as it is seen to have it."""
    coordinator = entry.runtime_data.coordinator

    def candidates(snapshot: StatusSnapshot) -> Iterator[Candidate[StatusSnapshot]]:
        yield from status_candidates(
            CloudBinarySensor,
            CHARGER,
            snapshot.chargers,
            lambda s, gid: s.chargers.get(gid),
        )
        known = [gid for gid in snapshot.connections if gid in coordinator.home]
        yield from status_candidates(CloudBinarySensor, CONTACT, known, _contact)

    status = entry.runtime_data.status
    async_add_as_supported(entry, status, async_add_entities, candidates)
    async_add_as_supported(
        entry,
        coordinator,
        async_add_entities,
        lambda snapshot: habit_alarms(entry.runtime_data, snapshot),
    )


def _contact(snapshot: StatusSnapshot, gid: int) -> Contact | None:
    if gid not in snapshot.connections:
        return None
    return Contact(snapshot.connections[gid])
