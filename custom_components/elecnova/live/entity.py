"""Entities of live values: they show what is there, and keep nothing themselves."""

from collections.abc import Callable, Iterator
from typing import override

from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import (
    AddConfigEntryEntitiesCallback,
    async_get_current_platform,
)
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.entities.entity import is_of_another
from custom_components.elecnova.devices import (
    account_key,
    account_link,
    cabinet_link,
    component_link,
)
from custom_components.elecnova.runtime import ElecnovaConfigEntry

from .live import Live
from .pace import Pace
from .values import Reading


def device_of(entry: ElecnovaConfigEntry, owner: str) -> DeviceInfo:
    """Return the device of an owner: cabinet, component, or the account."""
    cabinet = entry.runtime_data.coordinator.data.cabinets.get(owner)
    if cabinet:
        return cabinet_link(cabinet.cabinet)
    return component_link(owner) if owner else account_link(entry)


def unique_id(entry: ElecnovaConfigEntry, owner: str, key: str) -> str:
    """Return the id of a value's entity."""
    return f"{owner or account_key(entry)}_{key}"


class LiveEntity(Entity):
    """A value of an owner; unavailable once the last one is too old."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(
        self,
        entry: ElecnovaConfigEntry,
        live: Live,
        owner: str,
        description: EntityDescription,
    ) -> None:
        """Show the value of the description's key."""
        self.entity_description = description
        self._live = live
        self._owner = owner
        self._attr_unique_id = unique_id(entry, owner, description.key)
        self._attr_device_info = device_of(entry, owner)

    @override
    async def async_added_to_hass(self) -> None:
        pace = Pace(self, self.async_write_ha_state)
        self.async_on_remove(pace.async_stop)
        self.async_on_remove(
            self._live.async_add_owner_listener(self._owner, pace.async_write)
        )

    @property
    @override
    def available(self) -> bool:
        timed = self._live.state.timed(self._owner, self.entity_description.key)
        return timed is not None and timed.is_live(dt_util.utcnow())

    @property
    def reading(self) -> Reading | None:
        """The value; None if it is unknown."""
        timed = self._live.state.timed(self._owner, self.entity_description.key)
        return timed.value if timed else None


class ConnectionEntity(Entity):
    """Reports the connection itself, so it is available when the broker is not."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(
        self, entry: ElecnovaConfigEntry, live: Live, description: EntityDescription
    ) -> None:
        """Show something about the connection."""
        self.entity_description = description
        self._live = live
        self._attr_unique_id = unique_id(entry, "", description.key)
        self._attr_device_info = account_link(entry)

    @override
    async def async_added_to_hass(self) -> None:
        pace = Pace(self, self.async_write_ha_state)
        self.async_on_remove(pace.async_stop)
        self.async_on_remove(self._live.async_add_listener(pace.async_write))


type Candidates = Callable[[], Iterator[tuple[str, Callable[[], Entity]]]]
"""Yields the unique ids of entities that there can be, and how to make them."""


@callback
def async_add_as_seen(
    entry: ElecnovaConfigEntry,
    live: Live,
    async_add_entities: AddConfigEntryEntitiesCallback,
    candidates: Candidates,
) -> None:
    """Add each entity as soon as its value is known to come."""
    added: set[str] = set()
    coordinator = entry.runtime_data.coordinator
    platform = async_get_current_platform().domain

    @callback
    def add_new() -> None:
        seen = {key: make for key, make in candidates() if key not in added}
        new = {
            key: make
            for key, make in seen.items()
            if not is_of_another(coordinator.hass, entry, platform, key)
        }
        if len(new) < len(seen):
            coordinator.async_note_shared()
        added.update(new)
        if new:
            async_add_entities(make() for make in new.values())

    entry.async_on_unload(live.async_add_listener(add_new))
    add_new()
