"""Sensors: solar, sites and cabinets, the connection, and live values."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from custom_components.cloud_energy.entities.entity import (
    Candidate,
    CloudSensor,
    CloudSensorDescription,
    async_add_as_supported,
)
from custom_components.cloud_energy.entities.health import ConnectionDescription
from custom_components.cloud_energy.entities.measures import (
    COUNT,
    ENERGY_CAPACITY,
    RATED_POWER,
    TIMESTAMP,
)

from .api.models import Site
from .entities.entity import cabinet_candidates, pv_candidates, site_candidates
from .entities.pv_sensors import PV_SENSORS
from .live.sensor import async_add_live_sensors
from .provider import PROVIDER
from .runtime import ElecnovaConfigEntry
from .snapshot import CabinetState, Snapshot

PARALLEL_UPDATES = 0

SITE_SENSORS: tuple[CloudSensorDescription[Site], ...] = (
    CloudSensorDescription(
        key="rated_power",
        measure=RATED_POWER,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda site: site.rated_power,
        is_supported_fn=lambda site: site.rated_power is not None,
    ),
    CloudSensorDescription(
        key="rated_capacity",
        measure=ENERGY_CAPACITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda site: site.rated_capacity,
        is_supported_fn=lambda site: site.rated_capacity is not None,
    ),
)

CABINET_SENSORS: tuple[CloudSensorDescription[CabinetState], ...] = (
    CloudSensorDescription(
        key="last_seen",
        measure=TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda state: state.cabinet.last_seen,
    ),
    CloudSensorDescription(
        key="components_offline",
        measure=COUNT,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda state: state.components_offline,
    ),
)

TOKEN_EXPIRES = ConnectionDescription(
    key="token_expires",
    measure=TIMESTAMP,
    entity_category=EntityCategory.DIAGNOSTIC,
    entity_registry_enabled_default=False,
    value_fn=lambda runtime: runtime.coordinator.token_expires,
    rarest=timedelta(0),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ElecnovaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add what this account has, now or as soon as it is seen to have it."""
    runtime = entry.runtime_data
    async_add_entities(PROVIDER.health_sensors(entry, TOKEN_EXPIRES))
    async_add_as_supported(entry, runtime.coordinator, async_add_entities, _candidates)
    async_add_live_sensors(entry, async_add_entities)


def _candidates(snapshot: Snapshot) -> Iterator[Candidate[Snapshot]]:
    kind = CloudSensor[Snapshot, Any]
    yield from site_candidates(kind, SITE_SENSORS, snapshot)
    yield from cabinet_candidates(kind, CABINET_SENSORS, snapshot)
    yield from pv_candidates(kind, PV_SENSORS, snapshot)
