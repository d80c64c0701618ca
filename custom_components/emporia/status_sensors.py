"""Sensors of chargers and batteries."""

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import (
    PERCENTAGE,
    EntityCategory,
    UnitOfElectricCurrent,
    UnitOfEnergy,
    UnitOfPower,
)

from custom_components.cloud_energy.entity import CloudSensorDescription

from .api.models import Battery
from .battery_energy import CountedEnergy
from .status import IEC_CODES, ChargerState, ChargerStatus, Manager

CHARGER_SENSORS: tuple[CloudSensorDescription[ChargerState], ...] = (
    CloudSensorDescription(
        key="charger_status",
        translation_key="charger_status",
        device_class=SensorDeviceClass.ENUM,
        options=[status.value for status in ChargerStatus],
        value_fn=lambda state: state.status,
        attributes_fn=lambda state: {
            "iec_code": IEC_CODES.get(state.status) if state.status else None,
            "message": state.charger.message,
            "raw_status": state.charger.status,
        },
    ),
    CloudSensorDescription(
        key="energy_management",
        translation_key="energy_management",
        device_class=SensorDeviceClass.ENUM,
        options=[manager.value for manager in Manager],
        value_fn=lambda state: state.manager,
    ),
    CloudSensorDescription(
        key="max_charge_rate",
        translation_key="max_charge_rate",
        device_class=SensorDeviceClass.CURRENT,
        native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
        suggested_display_precision=0,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda state: state.charger.max_rate,
    ),
    CloudSensorDescription(
        key="session_energy",
        translation_key="session_energy",
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=2,
        is_supported_fn=lambda state: state.session is not None,
        value_fn=lambda state: state.session_energy,
        last_reset_fn=lambda state: state.session_start,
    ),
    CloudSensorDescription(
        key="last_session_end",
        translation_key="last_session_end",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_registry_enabled_default=False,
        is_supported_fn=lambda state: state.last_session_end is not None,
        value_fn=lambda state: state.last_session_end,
    ),
)

CHARGER_COSTS: tuple[CloudSensorDescription[ChargerState], ...] = (
    CloudSensorDescription(
        key="session_cost",
        translation_key="session_cost",
        device_class=SensorDeviceClass.MONETARY,
        state_class=SensorStateClass.TOTAL,
        suggested_display_precision=2,
        entity_registry_enabled_default=False,
        is_supported_fn=lambda state: state.session_cost is not None,
        value_fn=lambda state: state.session_cost,
        last_reset_fn=lambda state: state.session_start,
    ),
)

BATTERY_SENSORS: tuple[CloudSensorDescription[Battery], ...] = (
    CloudSensorDescription(
        key="state_of_charge",
        device_class=SensorDeviceClass.BATTERY,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=PERCENTAGE,
        is_supported_fn=lambda battery: battery.state_of_charge is not None,
        value_fn=lambda battery: battery.state_of_charge,
    ),
    CloudSensorDescription(
        key="charge_power",
        translation_key="charge_power",
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.KILO_WATT,
        suggested_display_precision=2,
        is_supported_fn=lambda battery: battery.charge_power is not None,
        value_fn=lambda battery: battery.charge_power,
    ),
    CloudSensorDescription(
        key="discharge_power",
        translation_key="discharge_power",
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.KILO_WATT,
        suggested_display_precision=2,
        is_supported_fn=lambda battery: battery.discharge_power is not None,
        value_fn=lambda battery: battery.discharge_power,
    ),
    CloudSensorDescription(
        key="grid_import_power",
        translation_key="battery_grid_import",
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.KILO_WATT,
        suggested_display_precision=2,
        entity_registry_enabled_default=False,
        is_supported_fn=lambda battery: battery.grid_import is not None,
        value_fn=lambda battery: battery.grid_import,
    ),
    CloudSensorDescription(
        key="grid_export_power",
        translation_key="battery_grid_export",
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.KILO_WATT,
        suggested_display_precision=2,
        entity_registry_enabled_default=False,
        is_supported_fn=lambda battery: battery.grid_export is not None,
        value_fn=lambda battery: battery.grid_export,
    ),
    CloudSensorDescription(
        key="solar_power",
        translation_key="solar_power",
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.KILO_WATT,
        suggested_display_precision=2,
        is_supported_fn=lambda battery: battery.solar_power is not None,
        value_fn=lambda battery: battery.solar_power,
    ),
)

BATTERY_COUNTERS: tuple[CloudSensorDescription[CountedEnergy], ...] = (
    CloudSensorDescription(
        key="charge_energy_calculated",
        translation_key="charge_energy_calculated",
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL_INCREASING,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=2,
        value_fn=lambda energy: energy.charged,
    ),
    CloudSensorDescription(
        key="discharge_energy_calculated",
        translation_key="discharge_energy_calculated",
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL_INCREASING,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=2,
        value_fn=lambda energy: energy.discharged,
    ),
)
