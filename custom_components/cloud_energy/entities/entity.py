"""Entities that are nothing but functions of the coordinator's snapshot."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, override

from homeassistant.components.binary_sensor import (
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.components.sensor import SensorEntity, SensorEntityDescription
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import MAX_LENGTH_STATE_STATE, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.entity_platform import (
    AddConfigEntryEntitiesCallback,
    async_get_current_platform,
)
from homeassistant.helpers.typing import StateType
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from custom_components.cloud_energy.entry.coordinator import CloudCoordinator

from .measures import ANY, Measure

type SensorValue = StateType | date | datetime | Decimal


def _always(_: object) -> bool:
    return True


_AS_KEY: Final = ""


@dataclass(frozen=True, kw_only=True)
class KeyedDescription(EntityDescription):
    """A description whose text goes by its own key."""

    translation_key: str | None = _AS_KEY
    """Only where the text goes by another key; None where the device class names it."""

    def __post_init__(self) -> None:
        """Use the key as the translation key, unless one is given."""
        if self.translation_key == _AS_KEY:
            _fill(self, "translation_key", self.key)


@dataclass(frozen=True, kw_only=True)
class MeasuringDescription(KeyedDescription, SensorEntityDescription):
    """A sensor by what it measures."""

    measure: Measure = ANY

    @override
    def __post_init__(self) -> None:
        """Take what the measure says."""
        super().__post_init__()
        for name, value in (
            ("device_class", self.measure.device_class),
            ("state_class", self.measure.state_class),
            ("native_unit_of_measurement", self.measure.unit),
            ("suggested_display_precision", self.measure.digits),
        ):
            if value is not None:
                _fill(self, name, value)


def _fill(description: EntityDescription, name: str, value: object) -> None:
    """Set a field of a description that is just being made, although it is frozen."""
    object.__setattr__(description, name, value)


@dataclass(frozen=True, kw_only=True)
class CloudDescription[PartT](KeyedDescription):
    """When an entity exists and is available, by the part it shows."""

    is_supported_fn: Callable[[PartT], bool] = _always
    """Whether this home has it; asked until it does, then it is made."""
    available_fn: Callable[[PartT], bool] = _always
    attributes_fn: Callable[[PartT], dict[str, SensorValue]] | None = None
    optional_request: str | None = None
    """What the coordinator requests only while an entity wants it."""


@dataclass(frozen=True, kw_only=True)
class CloudSensorDescription[PartT](CloudDescription[PartT], MeasuringDescription):
    """A sensor by its functions."""

    value_fn: Callable[[PartT], SensorValue]
    last_reset_fn: Callable[[PartT], datetime | None] | None = None


@dataclass(frozen=True, kw_only=True)
class CloudBinarySensorDescription[PartT](
    CloudDescription[PartT], BinarySensorEntityDescription
):
    """A binary sensor by its function."""

    value_fn: Callable[[PartT], bool | None]


@dataclass(frozen=True, kw_only=True)
class Place[SnapshotT, PartT]:
    """Where entities belong: a device, and the part of the snapshot it shows."""

    key: str = field(repr=False)
    """Stable and unique in the provider; the entity's own key is added to it."""
    device: DeviceInfo = field(repr=False)
    part_fn: Callable[[SnapshotT], PartT | None]


def _unique_id(place: Place[Any, Any], description: EntityDescription) -> str:
    return f"{place.key}_{description.key}"


class CloudEntity[SnapshotT, PartT](CoordinatorEntity[CloudCoordinator[SnapshotT]]):
    """Base of all entities that show a part of a snapshot."""

    _attr_has_entity_name = True

    def __init__(
        self,
        coordinator: CloudCoordinator[SnapshotT],
        place: Place[SnapshotT, PartT],
        description: CloudDescription[PartT],
    ) -> None:
        """Show what the description says at this place."""
        super().__init__(coordinator, context=description.optional_request)
        self.place = place
        self.entity_description = description
        self._available_fn = description.available_fn
        self._attributes_fn = description.attributes_fn
        self._attr_unique_id = _unique_id(place, description)
        self._attr_device_info = place.device

    @property
    def part(self) -> PartT | None:
        """The part of the snapshot that this entity shows, if it is there."""
        snapshot: SnapshotT | None = self.coordinator.data
        return None if snapshot is None else self.place.part_fn(snapshot)

    @property
    @override
    def available(self) -> bool:
        part = self.part
        return super().available and part is not None and self._available_fn(part)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, SensorValue] | None:
        part, attributes_fn = self.part, self._attributes_fn
        attributes = attributes_fn(part) if part is not None and attributes_fn else {}
        if data_from := self.coordinator.data_from:
            attributes = {**attributes, "data_from": data_from.isoformat()}
        return attributes or None


@dataclass(frozen=True)
class Candidate[SnapshotT]:
    """An entity that is made once its home is seen to have it."""

    kind: Callable[..., CloudEntity[SnapshotT, Any]]
    place: Place[SnapshotT, Any]
    description: CloudDescription[Any]

    @property
    def key(self) -> tuple[str, str]:
        """What distinguishes it from the other candidates of its platform."""
        return self.place.key, self.description.key

    def is_supported(self, snapshot: SnapshotT) -> bool:
        """Return whether the snapshot has what it shows."""
        part = self.place.part_fn(snapshot)
        return part is not None and self.description.is_supported_fn(part)

    @property
    def unique_id(self) -> str:
        """The id that its entity is going to have."""
        return _unique_id(self.place, self.description)

    def make(
        self, coordinator: CloudCoordinator[SnapshotT]
    ) -> CloudEntity[SnapshotT, Any]:
        """Make the entity."""
        return self.kind(coordinator, self.place, self.description)


class CloudSensor[SnapshotT, PartT](CloudEntity[SnapshotT, PartT], SensorEntity):
    """A sensor that shows a part of a snapshot."""

    entity_description: CloudSensorDescription[PartT]

    @property
    @override
    def native_value(self) -> SensorValue:
        part = self.part
        value = None if part is None else self.entity_description.value_fn(part)
        return value[:MAX_LENGTH_STATE_STATE] if isinstance(value, str) else value

    @property
    @override
    def last_reset(self) -> datetime | None:
        part, last_reset_fn = self.part, self.entity_description.last_reset_fn
        return None if part is None or last_reset_fn is None else last_reset_fn(part)


class CloudBinarySensor[SnapshotT, PartT](
    CloudEntity[SnapshotT, PartT], BinarySensorEntity
):
    """A binary sensor that shows a part of a snapshot."""

    entity_description: CloudBinarySensorDescription[PartT]

    @property
    @override
    def is_on(self) -> bool | None:
        part = self.part
        return None if part is None else self.entity_description.value_fn(part)


@callback
def enabled_sensor(hass: HomeAssistant, domain: str, unique_id: str) -> str | None:
    """Return the entity id of a sensor that is there, and not disabled."""
    registry = er.async_get(hass)
    entity_id = registry.async_get_entity_id(Platform.SENSOR, domain, unique_id)
    item = registry.async_get(entity_id) if entity_id else None
    return entity_id if item and not item.disabled else None


@callback
def is_of_another(
    hass: HomeAssistant, entry: ConfigEntry[Any], platform: str, unique_id: str
) -> bool:
    """Return whether another entry of the integration has an entity already.

    Two accounts may see the same home. Its entities are those of the entry that has
    them, for as long as there is that entry and it is not disabled.
    """
    registry = er.async_get(hass)
    entity_id = registry.async_get_entity_id(platform, entry.domain, unique_id)
    item = registry.async_get(entity_id) if entity_id else None
    owner_id = item.config_entry_id if item else None
    if owner_id is None or owner_id == entry.entry_id:
        return False
    owner = hass.config_entries.async_get_entry(owner_id)
    return owner is not None and not owner.disabled_by


@callback
def async_add_as_supported[SnapshotT](
    entry: ConfigEntry[Any],
    coordinator: CloudCoordinator[SnapshotT],
    async_add_entities: AddConfigEntryEntitiesCallback,
    candidates_fn: Callable[[SnapshotT], Iterable[Candidate[SnapshotT]]],
) -> None:
    """Add each entity as soon as the home is seen to have it."""
    added: set[tuple[str, str]] = set()
    platform = async_get_current_platform().domain

    @callback
    def add_new() -> None:
        snapshot: SnapshotT | None = coordinator.data
        if snapshot is None:
            # It comes when it comes.
            return
        seen = [
            candidate
            for candidate in candidates_fn(snapshot)
            if candidate.key not in added and candidate.is_supported(snapshot)
        ]
        new = [
            candidate
            for candidate in seen
            if not is_of_another(coordinator.hass, entry, platform, candidate.unique_id)
        ]
        if len(new) < len(seen):
            coordinator.async_note_shared()
        added.update(candidate.key for candidate in new)
        if new:
            async_add_entities(candidate.make(coordinator) for candidate in new)

    entry.async_on_unload(coordinator.async_add_listener(add_new))
    add_new()
