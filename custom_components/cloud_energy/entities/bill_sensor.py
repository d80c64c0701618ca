"""The sensor that compares the latest bill with the metered energy."""

from datetime import timedelta, tzinfo
from typing import Final

from homeassistant.const import PERCENTAGE, EntityCategory

from custom_components.cloud_energy.entry.bill_checks import CheckedBill

from .entity import CloudSensorDescription, SensorValue
from .measures import Measure

_MOMENT: Final = timedelta(microseconds=1)


def bill_difference(zone: tzinfo) -> CloudSensorDescription[CheckedBill]:
    """Describe it: by how many % the bill is above what was calculated.

    :param zone: that of the billed days
    """
    return CloudSensorDescription(
        key="bill_difference",
        measure=Measure(unit=PERCENTAGE, digits=1),
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=_percent,
        attributes_fn=lambda checked: _attributes(checked, zone),
    )


def _percent(checked: CheckedBill) -> float | None:
    return _rounded(checked.check.percent) if checked.check else None


def _attributes(checked: CheckedBill, zone: tzinfo) -> dict[str, SensorValue]:
    to_check, check = checked.to_check, checked.check
    bill, charges = to_check.bill, check.charges if check else None
    return {
        "period_start": bill.start.astimezone(zone).date(),
        "period_end": (bill.end - _MOMENT).astimezone(zone).date(),
        "billed_energy": bill.energy,
        "metered_energy": _rounded(check.metered) if check else None,
        "missing_hours": check.missing_hours if check else None,
        "currency": to_check.currency,
        "billed_amount": bill.amount,
        "calculated_amount": _rounded(charges.total) if charges else None,
        "difference": _rounded(check.difference) if check else None,
        "energy_charges": _rounded(charges.energy) if charges else None,
        "fixed_charges": _rounded(charges.fixed) if charges else None,
        "taxes": _rounded(charges.taxes) if charges else None,
        "is_estimated": bill.is_estimated,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
