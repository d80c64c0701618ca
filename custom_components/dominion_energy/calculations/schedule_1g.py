"""The figures of Virginia's residential time-of-use tariff, Schedule 1G (wire 6.1).

USD per kWh; distribution, generation and transmission in one figure. The riders and the
tax are those of Schedule 1.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from custom_components.dominion_energy.api.const import SITE_ZONE

_SUMMER: Final = range(5, 10)
_SUPER_OFF_PEAK: Final = range(5)


@dataclass(frozen=True, kw_only=True)
class _Season:
    peaks: frozenset[int]
    """Local hours of working days."""
    peak: float
    off_peak: float
    super_off_peak: float


_IN_SUMMER: Final = _Season(
    peaks=frozenset(range(15, 18)),
    peak=0.210415,
    off_peak=0.051367,
    super_off_peak=0.033486,
)
_IN_WINTER: Final = _Season(
    peaks=frozenset({*range(6, 9), *range(17, 20)}),
    peak=0.170938,
    off_peak=0.055752,
    super_off_peak=0.049529,
)


def base_rate(hour: datetime) -> float:
    """Return what a kWh costs in an hour, without riders and tax."""
    local = hour.astimezone(SITE_ZONE)
    season = _IN_SUMMER if local.month in _SUMMER else _IN_WINTER
    if local.hour in _SUPER_OFF_PEAK:
        return season.super_off_peak
    if local.hour in season.peaks and is_working_day(local.date()):
        return season.peak
    return season.off_peak


def is_working_day(day: date) -> bool:
    """Return whether a day has peaks: neither weekend nor one of six holidays."""
    return day.weekday() < 5 and not _is_holiday(day)


def _is_holiday(day: date) -> bool:
    """Return whether a working day of the week is a holiday.

    One of a fixed date that falls on a weekend is observed on the working day next to
    it.
    """
    near = [day, day + timedelta(days=1)] if day.weekday() == 4 else [day]
    if day.weekday() == 0:
        near.append(day - timedelta(days=1))
    if any((each.month, each.day) in ((1, 1), (7, 4), (12, 25)) for each in near):
        return True
    is_monday, is_thursday = day.weekday() == 0, day.weekday() == 3
    memorial = is_monday and day.month == 5 and day.day > 24
    labor = is_monday and day.month == 9 and day.day <= 7
    thanksgiving = is_thursday and day.month == 11 and 22 <= day.day <= 28
    return memorial or labor or thanksgiving
