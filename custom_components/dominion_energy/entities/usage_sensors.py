"""Sensors that summarize the half-hourly readings."""

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import EntityCategory, UnitOfPower

from custom_components.cloud_energy.entities.entity import CloudSensorDescription
from custom_components.cloud_energy.entities.measures import (
    DATE,
    ENERGY,
    ENERGY_TOTAL,
    money,
    money_total,
)
from custom_components.dominion_energy.calculations.usage import Insight, Usage
from custom_components.dominion_energy.const import CURRENCY
from custom_components.dominion_energy.snapshot import ExportingUsage, PricedUsage

USAGE_SENSORS: tuple[CloudSensorDescription[Usage], ...] = (
    CloudSensorDescription(
        key="latest_interval_usage",
        measure=ENERGY,
        value_fn=lambda usage: usage.consumption.latest,
        attributes_fn=lambda usage: {
            "data_date": usage.day,
            "interval_start": usage.latest_start,
        },
    ),
    CloudSensorDescription(
        key="daily_usage",
        measure=ENERGY_TOTAL,
        value_fn=lambda usage: usage.consumption.day,
        last_reset_fn=lambda usage: usage.day_start,
        attributes_fn=lambda usage: {"data_date": usage.day},
    ),
    CloudSensorDescription(
        key="monthly_usage",
        measure=ENERGY_TOTAL.rounded(1),
        value_fn=lambda usage: usage.consumption.month,
        last_reset_fn=lambda usage: usage.month_start,
    ),
    CloudSensorDescription(
        key="data_date",
        measure=DATE,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda usage: usage.day,
    ),
)

INSIGHT_SENSORS: tuple[CloudSensorDescription[Insight], ...] = (
    CloudSensorDescription(
        key="busiest_hour",
        entity_registry_enabled_default=False,
        value_fn=lambda insight: insight.busiest_hour,
    ),
    CloudSensorDescription(
        key="always_on_baseline",
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.WATT,
        entity_registry_enabled_default=False,
        value_fn=lambda insight: insight.baseline,
    ),
)

BASELINE_COST = CloudSensorDescription[float](
    key="base_load_cost",
    measure=money(CURRENCY),
    entity_registry_enabled_default=False,
    value_fn=lambda cost: cost,
)

GENERATION_SENSORS: tuple[CloudSensorDescription[ExportingUsage], ...] = (
    CloudSensorDescription(
        key="latest_interval_generation",
        measure=ENERGY,
        value_fn=lambda part: part.generation.latest,
        attributes_fn=lambda part: {
            "data_date": part.usage.day,
            "interval_start": part.usage.latest_start,
        },
    ),
    CloudSensorDescription(
        key="daily_generation",
        measure=ENERGY_TOTAL,
        value_fn=lambda part: part.generation.day,
        last_reset_fn=lambda part: part.usage.day_start,
        attributes_fn=lambda part: {"data_date": part.usage.day},
    ),
    CloudSensorDescription(
        key="monthly_generation",
        measure=ENERGY_TOTAL.rounded(1),
        value_fn=lambda part: part.generation.month,
        last_reset_fn=lambda part: part.usage.month_start,
    ),
)

COST_SENSORS: tuple[CloudSensorDescription[PricedUsage], ...] = (
    CloudSensorDescription(
        key="daily_cost",
        measure=money_total(CURRENCY),
        value_fn=lambda part: part.costs.day,
        last_reset_fn=lambda part: part.usage.day_start,
        attributes_fn=lambda part: {"data_date": part.usage.day},
    ),
    CloudSensorDescription(
        key="monthly_cost",
        measure=money_total(CURRENCY),
        value_fn=lambda part: part.costs.month,
        last_reset_fn=lambda part: part.usage.month_start,
    ),
)
