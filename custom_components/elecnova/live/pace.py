"""How often a live entity is written: each row stays in the database for days.

Power is worth every message. A counter that grows by some watt-hours, or a figure
for a diagnosis, is not.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN, EntityCategory
from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.event import async_call_later

_REST: Final = 30.0


class Pace:
    """Writes an entity when notified, a slow one with a pause in between."""

    def __init__(self, entity: Entity, write: Callable[[], None]) -> None:
        """Write by a function of the entity."""
        self._entity = entity
        self._write = write
        self._end_rest: CALLBACK_TYPE | None = None
        self._is_waiting = False

    @callback
    def async_write(self) -> None:
        """Write now, or once the rest is over; coming and going does not wait."""
        if not self._is_slow or self._is_new:
            self._write()
        elif self._end_rest:
            self._is_waiting = True
        else:
            self._write()
            self._end_rest = async_call_later(self._entity.hass, _REST, self._rested)

    @callback
    def async_stop(self) -> None:
        """Drop what waits: the entity is about to go."""
        if self._end_rest:
            self._end_rest()
            self._end_rest = None

    @property
    def _is_slow(self) -> bool:
        entity = self._entity
        if not isinstance(entity, SensorEntity):
            # An alarm, or a lost connection, is worth a row at once.
            return False
        is_energy = entity.device_class == SensorDeviceClass.ENERGY
        return is_energy or entity.entity_category is EntityCategory.DIAGNOSTIC

    @property
    def _is_new(self) -> bool:
        """Whether it comes or goes, or has its first value."""
        state = self._entity.hass.states.get(self._entity.entity_id)
        had_value = state and state.state not in (STATE_UNAVAILABLE, STATE_UNKNOWN)
        return not had_value or not self._entity.available

    @callback
    def _rested(self, _: datetime) -> None:
        self._end_rest = None
        if self._is_waiting:
            self._is_waiting = False
            self.async_write()
