"""Sensors of a contract: its bills and what is open."""

from datetime import date, datetime

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import EntityCategory, UnitOfEnergy, UnitOfTime

from custom_components.cloud_energy.entity import CloudSensorDescription
from custom_components.cloud_energy.readings import local_midnight

from .api.const import CURRENCY, SITE_ZONE
from .api.models.contract import Contract
from .api.models.invoice import ElectricBill, Invoice
from .outage_coordinator import Supplied

_KWH = UnitOfEnergy.KILO_WATT_HOUR


def _midnight(day: date | None) -> datetime | None:
    return local_midnight(day, SITE_ZONE) if day else None


def _register(invoice: Invoice) -> float | None:
    """Return what the meter showed; a zero is none."""
    values = (reading.reading for reading in invoice.readings)
    return next((value for value in values if value), None)


INVOICE_SENSORS: tuple[CloudSensorDescription[Invoice], ...] = (
    CloudSensorDescription(
        key="iec_last_elec_usage",
        translation_key="last_invoice_usage",
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL,
        native_unit_of_measurement=_KWH,
        suggested_display_precision=0,
        value_fn=lambda invoice: invoice.consumption,
        last_reset_fn=lambda invoice: _midnight(invoice.start),
    ),
    CloudSensorDescription(
        key="iec_last_cost",
        translation_key="last_invoice_amount",
        device_class=SensorDeviceClass.MONETARY,
        state_class=SensorStateClass.TOTAL,
        native_unit_of_measurement=CURRENCY,
        suggested_display_precision=2,
        value_fn=lambda invoice: invoice.amount,
        last_reset_fn=lambda invoice: _midnight(invoice.start),
    ),
    CloudSensorDescription(
        key="iec_last_bill_remain_to_pay",
        translation_key="last_invoice_to_pay",
        device_class=SensorDeviceClass.MONETARY,
        native_unit_of_measurement=CURRENCY,
        suggested_display_precision=2,
        # As a rule the same amount as the outstanding balance.
        entity_registry_enabled_default=False,
        value_fn=lambda invoice: invoice.to_pay,
    ),
    CloudSensorDescription(
        key="iec_last_number_of_days",
        translation_key="last_invoice_days",
        device_class=SensorDeviceClass.DURATION,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfTime.DAYS,
        suggested_display_precision=0,
        value_fn=lambda invoice: invoice.days,
    ),
    CloudSensorDescription(
        key="iec_bill_date",
        translation_key="last_invoice_date",
        device_class=SensorDeviceClass.DATE,
        value_fn=lambda invoice: invoice.end,
    ),
    CloudSensorDescription(
        key="iec_bill_last_payment_date",
        translation_key="last_invoice_due",
        device_class=SensorDeviceClass.DATE,
        value_fn=lambda invoice: invoice.due,
    ),
    CloudSensorDescription(
        key="iec_last_meter_reading",
        translation_key="last_invoice_reading",
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL_INCREASING,
        native_unit_of_measurement=_KWH,
        suggested_display_precision=0,
        value_fn=_register,
    ),
)

DEBT_SENSORS: tuple[CloudSensorDescription[Contract], ...] = (
    CloudSensorDescription(
        key="total_debt",
        translation_key="total_debt",
        device_class=SensorDeviceClass.MONETARY,
        native_unit_of_measurement=CURRENCY,
        suggested_display_precision=2,
        value_fn=lambda contract: contract.total_debt,
    ),
    CloudSensorDescription(
        key="next_due_date",
        translation_key="next_due_date",
        device_class=SensorDeviceClass.DATE,
        value_fn=lambda contract: contract.due_date,
    ),
)

BILL_SENSORS: tuple[CloudSensorDescription[ElectricBill], ...] = (
    CloudSensorDescription(
        key="amount_to_pay",
        translation_key="amount_to_pay",
        device_class=SensorDeviceClass.MONETARY,
        native_unit_of_measurement=CURRENCY,
        suggested_display_precision=2,
        entity_registry_enabled_default=False,
        value_fn=lambda bill: bill.to_pay,
    ),
    CloudSensorDescription(
        key="open_invoices",
        translation_key="open_invoices",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda bill: bill.open_invoices,
    ),
)

OUTAGE_SENSORS: tuple[CloudSensorDescription[Supplied], ...] = (
    CloudSensorDescription(
        key="outage_started",
        translation_key="outage_started",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda supplied: supplied.last.start if supplied.last else None,
    ),
    CloudSensorDescription(
        key="outage_restored",
        translation_key="outage_restored",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda supplied: supplied.last.end if supplied.last else None,
    ),
)
