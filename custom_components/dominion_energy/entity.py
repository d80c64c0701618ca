"""The device of a meter, and the places of its entities."""

from collections.abc import Callable, Iterable
from typing import Any

from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo

from custom_components.cloud_energy.entity import (
    Candidate,
    CloudDescription,
    CloudEntity,
    Place,
)

from .api.const import PORTAL
from .const import CONF_KEY, CONF_METER_NUMBER, DOMAIN, MANUFACTURER
from .runtime import DominionConfigEntry
from .snapshot import Snapshot


def meter_device(entry: DominionConfigEntry) -> DeviceInfo:
    """Describe the meter of an entry."""
    return DeviceInfo(
        identifiers={(DOMAIN, entry.data[CONF_KEY])},
        name=entry.title,
        manufacturer=MANUFACTURER,
        model="Smart meter",
        serial_number=entry.data[CONF_METER_NUMBER],
        configuration_url=PORTAL,
        entry_type=DeviceEntryType.SERVICE,
    )


def candidates[PartT](
    entry: DominionConfigEntry,
    kind: Callable[..., CloudEntity[Snapshot, Any]],
    descriptions: Iterable[CloudDescription[PartT]],
    part_fn: Callable[[Snapshot], PartT | None],
) -> list[Candidate[Snapshot]]:
    """Return the entities of one part of the snapshot."""
    place = Place(key=entry.data[CONF_KEY], device=meter_device(entry), part_fn=part_fn)
    return [Candidate(kind, place, description) for description in descriptions]
