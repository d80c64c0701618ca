"""Sensors of channels, chargers, batteries and of the account's connection."""

from collections.abc import Iterator
from functools import partial

from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from custom_components.cloud_energy.entities.entity import (
    Candidate,
    CloudSensor,
    async_add_as_supported,
)
from custom_components.cloud_energy.prices.money import MoneySensor

from .entities.channel_habits import habit_sensors
from .entities.channel_sensors import channel_candidates
from .entities.entity import EntityFactory, charger_candidates, status_candidates
from .entities.leg_sensors import leg_candidates
from .entities.peak_sensors import peak_candidates
from .entities.plan_sensors import PLANNED_COST, PlannedCost
from .entities.rate_sensors import rate_candidates
from .entities.status_sensors import (
    BATTERY_COUNTERS,
    BATTERY_SENSORS,
    CHARGER_COSTS,
    CHARGER_SENSORS,
)
from .entities.vehicle_sensors import vehicle_candidates
from .provider import PROVIDER
from .runtime import EmporiaConfigEntry
from .snapshot import Snapshot
from .status import StatusSnapshot

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: EmporiaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add what this account has, now or as soon as it is seen to have it."""
    runtime = entry.runtime_data
    async_add_entities(PROVIDER.health_sensors(entry))
    async_add_as_supported(
        entry,
        runtime.coordinator,
        async_add_entities,
        lambda snapshot: [*_measuring(snapshot), *habit_sensors(runtime, snapshot)],
    )
    planned = partial(PlannedCost, runtime.planner)
    async_add_as_supported(
        entry,
        runtime.status,
        async_add_entities,
        lambda snapshot: _switchable(snapshot, planned),
    )


def _measuring(snapshot: Snapshot) -> Iterator[Candidate[Snapshot]]:
    yield from channel_candidates(snapshot)
    yield from peak_candidates(snapshot)
    yield from leg_candidates(snapshot)
    yield from vehicle_candidates(snapshot)
    yield from rate_candidates(snapshot)


def _switchable(
    snapshot: StatusSnapshot, planned: EntityFactory
) -> list[Candidate[StatusSnapshot]]:
    return [
        *charger_candidates(snapshot, CloudSensor, CHARGER_SENSORS),
        *charger_candidates(snapshot, MoneySensor, CHARGER_COSTS),
        *charger_candidates(snapshot, planned, [PLANNED_COST]),
        *status_candidates(
            CloudSensor,
            BATTERY_SENSORS,
            snapshot.batteries,
            lambda s, gid: s.batteries.get(gid),
        ),
        *status_candidates(
            CloudSensor,
            BATTERY_COUNTERS,
            snapshot.battery_energy,
            lambda s, gid: s.battery_energy.get(gid),
        ),
    ]
