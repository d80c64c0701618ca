"""Sensors of a contract: its bills and what is open."""

from datetime import date, datetime

from homeassistant.const import EntityCategory, UnitOfTime

from custom_components.cloud_energy.entities.bill_sensor import bill_difference
from custom_components.cloud_energy.entities.entity import CloudSensorDescription
from custom_components.cloud_energy.entities.measures import (
    COUNT,
    DATE,
    ENERGY_COUNTER,
    ENERGY_TOTAL,
    TIMESTAMP,
    duration,
    money,
    money_total,
)
from custom_components.cloud_energy.readings import local_midnight
from custom_components.iec.api.const import CURRENCY, SITE_ZONE
from custom_components.iec.api.models.contract import Contract
from custom_components.iec.api.models.invoice import ElectricBill, Invoice
from custom_components.iec.coordinators.outages import Supplied


def _midnight(day: date | None) -> datetime | None:
    return local_midnight(day, SITE_ZONE) if day else None


def _register(invoice: Invoice) -> float | None:
    """Return what the meter showed; a zero is none."""
    values = (reading.reading for reading in invoice.readings)
    return next((value for value in values if value), None)


def _next_planned(supplied: Supplied) -> datetime | None:
    starts = (outage.start for outage in supplied.planned)
    return min((start for start in starts if start), default=None)


INVOICE_SENSORS: tuple[CloudSensorDescription[Invoice], ...] = (
    CloudSensorDescription(
        key="iec_last_elec_usage",
        translation_key="last_invoice_usage",
        measure=ENERGY_TOTAL.rounded(0),
        value_fn=lambda invoice: invoice.consumption,
        last_reset_fn=lambda invoice: _midnight(invoice.start),
    ),
    CloudSensorDescription(
        key="iec_last_cost",
        translation_key="last_invoice_amount",
        measure=money_total(CURRENCY),
        value_fn=lambda invoice: invoice.amount,
        last_reset_fn=lambda invoice: _midnight(invoice.start),
    ),
    CloudSensorDescription(
        key="iec_last_bill_remain_to_pay",
        translation_key="last_invoice_to_pay",
        measure=money(CURRENCY),
        # As a rule the same amount as the outstanding balance.
        entity_registry_enabled_default=False,
        value_fn=lambda invoice: invoice.to_pay,
    ),
    CloudSensorDescription(
        key="iec_last_number_of_days",
        translation_key="last_invoice_days",
        measure=duration(UnitOfTime.DAYS).rounded(0),
        value_fn=lambda invoice: invoice.days,
    ),
    CloudSensorDescription(
        key="iec_bill_date",
        translation_key="last_invoice_date",
        measure=DATE,
        value_fn=lambda invoice: invoice.end,
    ),
    CloudSensorDescription(
        key="iec_bill_last_payment_date",
        translation_key="last_invoice_due",
        measure=DATE,
        value_fn=lambda invoice: invoice.due,
    ),
    CloudSensorDescription(
        key="iec_last_meter_reading",
        translation_key="last_invoice_reading",
        measure=ENERGY_COUNTER.rounded(0),
        value_fn=_register,
    ),
)

BILL_DIFFERENCE = bill_difference(SITE_ZONE)

DEBT_SENSORS: tuple[CloudSensorDescription[Contract], ...] = (
    CloudSensorDescription(
        key="total_debt",
        measure=money(CURRENCY),
        value_fn=lambda contract: contract.total_debt,
    ),
    CloudSensorDescription(
        key="next_due_date",
        measure=DATE,
        value_fn=lambda contract: contract.due_date,
    ),
)

BILL_SENSORS: tuple[CloudSensorDescription[ElectricBill], ...] = (
    CloudSensorDescription(
        key="amount_to_pay",
        measure=money(CURRENCY),
        entity_registry_enabled_default=False,
        value_fn=lambda bill: bill.to_pay,
    ),
    CloudSensorDescription(
        key="open_invoices",
        measure=COUNT,
        value_fn=lambda bill: bill.open_invoices,
    ),
)

OUTAGE_SENSORS: tuple[CloudSensorDescription[Supplied], ...] = (
    CloudSensorDescription(
        key="outage_started",
        measure=TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda supplied: supplied.last.start if supplied.last else None,
    ),
    CloudSensorDescription(
        key="outage_restored",
        measure=TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda supplied: supplied.last.end if supplied.last else None,
    ),
    CloudSensorDescription(
        key="planned_outage",
        measure=TIMESTAMP,
        value_fn=_next_planned,
    ),
)
