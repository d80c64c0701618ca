"""Sensors that show what the half hours tell."""

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import EntityCategory, UnitOfEnergy, UnitOfPower

from custom_components.cloud_energy.entity import CloudSensorDescription

from .snapshot import ExportingUsage, PricedUsage
from .usage import Insight, Usage

_KWH = UnitOfEnergy.KILO_WATT_HOUR

USAGE_SENSORS: tuple[CloudSensorDescription[Usage], ...] = (
    CloudSensorDescription(
        key="latest_interval_usage",
        translation_key="latest_interval_usage",
        device_class=SensorDeviceClass.ENERGY,
        native_unit_of_measurement=_KWH,
        suggested_display_precision=2,
        value_fn=lambda usage: usage.consumption.latest,
        attributes_fn=lambda usage: {
            "data_date": usage.day,
            "interval_start": usage.latest_start,
        },
    ),
    CloudSensorDescription(
        key="daily_usage",
        translation_key="daily_usage",
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL,
        native_unit_of_measurement=_KWH,
        suggested_display_precision=2,
        value_fn=lambda usage: usage.consumption.day,
        last_reset_fn=lambda usage: usage.day_start,
        attributes_fn=lambda usage: {"data_date": usage.day},
    ),
    CloudSensorDescription(
        key="monthly_usage",
        translation_key="monthly_usage",
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL,
        native_unit_of_measurement=_KWH,
        suggested_display_precision=1,
        value_fn=lambda usage: usage.consumption.month,
        last_reset_fn=lambda usage: usage.month_start,
    ),
    CloudSensorDescription(
        key="data_date",
        translation_key="data_date",
        device_class=SensorDeviceClass.DATE,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda usage: usage.day,
    ),
)

INSIGHT_SENSORS: tuple[CloudSensorDescription[Insight], ...] = (
    CloudSensorDescription(
        key="busiest_hour",
        translation_key="busiest_hour",
        entity_registry_enabled_default=False,
        value_fn=lambda insight: insight.busiest_hour,
    ),
    CloudSensorDescription(
        key="always_on_baseline",
        translation_key="always_on_baseline",
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.WATT,
        entity_registry_enabled_default=False,
        value_fn=lambda insight: insight.baseline,
    ),
)

GENERATION_SENSORS: tuple[CloudSensorDescription[ExportingUsage], ...] = (
    CloudSensorDescription(
        key="latest_interval_generation",
        translation_key="latest_interval_generation",
        device_class=SensorDeviceClass.ENERGY,
        native_unit_of_measurement=_KWH,
        suggested_display_precision=2,
        value_fn=lambda part: part.generation.latest,
        attributes_fn=lambda part: {
            "data_date": part.usage.day,
            "interval_start": part.usage.latest_start,
        },
    ),
    CloudSensorDescription(
        key="daily_generation",
        translation_key="daily_generation",
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL,
        native_unit_of_measurement=_KWH,
        suggested_display_precision=2,
        value_fn=lambda part: part.generation.day,
        last_reset_fn=lambda part: part.usage.day_start,
        attributes_fn=lambda part: {"data_date": part.usage.day},
    ),
    CloudSensorDescription(
        key="monthly_generation",
        translation_key="monthly_generation",
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL,
        native_unit_of_measurement=_KWH,
        suggested_display_precision=1,
        value_fn=lambda part: part.generation.month,
        last_reset_fn=lambda part: part.usage.month_start,
    ),
)

COST_SENSORS: tuple[CloudSensorDescription[PricedUsage], ...] = (
    CloudSensorDescription(
        key="daily_cost",
        translation_key="daily_cost",
        device_class=SensorDeviceClass.MONETARY,
        state_class=SensorStateClass.TOTAL,
        native_unit_of_measurement="USD",
        suggested_display_precision=2,
        value_fn=lambda part: part.costs.day,
        last_reset_fn=lambda part: part.usage.day_start,
        attributes_fn=lambda part: {"data_date": part.usage.day},
    ),
    CloudSensorDescription(
        key="monthly_cost",
        translation_key="monthly_cost",
        device_class=SensorDeviceClass.MONETARY,
        state_class=SensorStateClass.TOTAL,
        native_unit_of_measurement="USD",
        suggested_display_precision=2,
        value_fn=lambda part: part.costs.month,
        last_reset_fn=lambda part: part.usage.month_start,
    ),
)
