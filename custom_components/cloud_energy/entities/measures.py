"""What figures are: device class, state class, unit and precision, each table row once."""

from dataclasses import dataclass, replace
from typing import Final, Self

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import (
    PERCENTAGE,
    UnitOfElectricCurrent,
    UnitOfEnergy,
    UnitOfPower,
    UnitOfTime,
)

_MEASUREMENT = SensorStateClass.MEASUREMENT
_TOTAL = SensorStateClass.TOTAL
_KW, _KWH = UnitOfPower.KILO_WATT, UnitOfEnergy.KILO_WATT_HOUR


@dataclass(frozen=True)
class Measure:
    """What a sensor shows."""

    device_class: SensorDeviceClass | None = None
    state_class: SensorStateClass | None = None
    unit: str | None = None
    digits: int | None = None
    """How many to show behind the point; None leaves it to Home Assistant."""

    def rounded(self, digits: int) -> Self:
        """Return the same with another precision."""
        return replace(self, digits=digits)


def money(currency: str | None) -> Measure:
    """Return an amount to pay."""
    return Measure(SensorDeviceClass.MONETARY, None, currency, 2)


def money_total(currency: str | None) -> Measure:
    """Return what a period or a bill comes to; None: the currency is known later."""
    return Measure(SensorDeviceClass.MONETARY, _TOTAL, currency, 2)


def price(unit: str) -> Measure:
    """Return what one of something costs."""
    return Measure(None, _MEASUREMENT, unit)


ANY: Final = Measure()
"""A text, or a figure of no kind."""
COUNT: Final = Measure(None, _MEASUREMENT)
DATE: Final = Measure(SensorDeviceClass.DATE)
TIMESTAMP: Final = Measure(SensorDeviceClass.TIMESTAMP)
ENUM: Final = Measure(SensorDeviceClass.ENUM)

POWER: Final = Measure(SensorDeviceClass.POWER, _MEASUREMENT, UnitOfPower.WATT, 0)
POWER_KW: Final = Measure(SensorDeviceClass.POWER, _MEASUREMENT, _KW, 2)
RATED_POWER: Final = Measure(SensorDeviceClass.POWER, None, _KW)
RATED_CURRENT: Final = Measure(
    SensorDeviceClass.CURRENT, None, UnitOfElectricCurrent.AMPERE
)

ENERGY: Final = Measure(SensorDeviceClass.ENERGY, None, _KWH, 2)
"""Of a period that is over, or is foretold."""
ENERGY_TOTAL: Final = Measure(SensorDeviceClass.ENERGY, _TOTAL, _KWH, 2)
"""Of a period that says when it began, or that may become less."""
ENERGY_COUNTER: Final = Measure(
    SensorDeviceClass.ENERGY, SensorStateClass.TOTAL_INCREASING, _KWH, 2
)
ENERGY_CAPACITY: Final = Measure(SensorDeviceClass.ENERGY_STORAGE, None, _KWH)

BATTERY: Final = Measure(SensorDeviceClass.BATTERY, _MEASUREMENT, PERCENTAGE)
PERCENT: Final = Measure(None, _MEASUREMENT, PERCENTAGE)


def duration(unit: UnitOfTime) -> Measure:
    """Return how long something takes or has taken."""
    return Measure(SensorDeviceClass.DURATION, _MEASUREMENT, unit)
