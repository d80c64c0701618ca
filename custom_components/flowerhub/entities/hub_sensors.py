"""Sensors of hub, inverter and battery."""

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import EntityCategory, UnitOfTime

from custom_components.cloud_energy.entities.entity import CloudSensorDescription
from custom_components.cloud_energy.entities.measures import (
    ENERGY_CAPACITY,
    PERCENT,
    RATED_CURRENT,
    RATED_POWER,
)
from custom_components.cloud_energy.readings import local_midnight
from custom_components.flowerhub.api.const import SITE_ZONE
from custom_components.flowerhub.api.models import (
    Asset,
    Battery,
    Inverter,
    UptimeHistoryEntry,
    UptimePie,
)
from custom_components.flowerhub.devices import has_parts

_DIAGNOSTIC = EntityCategory.DIAGNOSTIC


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


HUB_SENSORS: tuple[CloudSensorDescription[Asset], ...] = (
    # The portal's own English words are off wherever a binary sensor says the same in
    # the user's language.
    CloudSensorDescription(
        key="status",
        entity_registry_enabled_default=False,
        value_fn=lambda asset: asset.status.status,
        attributes_fn=lambda asset: {"message": asset.status.message or None},
    ),
    CloudSensorDescription(
        key="status_message",
        entity_category=_DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda asset: asset.status.readable_message or None,
        attributes_fn=lambda asset: {"code": asset.status.message or None},
    ),
    CloudSensorDescription(
        key="fuse_size",
        measure=RATED_CURRENT.rounded(0),
        entity_category=_DIAGNOSTIC,
        value_fn=lambda asset: asset.fuse_size,
    ),
    # A binary sensor has the same; this one is for dashboards of the earlier
    # integration, where it was a text.
    CloudSensorDescription(
        key="is_installed",
        entity_category=_DIAGNOSTIC,
        entity_registry_enabled_default=False,
        available_fn=lambda asset: asset.is_installed is not None,
        value_fn=lambda asset: "Yes" if asset.is_installed else "No",
    ),
)

INVERTER_SENSORS: tuple[CloudSensorDescription[Inverter], ...] = (
    CloudSensorDescription(
        key="power_capacity",
        measure=RATED_POWER,
        entity_category=_DIAGNOSTIC,
        is_supported_fn=has_parts,
        value_fn=lambda inverter: inverter.power_capacity,
    ),
    CloudSensorDescription(
        key="inverter_name",
        entity_category=_DIAGNOSTIC,
        entity_registry_enabled_default=False,
        is_supported_fn=has_parts,
        value_fn=lambda inverter: inverter.name or None,
    ),
    CloudSensorDescription(
        key="inverter_manufacturer",
        entity_category=_DIAGNOSTIC,
        entity_registry_enabled_default=False,
        is_supported_fn=has_parts,
        value_fn=lambda inverter: inverter.manufacturer_name or None,
    ),
    CloudSensorDescription(
        key="inverter_battery_stacks",
        entity_category=_DIAGNOSTIC,
        entity_registry_enabled_default=False,
        is_supported_fn=has_parts,
        value_fn=lambda inverter: inverter.battery_stacks,
    ),
)

BATTERY_SENSORS: tuple[CloudSensorDescription[Battery], ...] = (
    CloudSensorDescription(
        key="battery_power_capacity",
        measure=RATED_POWER,
        entity_category=_DIAGNOSTIC,
        is_supported_fn=has_parts,
        value_fn=lambda battery: battery.power_capacity,
    ),
    CloudSensorDescription(
        key="energy_capacity",
        measure=ENERGY_CAPACITY,
        entity_category=_DIAGNOSTIC,
        is_supported_fn=has_parts,
        value_fn=lambda battery: battery.energy_capacity,
    ),
    CloudSensorDescription(
        key="battery_name",
        entity_category=_DIAGNOSTIC,
        entity_registry_enabled_default=False,
        is_supported_fn=has_parts,
        value_fn=lambda battery: battery.name or None,
    ),
    CloudSensorDescription(
        key="battery_manufacturer",
        entity_category=_DIAGNOSTIC,
        entity_registry_enabled_default=False,
        is_supported_fn=has_parts,
        value_fn=lambda battery: battery.manufacturer_name or None,
    ),
    CloudSensorDescription(
        key="battery_min_modules",
        entity_category=_DIAGNOSTIC,
        entity_registry_enabled_default=False,
        is_supported_fn=has_parts,
        value_fn=lambda battery: battery.min_modules,
    ),
    CloudSensorDescription(
        key="battery_max_modules",
        entity_category=_DIAGNOSTIC,
        entity_registry_enabled_default=False,
        is_supported_fn=has_parts,
        value_fn=lambda battery: battery.max_modules,
    ),
)

UPTIME_SENSORS: tuple[CloudSensorDescription[UptimePie], ...] = (
    CloudSensorDescription(
        key="monthly_uptime_ratio",
        measure=PERCENT.rounded(1),
        value_fn=lambda pie: _rounded(pie.ratio_actual),
    ),
    CloudSensorDescription(
        key="monthly_uptime_ratio_total",
        measure=PERCENT.rounded(1),
        entity_registry_enabled_default=False,
        value_fn=lambda pie: _rounded(pie.ratio_total),
    ),
    *(
        CloudSensorDescription[UptimePie](
            key=key,
            device_class=SensorDeviceClass.DURATION,
            state_class=SensorStateClass.TOTAL,
            native_unit_of_measurement=UnitOfTime.SECONDS,
            suggested_unit_of_measurement=UnitOfTime.HOURS,
            suggested_display_precision=1,
            entity_category=_DIAGNOSTIC,
            entity_registry_enabled_default=key != "monthly_no_data",
            value_fn=value_fn,
            last_reset_fn=lambda pie: local_midnight(pie.month, SITE_ZONE),
        )
        for key, value_fn in (
            ("monthly_uptime", lambda pie: pie.uptime),
            ("monthly_downtime", lambda pie: pie.downtime),
            ("monthly_no_data", lambda pie: pie.no_data),
        )
    ),
)

LAST_MONTH_SENSORS: tuple[CloudSensorDescription[UptimeHistoryEntry], ...] = (
    CloudSensorDescription(
        key="last_month_uptime",
        measure=PERCENT.rounded(0),
        value_fn=lambda entry: entry.uptime,
        attributes_fn=lambda entry: {"month": entry.month},
    ),
)
