"""Sensors of compensation, agreement, invoices and billed volumes."""

from datetime import datetime

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import EntityCategory, UnitOfPower

from custom_components.cloud_energy.entities.bill_sensor import bill_difference
from custom_components.cloud_energy.entities.entity import (
    CloudSensorDescription,
    SensorValue,
)
from custom_components.cloud_energy.entities.measures import (
    DATE,
    ENERGY_TOTAL,
    money_total,
    price,
)
from custom_components.cloud_energy.readings import local_midnight
from custom_components.flowerhub.api.const import SITE_ZONE
from custom_components.flowerhub.api.models import (
    AgreementState,
    AssetOwnerDetails,
    Compensation,
    Invoice,
)
from custom_components.flowerhub.calculations.billing import BilledMonth, Bills, Earned
from custom_components.flowerhub.const import CURRENCY

_DIAGNOSTIC = EntityCategory.DIAGNOSTIC


def _month_start(invoice: Invoice) -> datetime | None:
    return local_midnight(invoice.month, SITE_ZONE) if invoice.month else None


COMPENSATION_SENSORS: tuple[CloudSensorDescription[Compensation], ...] = (
    CloudSensorDescription(
        key="compensation_status",
        entity_registry_enabled_default=False,
        value_fn=lambda compensation: compensation.status or None,
        attributes_fn=lambda compensation: {"message": compensation.message or None},
    ),
)

DETAILS_SENSORS: tuple[CloudSensorDescription[AssetOwnerDetails], ...] = (
    CloudSensorDescription(
        key="compensation_start_date",
        measure=DATE,
        entity_category=_DIAGNOSTIC,
        value_fn=lambda details: details.compensation_start,
    ),
)

REVENUE_SENSORS: tuple[CloudSensorDescription[Earned], ...] = (
    CloudSensorDescription(
        key="compensation",
        measure=money_total(CURRENCY),
        value_fn=lambda earned: earned.revenue.compensation,
        last_reset_fn=lambda earned: earned.settlement.start,
    ),
    CloudSensorDescription(
        key="compensation_per_kw",
        measure=price(f"{CURRENCY}/kW").rounded(2),
        value_fn=lambda earned: earned.revenue.compensation_per_kw,
    ),
    CloudSensorDescription(
        key="min_available_power",
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.KILO_WATT,
        value_fn=lambda earned: earned.revenue.min_available_power,
    ),
)

INVOICE_SENSORS: tuple[CloudSensorDescription[Invoice], ...] = (
    CloudSensorDescription(
        key="last_invoice_amount",
        measure=money_total(CURRENCY),
        value_fn=lambda invoice: invoice.total,
        last_reset_fn=_month_start,
    ),
    CloudSensorDescription(
        key="last_invoice_remaining",
        measure=money_total(CURRENCY),
        value_fn=lambda invoice: invoice.remaining,
    ),
    CloudSensorDescription(
        key="last_invoice_due_date",
        measure=DATE,
        value_fn=lambda invoice: invoice.due_date,
    ),
    CloudSensorDescription(
        key="last_invoice_status",
        entity_registry_enabled_default=False,
        value_fn=lambda invoice: invoice.status or None,
    ),
    CloudSensorDescription(
        key="last_invoice_period",
        entity_category=_DIAGNOSTIC,
        value_fn=lambda invoice: invoice.period or None,
    ),
)

BILL_SENSORS: tuple[CloudSensorDescription[Bills], ...] = (
    CloudSensorDescription(
        key="unpaid_invoices_total",
        measure=money_total(CURRENCY),
        value_fn=lambda bills: bills.unpaid,
    ),
)


BILL_DIFFERENCE = bill_difference(SITE_ZONE)


def _volume_sensor(key: str) -> CloudSensorDescription[BilledMonth]:
    return CloudSensorDescription(
        key=key,
        measure=ENERGY_TOTAL.rounded(1),
        value_fn=lambda billed: billed.volume,
        last_reset_fn=lambda billed: billed.start,
        attributes_fn=lambda billed: {"is_reading": billed.is_reading},
    )


CONSUMPTION_SENSORS = (_volume_sensor("monthly_consumption"),)
PRODUCTION_SENSORS = (_volume_sensor("monthly_production"),)


def _dates(half: AgreementState) -> dict[str, SensorValue]:
    return {"start_date": half.start, "termination_date": half.termination}


def _agreement_sensor(key: str) -> CloudSensorDescription[AgreementState]:
    return CloudSensorDescription(
        key=key,
        entity_category=_DIAGNOSTIC,
        value_fn=lambda half: half.state_category or None,
        attributes_fn=_dates,
    )


CONSUMPTION_AGREEMENT_SENSORS = (_agreement_sensor("consumption_agreement_state"),)
PRODUCTION_AGREEMENT_SENSORS = (_agreement_sensor("production_agreement_state"),)

PROFILE_SENSORS: tuple[CloudSensorDescription[str], ...] = (
    CloudSensorDescription(
        key="account_status",
        entity_category=_DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda status: status or None,
    ),
)
