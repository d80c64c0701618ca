"""When a car has to be ready."""

from dataclasses import dataclass
from datetime import time
from functools import partial
from typing import override

from homeassistant.components.time import TimeEntity, TimeEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from custom_components.cloud_energy.entities.entity import (
    CloudDescription,
    async_add_as_supported,
)

from .entities.entity import charger_candidates
from .entities.planned_entity import PlannedEntity
from .runtime import EmporiaConfigEntry
from .status import ChargerState

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class TimeDescription(CloudDescription[ChargerState], TimeEntityDescription):
    """A time of day of a charger."""


READY_BY = TimeDescription(key="ready_by")


class ReadyBy(PlannedEntity, TimeEntity):
    """The time of day by which the car is charged."""

    @property
    @override
    def native_value(self) -> time:
        return self.wishes.ready_by

    @override
    async def async_set_value(self, value: time) -> None:
        await self._planner.async_wish(self.gid, ready_by=value)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: EmporiaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add one for each charger."""
    runtime = entry.runtime_data
    kind = partial(ReadyBy, runtime.planner)
    async_add_as_supported(
        entry,
        runtime.status,
        async_add_entities,
        lambda snapshot: charger_candidates(snapshot, kind, [READY_BY]),
    )
