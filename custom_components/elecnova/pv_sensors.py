"""What the sensors of an inverter show (wire 6.2)."""

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import UnitOfEnergy, UnitOfPower

from custom_components.cloud_energy.entity import CloudSensorDescription

from .snapshot import PvState

PV_SENSORS: tuple[CloudSensorDescription[PvState], ...] = (
    CloudSensorDescription(
        key="pv_power",
        translation_key="pv_power",
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.WATT,
        suggested_display_precision=0,
        value_fn=lambda pv: pv.power,
    ),
    CloudSensorDescription(
        key="pv_peak_power_today",
        translation_key="pv_peak_power_today",
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.WATT,
        suggested_display_precision=0,
        entity_registry_enabled_default=False,
        value_fn=lambda pv: pv.peak_power,
    ),
    CloudSensorDescription(
        key="pv_energy_today",
        translation_key="pv_energy_today",
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL_INCREASING,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=2,
        value_fn=lambda pv: pv.energy_today,
    ),
    CloudSensorDescription(
        key="pv_energy_yesterday",
        translation_key="pv_energy_yesterday",
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=2,
        entity_registry_enabled_default=False,
        value_fn=lambda pv: pv.energy_yesterday,
        last_reset_fn=lambda pv: pv.yesterday_began,
    ),
    CloudSensorDescription(
        key="pv_energy_month",
        translation_key="pv_energy_month",
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL_INCREASING,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=1,
        value_fn=lambda pv: pv.energy_month,
    ),
    CloudSensorDescription(
        key="pv_energy_year",
        translation_key="pv_energy_year",
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL_INCREASING,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=0,
        value_fn=lambda pv: pv.energy_year,
    ),
    CloudSensorDescription(
        key="pv_energy_lifetime",
        translation_key="pv_energy_lifetime",
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL_INCREASING,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=0,
        value_fn=lambda pv: pv.energy_lifetime,
    ),
)
