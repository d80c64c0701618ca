"""Binary sensors of live values: alarms, and the connection itself."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import callback
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from custom_components.elecnova.runtime import ElecnovaConfigEntry

from .descriptions import BINARY_SENSORS
from .entity import ConnectionEntity, LiveEntity, async_add_as_seen, unique_id
from .live import Live

CONNECTED: Final = BinarySensorEntityDescription(
    key="mqtt_connected",
    translation_key="mqtt_connected",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)


@callback
def async_add_live_binary_sensors(
    entry: ElecnovaConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add what has been seen, now and from now on."""
    live = entry.runtime_data.live
    if live is None:
        return
    async_add_entities([ConnectedSensor(entry, live, CONNECTED)])
    async_add_as_seen(entry, live, async_add_entities, lambda: _candidates(entry, live))


def _candidates(
    entry: ElecnovaConfigEntry, live: Live
) -> Iterator[tuple[str, Callable[[], Entity]]]:
    for owner, key in live.places():
        if description := BINARY_SENSORS.get(key):
            make = partial(LiveBinarySensor, entry, live, owner, description)
            yield unique_id(entry, owner, key), make


class LiveBinarySensor(LiveEntity, BinarySensorEntity):
    """An alarm that a component sends live."""

    @property
    @override
    def is_on(self) -> bool | None:
        value = self.reading
        return value if isinstance(value, bool) else None


class ConnectedSensor(ConnectionEntity, BinarySensorEntity):
    """Whether the broker is connected."""

    @property
    @override
    def is_on(self) -> bool:
        return self._live.connected
