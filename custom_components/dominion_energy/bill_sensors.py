"""Sensors that show billing periods and bills."""

from datetime import date, datetime

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import EntityCategory, UnitOfEnergy

from custom_components.cloud_energy.entity import CloudSensorDescription
from custom_components.cloud_energy.readings import local_midnight

from .api.const import SITE_ZONE
from .api.models import BilledPeriod, BillExtension, CurrentBill
from .snapshot import Period

_KWH = UnitOfEnergy.KILO_WATT_HOUR
_USD = "USD"


def _midnight(day: date | None) -> datetime | None:
    return local_midnight(day, SITE_ZONE) if day else None


PERIOD_SENSORS: tuple[CloudSensorDescription[Period], ...] = (
    CloudSensorDescription(
        key="current_period_usage",
        translation_key="current_period_usage",
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL,
        native_unit_of_measurement=_KWH,
        suggested_display_precision=1,
        value_fn=lambda period: period.forecast.current_usage,
        last_reset_fn=lambda period: period.start,
    ),
    CloudSensorDescription(
        key="period_cost",
        translation_key="period_cost",
        device_class=SensorDeviceClass.MONETARY,
        state_class=SensorStateClass.TOTAL,
        native_unit_of_measurement=_USD,
        suggested_display_precision=2,
        value_fn=lambda period: period.cost,
        last_reset_fn=lambda period: period.start,
    ),
    # Projections fall as well as rise: they are no totals of anything.
    CloudSensorDescription(
        key="projected_period_usage",
        translation_key="projected_period_usage",
        device_class=SensorDeviceClass.ENERGY,
        native_unit_of_measurement=_KWH,
        suggested_display_precision=0,
        value_fn=lambda period: period.projected_usage,
    ),
    CloudSensorDescription(
        key="projected_period_cost",
        translation_key="projected_period_cost",
        device_class=SensorDeviceClass.MONETARY,
        native_unit_of_measurement=_USD,
        suggested_display_precision=2,
        value_fn=lambda period: period.projected_cost,
    ),
    CloudSensorDescription(
        key="billing_period_start",
        translation_key="billing_period_start",
        device_class=SensorDeviceClass.DATE,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda period: period.forecast.start,
    ),
    CloudSensorDescription(
        key="billing_period_end",
        translation_key="billing_period_end",
        device_class=SensorDeviceClass.DATE,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda period: period.end,
    ),
    CloudSensorDescription(
        key="budget_remaining",
        translation_key="budget_remaining",
        device_class=SensorDeviceClass.MONETARY,
        native_unit_of_measurement=_USD,
        suggested_display_precision=2,
        is_supported_fn=lambda period: period.budget is not None,
        value_fn=lambda period: period.budget_left,
    ),
)

LAST_BILL_SENSORS: tuple[CloudSensorDescription[BilledPeriod], ...] = (
    CloudSensorDescription(
        key="last_bill_charges",
        translation_key="last_bill_charges",
        device_class=SensorDeviceClass.MONETARY,
        state_class=SensorStateClass.TOTAL,
        native_unit_of_measurement=_USD,
        suggested_display_precision=2,
        value_fn=lambda bill: bill.charges,
        last_reset_fn=lambda bill: _midnight(bill.start),
    ),
    CloudSensorDescription(
        key="last_bill_usage",
        translation_key="last_bill_usage",
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL,
        native_unit_of_measurement=_KWH,
        suggested_display_precision=0,
        value_fn=lambda bill: bill.usage,
        last_reset_fn=lambda bill: _midnight(bill.start),
    ),
    CloudSensorDescription(
        key="effective_rate",
        translation_key="effective_rate",
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement="USD/kWh",
        suggested_display_precision=4,
        value_fn=lambda bill: (
            None if bill.derived_rate is None else round(bill.derived_rate, 4)
        ),
    ),
    CloudSensorDescription(
        key="last_bill_start",
        translation_key="last_bill_start",
        device_class=SensorDeviceClass.DATE,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda bill: bill.start,
    ),
    CloudSensorDescription(
        key="last_bill_end",
        translation_key="last_bill_end",
        device_class=SensorDeviceClass.DATE,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda bill: bill.end,
    ),
)

LAST_YEAR_SENSORS: tuple[CloudSensorDescription[BilledPeriod], ...] = (
    CloudSensorDescription(
        key="last_year_charges",
        translation_key="last_year_charges",
        device_class=SensorDeviceClass.MONETARY,
        native_unit_of_measurement=_USD,
        suggested_display_precision=2,
        entity_registry_enabled_default=False,
        value_fn=lambda bill: bill.charges,
    ),
    CloudSensorDescription(
        key="last_year_usage",
        translation_key="last_year_usage",
        device_class=SensorDeviceClass.ENERGY,
        native_unit_of_measurement=_KWH,
        suggested_display_precision=0,
        entity_registry_enabled_default=False,
        value_fn=lambda bill: bill.usage,
    ),
)

BILL_SENSORS: tuple[CloudSensorDescription[CurrentBill], ...] = (
    CloudSensorDescription(
        key="amount_due",
        translation_key="amount_due",
        device_class=SensorDeviceClass.MONETARY,
        native_unit_of_measurement=_USD,
        suggested_display_precision=2,
        entity_registry_enabled_default=False,
        value_fn=lambda bill: bill.amount_due,
    ),
    CloudSensorDescription(
        key="bill_due_date",
        translation_key="bill_due_date",
        device_class=SensorDeviceClass.DATE,
        entity_registry_enabled_default=False,
        value_fn=lambda bill: bill.due_date,
    ),
)

EXTENSION_SENSORS: tuple[CloudSensorDescription[BillExtension], ...] = (
    CloudSensorDescription(
        key="next_meter_read",
        translation_key="next_meter_read",
        device_class=SensorDeviceClass.DATE,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda extension: extension.next_meter_read,
    ),
    CloudSensorDescription(
        key="rate_category",
        translation_key="rate_category",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda extension: extension.rate_category or None,
    ),
    CloudSensorDescription(
        key="last_payment_date",
        translation_key="last_payment_date",
        device_class=SensorDeviceClass.DATE,
        entity_registry_enabled_default=False,
        value_fn=lambda extension: extension.last_payment_date,
    ),
    CloudSensorDescription(
        key="last_payment_amount",
        translation_key="last_payment_amount",
        device_class=SensorDeviceClass.MONETARY,
        native_unit_of_measurement=_USD,
        suggested_display_precision=2,
        entity_registry_enabled_default=False,
        value_fn=lambda extension: extension.last_payment_amount,
    ),
)
