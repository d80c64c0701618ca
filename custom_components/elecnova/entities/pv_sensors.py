"""What the sensors of an inverter show (wire 6.2)."""

from custom_components.cloud_energy.entities.entity import CloudSensorDescription
from custom_components.cloud_energy.entities.measures import (
    ENERGY_COUNTER,
    ENERGY_TOTAL,
    POWER,
)
from custom_components.elecnova.snapshot import PvState

PV_SENSORS: tuple[CloudSensorDescription[PvState], ...] = (
    CloudSensorDescription(
        key="pv_power",
        measure=POWER,
        value_fn=lambda pv: pv.power,
    ),
    CloudSensorDescription(
        key="pv_peak_power_today",
        measure=POWER,
        entity_registry_enabled_default=False,
        value_fn=lambda pv: pv.peak_power,
    ),
    CloudSensorDescription(
        key="pv_energy_today",
        measure=ENERGY_COUNTER,
        value_fn=lambda pv: pv.energy_today,
    ),
    CloudSensorDescription(
        key="pv_energy_yesterday",
        measure=ENERGY_TOTAL,
        entity_registry_enabled_default=False,
        value_fn=lambda pv: pv.energy_yesterday,
        last_reset_fn=lambda pv: pv.yesterday_began,
    ),
    CloudSensorDescription(
        key="pv_energy_month",
        measure=ENERGY_COUNTER.rounded(1),
        value_fn=lambda pv: pv.energy_month,
    ),
    CloudSensorDescription(
        key="pv_energy_year",
        measure=ENERGY_COUNTER.rounded(0),
        value_fn=lambda pv: pv.energy_year,
    ),
    CloudSensorDescription(
        key="pv_energy_lifetime",
        measure=ENERGY_COUNTER.rounded(0),
        value_fn=lambda pv: pv.energy_lifetime,
    ),
)
