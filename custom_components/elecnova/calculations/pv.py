"""Inverters, and the energy of their five-minute points (wire 4.5)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from math import fsum
from typing import Final

from custom_components.elecnova.api.models import PvPoint

SLOT: Final = timedelta(minutes=5)
_HOURS_PER_SLOT: Final = SLOT / timedelta(hours=1)
_WATTS_PER_KILOWATT: Final = 1000


@dataclass(frozen=True)
class Inverter:
    """An inverter with the cabinet that it hangs on."""

    sn: str = field(repr=False)
    cabinet_sn: str = field(repr=False)
    name: str
    zone: tzinfo

    def today(self, now: datetime) -> date:
        """Return the local day of a time."""
        return now.astimezone(self.zone).date()


def energy(points: Iterable[PvPoint]) -> float:
    """Return the kWh of five-minute points in W."""
    return kilowatt_hours(point.value for point in points)


def kilowatt_hours(watts: Iterable[float]) -> float:
    """Return the kWh of power (W) that lasts for five minutes each."""
    return fsum(watts) * _HOURS_PER_SLOT / _WATTS_PER_KILOWATT
