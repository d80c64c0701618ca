"""The energy of inverters as hourly statistics (wire 6.4)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final

from custom_components.cloud_energy.client.storable import storable_name
from custom_components.cloud_energy.dashboard.sources import SolarSource
from custom_components.cloud_energy.readings import Reading, floor_hour, local_day
from custom_components.cloud_energy.recorder.series import Series
from custom_components.elecnova.api.models import PvPoint
from custom_components.elecnova.calculations.lost_points import lost_energy, sunny_gaps
from custom_components.elecnova.calculations.pv import (
    SLOT,
    Inverter,
    energy,
    kilowatt_hours,
)
from custom_components.elecnova.const import DOMAIN, MANUFACTURER

_ON_TIME: Final = timedelta(0)
_SAME_SHARE: Final = 0.01
_SAME_KWH: Final = 0.05
_FAR: Final = 3
"""How many times more than a rounding makes a difference."""


def pv_series(inverter: Inverter) -> Series:
    """Describe the energy of an inverter; not named like the sensors of the same."""
    slug = "".join(each if each.isalnum() else "_" for each in inverter.sn.lower())
    slug = "_".join(filter(None, slug.split("_")))
    name = " ".join(filter(None, (MANUFACTURER, inverter.name, inverter.sn)))
    return Series.energy(
        f"{DOMAIN}:{slug}_pv_energy", storable_name(f"{name} (history)")
    )


def solar_source(inverter: Inverter, power: str | None = None) -> SolarSource:
    """Describe an inverter to the Energy dashboard; `power`: the entity of its power."""
    series = pv_series(inverter)
    return SolarSource(
        name=f"{MANUFACTURER} {inverter.name}".strip(),
        production=series.statistic_id,
        power=power,
        series=(series,),
    )


@dataclass(frozen=True, kw_only=True)
class PvDay:
    """What is known of a local day of an inverter."""

    inverter: Inverter
    day: date
    points: Sequence[PvPoint]
    """In W."""
    total: float | None
    """kWh, as the cloud adds them up; None where it does not say."""

    @property
    def span(self) -> tuple[datetime, datetime]:
        """Its start and end, in UTC."""
        return local_day(self.day, self.inverter.zone)

    @cached_property
    def measured(self) -> float:
        """The kWh of the points."""
        return energy(self.points)

    @property
    def agrees(self) -> bool:
        """Whether there are points, and they hold all that the total says."""
        if self.total is None or not self.points:
            return False
        return abs(self.measured - self.total) <= self._tolerance

    @property
    def _tolerance(self) -> float:
        return max(_SAME_KWH, _SAME_SHARE * (self.total or 0.0))

    @property
    def _gaps(self) -> Collection[datetime]:
        """The five minutes of sunny hours that neither points nor total have.

        The total was added up without them: they may yet come, and then with them.
        """
        gaps = sunny_gaps({point.time: point.value for point in self.points})
        is_far = kilowatt_hours(gaps.values()) > _FAR * self._tolerance
        return gaps.keys() if self.agrees and is_far else ()

    @cached_property
    def lost(self) -> Mapping[datetime, float] | None:
        """The kWh of the five minutes without a point, once the day is over.

        None where that is not known.
        """
        found = self._lost()
        if found is None or not (gaps := self._gaps):
            return found
        return {slot: kwh for slot, kwh in found.items() if slot not in gaps}

    def _lost(self) -> dict[datetime, float] | None:
        begin, end = self.span
        known = {point.time: point.value for point in self.points}
        if self.total is None or not known:
            return None
        difference = self.total - self.measured
        if difference > 0 and all((at - begin) % SLOT == _ON_TIME for at in known):
            found = lost_energy(known, begin, end, difference)
            if found is not None:
                return found
        if not self.agrees:
            return None
        slots = (begin + at * SLOT for at in range((end - begin) // SLOT))
        return {slot: 0.0 for slot in slots if slot not in known}

    @property
    def completed_hours(self) -> int:
        """How many hours are whole only by the day's total."""
        return len({floor_hour(at) for at, kwh in (self.lost or {}).items() if kwh})


def day_readings(day: PvDay, now: datetime) -> list[Reading]:
    """Return the readings of a day: as they are, or the total where there are none.

    The cloud may leave out what it has no sun for, and it may have lost something.
    Once a day is over its total tells: what is left out is nothing where the points
    hold all of it, else it is the difference. Sunny hours that both lack stay a gap.
    """
    begin, end = day.span
    readings = point_readings(day.points)
    if end > now:
        return readings
    lost = day.lost
    if lost is None and day.total:
        readings.append(Reading(begin, end, day.total))
    return [
        *(Reading(at, at + SLOT, kwh) for at, kwh in (lost or {}).items()),
        *readings,
    ]


def point_readings(points: Iterable[PvPoint]) -> list[Reading]:
    """Return the kWh of five-minute points."""
    return [Reading(p.time, p.time + SLOT, energy([p])) for p in points]
