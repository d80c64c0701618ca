"""Sensors that show billing periods and bills."""

from datetime import date, datetime

from homeassistant.const import EntityCategory

from custom_components.cloud_energy.entities.bill_sensor import bill_difference
from custom_components.cloud_energy.entities.entity import CloudSensorDescription
from custom_components.cloud_energy.entities.measures import (
    DATE,
    ENERGY,
    ENERGY_TOTAL,
    money,
    money_total,
    price,
)
from custom_components.cloud_energy.readings import local_midnight
from custom_components.dominion_energy.api.const import SITE_ZONE
from custom_components.dominion_energy.api.models import (
    BilledPeriod,
    BillExtension,
    CurrentBill,
)
from custom_components.dominion_energy.const import CURRENCY
from custom_components.dominion_energy.snapshot import Period


def _midnight(day: date | None) -> datetime | None:
    return local_midnight(day, SITE_ZONE) if day else None


PERIOD_SENSORS: tuple[CloudSensorDescription[Period], ...] = (
    CloudSensorDescription(
        key="current_period_usage",
        measure=ENERGY_TOTAL.rounded(1),
        value_fn=lambda period: period.forecast.current_usage,
        last_reset_fn=lambda period: period.start,
    ),
    CloudSensorDescription(
        key="period_cost",
        measure=money_total(CURRENCY),
        value_fn=lambda period: period.cost,
        last_reset_fn=lambda period: period.start,
    ),
    # Projections fall as well as rise: they are no totals of anything.
    CloudSensorDescription(
        key="projected_period_usage",
        measure=ENERGY.rounded(0),
        value_fn=lambda period: period.projected_usage,
    ),
    CloudSensorDescription(
        key="projected_period_cost",
        measure=money(CURRENCY),
        value_fn=lambda period: period.projected_cost,
    ),
    CloudSensorDescription(
        key="billing_period_start",
        measure=DATE,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda period: period.forecast.start,
    ),
    CloudSensorDescription(
        key="billing_period_end",
        measure=DATE,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda period: period.end,
    ),
    CloudSensorDescription(
        key="budget_remaining",
        measure=money(CURRENCY),
        is_supported_fn=lambda period: period.budget is not None,
        value_fn=lambda period: period.budget_left,
    ),
)

LAST_BILL_SENSORS: tuple[CloudSensorDescription[BilledPeriod], ...] = (
    CloudSensorDescription(
        key="last_bill_charges",
        measure=money_total(CURRENCY),
        value_fn=lambda bill: bill.charges,
        last_reset_fn=lambda bill: _midnight(bill.start),
    ),
    CloudSensorDescription(
        key="last_bill_usage",
        measure=ENERGY_TOTAL.rounded(0),
        value_fn=lambda bill: bill.usage,
        last_reset_fn=lambda bill: _midnight(bill.start),
    ),
    CloudSensorDescription(
        key="effective_rate",
        measure=price("USD/kWh").rounded(4),
        value_fn=lambda bill: (
            None if bill.derived_rate is None else round(bill.derived_rate, 4)
        ),
    ),
    CloudSensorDescription(
        key="last_bill_start",
        measure=DATE,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda bill: bill.start,
    ),
    CloudSensorDescription(
        key="last_bill_end",
        measure=DATE,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda bill: bill.end,
    ),
)

BILL_DIFFERENCE = bill_difference(SITE_ZONE)

LAST_YEAR_SENSORS: tuple[CloudSensorDescription[BilledPeriod], ...] = (
    CloudSensorDescription(
        key="last_year_charges",
        measure=money(CURRENCY),
        entity_registry_enabled_default=False,
        value_fn=lambda bill: bill.charges,
    ),
    CloudSensorDescription(
        key="last_year_usage",
        measure=ENERGY.rounded(0),
        entity_registry_enabled_default=False,
        value_fn=lambda bill: bill.usage,
    ),
)

BILL_SENSORS: tuple[CloudSensorDescription[CurrentBill], ...] = (
    CloudSensorDescription(
        key="amount_due",
        measure=money(CURRENCY),
        entity_registry_enabled_default=False,
        value_fn=lambda bill: bill.amount_due,
    ),
    CloudSensorDescription(
        key="bill_due_date",
        measure=DATE,
        entity_registry_enabled_default=False,
        value_fn=lambda bill: bill.due_date,
    ),
)

EXTENSION_SENSORS: tuple[CloudSensorDescription[BillExtension], ...] = (
    CloudSensorDescription(
        key="next_meter_read",
        measure=DATE,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda extension: extension.next_meter_read,
    ),
    CloudSensorDescription(
        key="rate_category",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda extension: extension.rate_category or None,
    ),
    CloudSensorDescription(
        key="last_payment_date",
        measure=DATE,
        entity_registry_enabled_default=False,
        value_fn=lambda extension: extension.last_payment_date,
    ),
    CloudSensorDescription(
        key="last_payment_amount",
        measure=money(CURRENCY),
        entity_registry_enabled_default=False,
        value_fn=lambda extension: extension.last_payment_amount,
    ),
)
