"""Sensors of live values, and of points that nothing is known of."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory
from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from custom_components.elecnova.runtime import ElecnovaConfigEntry

from .book import SeenPoint
from .descriptions import SENSORS
from .entity import ConnectionEntity, LiveEntity, async_add_as_seen, unique_id
from .live import Live
from .roles import PV_ENERGY, PV_POWER

_POINT: Final = "point"
_POLLED: Final = frozenset({PV_POWER, PV_ENERGY})
"""What every inverter has a sensor of that works without the broker."""
_LONGEST_TEXT: Final = 255

LAST_MESSAGE: Final = SensorEntityDescription(
    key="mqtt_last_message",
    translation_key="mqtt_last_message",
    device_class=SensorDeviceClass.TIMESTAMP,
    entity_category=EntityCategory.DIAGNOSTIC,
    entity_registry_enabled_default=False,
)


@callback
def async_add_live_sensors(
    entry: ElecnovaConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add what has been seen, now and from now on."""
    live = entry.runtime_data.live
    if live is None:
        return
    _remove_known_points(entry, live)
    async_add_entities([LastMessageSensor(entry, live, LAST_MESSAGE)])
    async_add_as_seen(entry, live, async_add_entities, lambda: _candidates(entry, live))


def _candidates(
    entry: ElecnovaConfigEntry, live: Live
) -> Iterator[tuple[str, Callable[[], Entity]]]:
    inverters = {each.sn for each in entry.runtime_data.coordinator.inverters}
    for owner, key in live.places():
        if description := SENSORS.get(key):
            if key in _POLLED and owner in inverters:
                description = replace(
                    description, entity_registry_enabled_default=False
                )
            make = partial(LiveSensor, entry, live, owner, description)
            yield unique_id(entry, owner, key), make
    for owner, slug, point in live.unknown_points():
        key = f"{_POINT}_{slug}"
        described = partial(PointSensor, entry, live, owner, key, point)
        yield unique_id(entry, owner, key), described


@callback
def _remove_known_points(entry: ElecnovaConfigEntry, live: Live) -> None:
    """Remove the sensors of points that have got a role since."""
    registry = er.async_get(live.hass)
    unknown = {
        unique_id(entry, owner, f"{_POINT}_{slug}")
        for owner, slug, _ in live.unknown_points()
    }
    for item in er.async_entries_for_config_entry(registry, entry.entry_id):
        if f"_{_POINT}_" in item.unique_id and item.unique_id not in unknown:
            registry.async_remove(item.entity_id)


class LiveSensor(LiveEntity, SensorEntity):
    """A value that has a role."""

    @property
    @override
    def native_value(self) -> float | str | None:
        value = self.reading
        return None if isinstance(value, bool) else value


class PointSensor(LiveEntity, SensorEntity):
    """A value that nobody knows the meaning of, as it was sent."""

    def __init__(
        self,
        entry: ElecnovaConfigEntry,
        live: Live,
        owner: str,
        key: str,
        point: SeenPoint,
    ) -> None:
        """Show a point under its own name."""
        description = SensorEntityDescription(
            key=key,
            translation_key=_POINT,
            entity_category=EntityCategory.DIAGNOSTIC,
            entity_registry_enabled_default=False,
            native_unit_of_measurement=point.unit or None,
            state_class=SensorStateClass.MEASUREMENT if point.is_numeric else None,
        )
        super().__init__(entry, live, owner, description)
        self._is_numeric = point.is_numeric
        self._attr_translation_placeholders = {"point": point.name}

    @property
    @override
    def native_value(self) -> float | str | None:
        value = self.reading
        is_number = isinstance(value, float)
        if value is None or self._is_numeric:
            return value if is_number else None
        return str(value)[:_LONGEST_TEXT]


class LastMessageSensor(ConnectionEntity, SensorEntity):
    """When the broker last sent a message."""

    @property
    @override
    def native_value(self) -> datetime | None:
        return self._live.last_message
