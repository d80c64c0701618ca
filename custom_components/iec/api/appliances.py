"""What the use of a household appliance takes and costs (wire 8.2)."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from .models.tariff import Appliance, PowerUnit, Rates

_MINUTES_PER_HOUR: Final = 60
_CENT: Final = Decimal("0.01")
_WATT_HOUR: Final = Decimal("0.001")


@dataclass(frozen=True)
class Estimate:
    """What one use comes to."""

    kwh: Decimal
    cost: Decimal
    """In ILS, with VAT."""


def estimate(
    appliance: Appliance,
    rates: Rates,
    *,
    minutes: float | None = None,
    power: float | None = None,
    unit: PowerUnit | None = None,
) -> Estimate | None:
    """Return what a use comes to; None if power, price or duration is not known.

    `minutes`: the usual duration if left out; `power` in `unit`: the appliance's
    own if left out.
    """
    kilowatts = _kilowatts(appliance, power, unit)
    duration = appliance.minutes if minutes is None else minutes
    if kilowatts is None or duration is None or rates.home is None or rates.vat is None:
        return None
    kwh = kilowatts * _exact(duration) / _MINUTES_PER_HOUR
    cost = kwh * _exact(rates.home) * (1 + _exact(rates.vat) / 100)
    try:
        return Estimate(
            kwh.quantize(_WATT_HOUR, ROUND_HALF_UP), cost.quantize(_CENT, ROUND_HALF_UP)
        )
    except InvalidOperation:
        # More digits than are counted with: nothing of it can be true.
        return None


def _kilowatts(
    appliance: Appliance, power: float | None, unit: PowerUnit | None
) -> Decimal | None:
    amount = appliance.power if power is None else power
    used = unit or appliance.unit
    if amount is None or used is None:
        return None
    return _exact(amount) * _exact(used.value)


def _exact(value: float) -> Decimal:
    return Decimal(str(value))
