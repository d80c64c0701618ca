"""The energy of single days: of the month's list, and of the quarter hours."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from custom_components.iec.api.const import SITE_ZONE
from custom_components.iec.api.models.reading import MeterReport
from custom_components.iec.calculations.meters import Meter
from custom_components.iec.snapshot import Energy, LatestDay
from custom_components.iec.statistics.reader import DayReader, DayReadings

_DAY: Final = timedelta(days=1)
_ROUNDING: Final = 0.01
"""kWh by which the sum of rounded quarter hours may differ from a total."""
_LATEST_DAYS: Final = 7
"""How far back to look for a day that is wholly known."""


class DayEnergies:
    """What is known of the days of an entry's meters."""

    def __init__(self, reader: DayReader) -> None:
        """Take the quarter hours from a reader."""
        self._reader = reader
        self._totals: dict[str, dict[date, Energy]] = {}

    def note(self, meter: Meter, *months: MeterReport | None) -> None:
        """Take the lists of months, the latest last, instead of those before."""
        totals: dict[date, Energy] = {}
        for month in months:
            totals |= day_energies(month)
        self._totals[meter.stem] = totals

    def totals(self, meter: Meter) -> Mapping[date, float]:
        """Return the kWh of days as the month's list has them."""
        return {
            day: energy.consumption
            for day, energy in self._totals.get(meter.stem, {}).items()
            if energy.consumption is not None
        }

    def of_day(self, meter: Meter, day: date) -> Energy:
        """Return a day's energy: of the month's list, else of the quarter hours.

        Where the list has a zero, only quarter hours can show that it is true.
        """
        reading = self._reader.known_day(meter, day)
        read = Energy()
        if reading:
            read = Energy(consumption=reading.consumption, return_=reading.return_)
        listed = self._totals.get(meter.stem, {}).get(day, Energy())
        return Energy(
            consumption=listed.consumption or read.consumption,
            return_=(listed.return_ or read.return_)
            if self._reader.is_two_way(meter)
            else None,
        )

    def of_whole_day(self, meter: Meter, day: date) -> Energy:
        """Return the energy of a day that is over; unknown until all of it is there."""
        reading = self._reader.known_day(meter, day)
        listed = self._totals.get(meter.stem, {}).get(day, Energy()).consumption
        if reading and not reading.is_whole:
            if not listed or _is_part(listed, reading):
                return Energy()
        return self.of_day(meter, day)

    def latest(self, meter: Meter) -> LatestDay | None:
        """Return the latest day that is over and wholly known."""
        latest = self._reader.latest.get(meter.stem)
        if latest is None:
            return None
        last_day = latest.astimezone(SITE_ZONE).date() - _DAY
        for day in (last_day - age * _DAY for age in range(_LATEST_DAYS)):
            energy = self.of_whole_day(meter, day)
            if energy.consumption is not None:
                return LatestDay(day=day, energy=energy)
        return None


def _is_part(total: float, reading: DayReadings) -> bool:
    """Return whether a day's total is that of the quarter hours of a part of it."""
    known = reading.consumption
    return not reading.is_whole and known is not None and total <= known + _ROUNDING


def day_energies(report: MeterReport | None) -> dict[date, Energy]:
    """Return the energy of each local day of a month's list."""
    totals: dict[date, Energy] = {}
    for row in report.periods if report else ():
        if row.start and row.consumption is not None:
            zone = row.start.tzinfo
            day = (row.start.astimezone(SITE_ZONE) if zone else row.start).date()
            totals[day] = Energy(consumption=row.consumption, return_=row.return_)
    return totals


def of_month(report: MeterReport | None) -> Energy:
    """Return the energy of a month's list, so far."""
    if report is None or not report.periods:
        return Energy()
    return Energy(
        consumption=report.consumption,
        return_=report.return_ if report.is_two_way else None,
    )
