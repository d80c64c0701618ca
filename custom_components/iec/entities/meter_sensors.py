"""Sensors of a smart meter: energy of late, its register, the next bill."""

from collections.abc import Callable
from datetime import datetime

from homeassistant.const import EntityCategory

from custom_components.cloud_energy.entities.entity import (
    CloudSensorDescription,
    SensorValue,
)
from custom_components.cloud_energy.entities.measures import (
    DATE,
    ENERGY,
    ENERGY_COUNTER,
    ENERGY_TOTAL,
    ENUM,
    TIMESTAMP,
    money,
)
from custom_components.iec.api.const import CURRENCY
from custom_components.iec.calculations.estimate import BillEstimate
from custom_components.iec.snapshot import LatestDay, MeterState

_LOAD_CLASSES = {1: "peak", 2: "shoulder", 3: "off_peak"}


def _of_estimate(
    value: Callable[[BillEstimate], SensorValue],
) -> Callable[[MeterState], SensorValue]:
    return lambda state: None if state.estimate is None else value(state.estimate)


def _breakdown(state: MeterState) -> dict[str, SensorValue]:
    found = state.estimate
    if found is None:
        return {}
    return {
        "total_bill_days": found.days,
        "consumption_price": found.energy,
        "delivery_price": found.fixed.delivery,
        "distribution_price": found.fixed.distribution,
        "total_kva_price": found.fixed.capacity,
    }


def _of_latest_day(
    value: Callable[[LatestDay], SensorValue],
) -> Callable[[MeterState], SensorValue]:
    return lambda state: None if state.latest_day is None else value(state.latest_day)


def _start_of_latest_day(state: MeterState) -> datetime | None:
    return state.latest_day.start if state.latest_day else None


def _date_of_latest_day(state: MeterState) -> dict[str, SensorValue]:
    return {"date": state.latest_day.day.isoformat()} if state.latest_day else {}


def _load_class(state: MeterState) -> str | None:
    if state.load_class is None:
        return None
    return _LOAD_CLASSES.get(state.load_class)


METER_SENSORS: tuple[CloudSensorDescription[MeterState], ...] = (
    # Estimates fall as well as rise: they are no totals of anything.
    CloudSensorDescription(
        key="elec_forecasted_usage",
        translation_key="next_bill_usage",
        measure=ENERGY.rounded(1),
        value_fn=_of_estimate(lambda estimate: estimate.kwh),
    ),
    CloudSensorDescription(
        key="elec_forecasted_cost",
        translation_key="next_bill_cost",
        measure=money(CURRENCY),
        value_fn=_of_estimate(lambda estimate: estimate.total),
        attributes_fn=_breakdown,
    ),
    CloudSensorDescription(
        key="latest_day_consumption",
        measure=ENERGY_TOTAL,
        value_fn=_of_latest_day(lambda latest: latest.energy.consumption),
        last_reset_fn=_start_of_latest_day,
        attributes_fn=_date_of_latest_day,
    ),
    # Published a day or two late: unknown in most homes nearly always.
    CloudSensorDescription(
        key="elec_today_consumption",
        translation_key="today_consumption",
        entity_registry_enabled_default=False,
        measure=ENERGY_TOTAL,
        value_fn=lambda state: state.today.consumption,
        last_reset_fn=lambda state: state.day_start,
    ),
    CloudSensorDescription(
        key="elec_yesterday_consumption",
        translation_key="yesterday_consumption",
        entity_registry_enabled_default=False,
        measure=ENERGY_TOTAL,
        value_fn=lambda state: state.yesterday.consumption,
        last_reset_fn=lambda state: state.yesterday_start,
    ),
    CloudSensorDescription(
        key="elec_this_month_consumption",
        translation_key="month_consumption",
        measure=ENERGY_TOTAL.rounded(1),
        value_fn=lambda state: state.month.consumption,
        last_reset_fn=lambda state: state.month_start,
    ),
    CloudSensorDescription(
        key="elec_latest_meter_reading",
        translation_key="meter_reading",
        measure=ENERGY_COUNTER.rounded(1),
        value_fn=lambda state: state.register,
    ),
    CloudSensorDescription(
        key="elec_consumption_since_last_invoice",
        translation_key="unbilled_consumption",
        measure=ENERGY_TOTAL.rounded(1),
        value_fn=lambda state: state.running.consumption if state.running else None,
        last_reset_fn=lambda state: state.unbilled_since,
    ),
    CloudSensorDescription(
        key="latest_interval",
        measure=TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda state: state.latest,
    ),
    CloudSensorDescription(
        key="connection_size",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda state: state.connection.label if state.connection else None,
    ),
    CloudSensorDescription(
        key="phases",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda state: state.connection.phases if state.connection else None,
    ),
    CloudSensorDescription(
        key="meter_code",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda state: state.meter.address.code or None,
    ),
    CloudSensorDescription(
        key="meter_start_date",
        measure=DATE,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda state: state.since,
    ),
    CloudSensorDescription(
        key="taoz_class",
        translation_key="load_class",
        measure=ENUM,
        options=list(_LOAD_CLASSES.values()),
        entity_registry_enabled_default=False,
        is_supported_fn=lambda state: state.load_class is not None,
        value_fn=_load_class,
        attributes_fn=lambda state: {"code": state.load_class},
    ),
)

SOLAR_SENSORS: tuple[CloudSensorDescription[MeterState], ...] = (
    CloudSensorDescription(
        key="latest_day_return",
        measure=ENERGY_TOTAL,
        is_supported_fn=lambda state: state.is_two_way,
        value_fn=_of_latest_day(lambda latest: latest.energy.return_),
        last_reset_fn=_start_of_latest_day,
        attributes_fn=_date_of_latest_day,
    ),
    CloudSensorDescription(
        key="elec_today_backstream",
        translation_key="today_return",
        entity_registry_enabled_default=False,
        measure=ENERGY_TOTAL,
        is_supported_fn=lambda state: state.is_two_way,
        value_fn=lambda state: state.today.return_,
        last_reset_fn=lambda state: state.day_start,
    ),
    CloudSensorDescription(
        key="elec_this_month_backstream",
        translation_key="month_return",
        measure=ENERGY_TOTAL.rounded(1),
        is_supported_fn=lambda state: state.is_two_way,
        value_fn=lambda state: state.month.return_,
        last_reset_fn=lambda state: state.month_start,
    ),
    CloudSensorDescription(
        key="elec_backstream_since_last_invoice",
        translation_key="unbilled_return",
        measure=ENERGY_TOTAL.rounded(1),
        is_supported_fn=lambda state: state.is_two_way,
        value_fn=lambda state: state.unbilled_return,
        last_reset_fn=lambda state: state.unbilled_since,
    ),
    CloudSensorDescription(
        key="elec_latest_backstream_meter_reading",
        translation_key="return_reading",
        measure=ENERGY_COUNTER.rounded(1),
        is_supported_fn=lambda state: state.is_two_way,
        value_fn=lambda state: state.export_register,
    ),
)
