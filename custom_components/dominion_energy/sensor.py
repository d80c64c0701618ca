"""Sensors of a meter: usage, costs, billing period, bills."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from custom_components.cloud_energy.entities.entity import (
    CloudSensor,
    async_add_as_supported,
)

from .entities.bill_sensors import (
    BILL_DIFFERENCE,
    BILL_SENSORS,
    EXTENSION_SENSORS,
    LAST_BILL_SENSORS,
    LAST_YEAR_SENSORS,
    PERIOD_SENSORS,
)
from .entities.entity import candidates
from .entities.usage_sensors import (
    BASELINE_COST,
    COST_SENSORS,
    GENERATION_SENSORS,
    INSIGHT_SENSORS,
    USAGE_SENSORS,
)
from .provider import PROVIDER
from .runtime import DominionConfigEntry

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: DominionConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add what this meter has, now or as soon as it is seen to have it."""
    runtime = entry.runtime_data
    async_add_entities(PROVIDER.health_sensors(entry))
    all_candidates = [
        *candidates(entry, CloudSensor, USAGE_SENSORS, lambda s: s.usage),
        *candidates(
            entry, CloudSensor, GENERATION_SENSORS, lambda s: s.exporting_usage
        ),
        *candidates(entry, CloudSensor, COST_SENSORS, lambda s: s.priced_usage),
        *candidates(entry, CloudSensor, PERIOD_SENSORS, lambda s: s.period),
        *candidates(entry, CloudSensor, INSIGHT_SENSORS, lambda s: s.insight),
        *candidates(
            entry, CloudSensor, (BASELINE_COST,), lambda _: runtime.baseline_cost
        ),
        *candidates(entry, CloudSensor, LAST_BILL_SENSORS, lambda s: s.last_bill),
        *candidates(
            entry, CloudSensor, (BILL_DIFFERENCE,), lambda _: runtime.last_bill_check
        ),
        *candidates(entry, CloudSensor, LAST_YEAR_SENSORS, lambda s: s.last_year),
        *candidates(entry, CloudSensor, BILL_SENSORS, lambda s: s.bill),
        *candidates(entry, CloudSensor, EXTENSION_SENSORS, lambda s: s.bill_extension),
    ]
    async_add_as_supported(
        entry, runtime.coordinator, async_add_entities, lambda _: all_candidates
    )
