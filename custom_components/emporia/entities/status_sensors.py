"""Sensors of chargers and batteries."""

from homeassistant.const import EntityCategory

from custom_components.cloud_energy.entities.entity import CloudSensorDescription
from custom_components.cloud_energy.entities.measures import (
    BATTERY,
    ENERGY_COUNTER,
    ENERGY_TOTAL,
    ENUM,
    POWER_KW,
    RATED_CURRENT,
    TIMESTAMP,
    money_total,
)
from custom_components.emporia.api.models import Battery
from custom_components.emporia.status import (
    IEC_CODES,
    ChargerState,
    ChargerStatus,
    Manager,
)

from .battery_energy import CountedEnergy

CHARGER_SENSORS: tuple[CloudSensorDescription[ChargerState], ...] = (
    CloudSensorDescription(
        key="charger_status",
        measure=ENUM,
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
        measure=ENUM,
        options=[manager.value for manager in Manager],
        value_fn=lambda state: state.manager,
    ),
    CloudSensorDescription(
        key="max_charge_rate",
        measure=RATED_CURRENT.rounded(0),
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda state: state.charger.max_rate,
    ),
    CloudSensorDescription(
        key="session_energy",
        measure=ENERGY_TOTAL,
        is_supported_fn=lambda state: state.session is not None,
        value_fn=lambda state: state.session_energy,
        last_reset_fn=lambda state: state.session_start,
    ),
    CloudSensorDescription(
        key="last_session_end",
        measure=TIMESTAMP,
        entity_registry_enabled_default=False,
        is_supported_fn=lambda state: state.last_session_end is not None,
        value_fn=lambda state: state.last_session_end,
    ),
)

CHARGER_COSTS: tuple[CloudSensorDescription[ChargerState], ...] = (
    CloudSensorDescription(
        key="session_cost",
        measure=money_total(None),
        entity_registry_enabled_default=False,
        is_supported_fn=lambda state: state.session_cost is not None,
        value_fn=lambda state: state.session_cost,
        last_reset_fn=lambda state: state.session_start,
    ),
)

BATTERY_SENSORS: tuple[CloudSensorDescription[Battery], ...] = (
    CloudSensorDescription(
        key="state_of_charge",
        translation_key=None,
        measure=BATTERY,
        is_supported_fn=lambda battery: battery.state_of_charge is not None,
        value_fn=lambda battery: battery.state_of_charge,
    ),
    CloudSensorDescription(
        key="charge_power",
        measure=POWER_KW,
        is_supported_fn=lambda battery: battery.charge_power is not None,
        value_fn=lambda battery: battery.charge_power,
    ),
    CloudSensorDescription(
        key="discharge_power",
        measure=POWER_KW,
        is_supported_fn=lambda battery: battery.discharge_power is not None,
        value_fn=lambda battery: battery.discharge_power,
    ),
    CloudSensorDescription(
        key="grid_import_power",
        translation_key="battery_grid_import",
        measure=POWER_KW,
        entity_registry_enabled_default=False,
        is_supported_fn=lambda battery: battery.grid_import is not None,
        value_fn=lambda battery: battery.grid_import,
    ),
    CloudSensorDescription(
        key="grid_export_power",
        translation_key="battery_grid_export",
        measure=POWER_KW,
        entity_registry_enabled_default=False,
        is_supported_fn=lambda battery: battery.grid_export is not None,
        value_fn=lambda battery: battery.grid_export,
    ),
    CloudSensorDescription(
        key="solar_power",
        measure=POWER_KW,
        is_supported_fn=lambda battery: battery.solar_power is not None,
        value_fn=lambda battery: battery.solar_power,
    ),
)

BATTERY_COUNTERS: tuple[CloudSensorDescription[CountedEnergy], ...] = (
    CloudSensorDescription(
        key="charge_energy_calculated",
        measure=ENERGY_COUNTER,
        value_fn=lambda energy: energy.charged,
    ),
    CloudSensorDescription(
        key="discharge_energy_calculated",
        measure=ENERGY_COUNTER,
        value_fn=lambda energy: energy.discharged,
    ),
)
