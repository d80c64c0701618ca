"""Energy in the cloud's units (wire 4.9)."""

from itertools import pairwise
from typing import Final

from .devices import LEGS, MAINS, Device
from .records import Records

ENERGY_UNITS: Final = (
    "KilowattHours",
    "Dollars",
    "AmpHours",
    "Trees",
    "GallonsOfGas",
    "MilesDriven",
    "Carbon",
    "Voltage",
)
PER_KWH: Final = {
    "KilowattHours": 1.0,
    "Trees": 0.0117,
    "GallonsOfGas": 0.0796,
    "MilesDriven": 1.77,
    "Carbon": 0.709,
}


class Values:
    """Recorded energy of a bucket in any unit, as it is known at one moment."""

    def __init__(self, records: Records) -> None:
        """Read `records`, as of now."""
        self._records = records
        # The same for a whole answer: a frozen clock takes its time
        self._known_until = records.known_until

    def value(
        self, device: Device, channel: str, unit: str, start: float, end: float
    ) -> float | None:
        """What the cloud tells of a bucket; None where it knows nothing."""
        if unit == "Voltage":  # the unit is accepted, its meaning unknown
            return None
        if unit == "Dollars":
            return self._dollars(device, channel, start, end)
        if channel in LEGS:
            kwh = self._kwh(device, MAINS, start, end)
            return None if kwh is None else kwh * LEGS[channel] * 1000 / 120
        kwh = self._kwh(device, channel, start, end)
        if kwh is None:
            return None
        if unit == "AmpHours":
            return kwh * 1000 / device.volts
        return kwh * PER_KWH[unit]

    def _kwh(
        self, device: Device, channel: str, start: float, end: float
    ) -> float | None:
        return self._records.value(device, channel, start, end, self._known_until)

    def _dollars(
        self, device: Device, channel: str, start: float, end: float
    ) -> float | None:
        """Each part of the bucket at the rate of its time."""
        edges = [start, *device.cents.steps(start, end), end]
        parts = [
            (self._kwh(device, channel, begin, stop), device.cents.at(begin))
            for begin, stop in pairwise(edges)
        ]
        known = [kwh * cents / 100 for kwh, cents in parts if kwh is not None]
        return sum(known) if known else None
