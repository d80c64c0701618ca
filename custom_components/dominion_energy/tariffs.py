"""What the energy of each hour cost, by the cost mode that the user chose.

All amounts are USD, all energies kWh, all hours starts of hours in UTC. Nothing
here knows of Home Assistant.
"""

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import override

from custom_components.cloud_energy.readings import HOUR, local_midnight

from .api.const import SITE_ZONE
from .schedule_1 import (
    CUSTOMER_CHARGE,
    FIRST_TIER,
    consumption_tax,
    flat_rate,
    tier_rates,
)

_USUAL_PERIOD = timedelta(days=30)
_LONGEST_PERIOD = timedelta(days=45)


class Tariff(ABC):
    """A way to reckon costs."""

    @abstractmethod
    def costs(self, hours: Mapping[datetime, float]) -> dict[datetime, float]:
        """Return what the energy of each hour cost."""


@dataclass(frozen=True)
class FixedRate(Tariff):
    """The same rate at all times."""

    rate: float

    @override
    def costs(self, hours: Mapping[datetime, float]) -> dict[datetime, float]:
        return {hour: energy * self.rate for hour, energy in hours.items()}


@dataclass(frozen=True)
class BilledRate(Tariff):
    """Each billing period's own rate: its bill spread over its energy."""

    rates: Sequence[tuple[date, float]]
    """First day of a period and its rate, in order; not empty."""

    @override
    def costs(self, hours: Mapping[datetime, float]) -> dict[datetime, float]:
        starts = [local_midnight(day, SITE_ZONE) for day, _ in self.rates]
        return {
            hour: energy * self.rates[max(0, bisect_right(starts, hour) - 1)][1]
            for hour, energy in hours.items()
        }


@dataclass(frozen=True)
class Window:
    """Hours of the day, from one full hour up to but without another."""

    start: int
    end: int

    def holds(self, hour: int) -> bool:
        """Tell whether an hour (0 to 23) lies in it; it may go over midnight."""
        if self.start <= self.end:
            return self.start <= hour < self.end
        return hour >= self.start or hour < self.end


@dataclass(frozen=True, kw_only=True)
class TimeOfUse(Tariff):
    """Rates by the hour of the day, with two seasons and weekends."""

    peak_rate: float
    off_peak_rate: float
    super_off_peak_rate: float
    summer_peaks: Sequence[Window]
    """Local hours of working days, May to September."""
    winter_peaks: Sequence[Window]
    """Local hours of working days, October to April."""
    super_off_peaks: Sequence[Window]
    """Local hours of every day."""
    weekend_peaks: bool = False
    """Whether peaks are peaks on Saturdays and Sundays, too."""

    @override
    def costs(self, hours: Mapping[datetime, float]) -> dict[datetime, float]:
        return {hour: energy * self._rate(hour) for hour, energy in hours.items()}

    def _rate(self, hour: datetime) -> float:
        local = hour.astimezone(SITE_ZONE)
        if any(window.holds(local.hour) for window in self.super_off_peaks):
            return self.super_off_peak_rate
        peaks = self.summer_peaks if 5 <= local.month <= 9 else self.winter_peaks
        if (self.weekend_peaks or local.weekday() < 5) and any(
            window.holds(local.hour) for window in peaks
        ):
            return self.peak_rate
        return self.off_peak_rate


@dataclass(frozen=True)
class Schedule1(Tariff):
    """The residential tariff of Virginia, with tiers per billing period.

    What an hour costs depends on what its period used before: hours of a period
    whose beginning is not known have no cost.
    """

    period_starts: Sequence[date]
    """The first days of billing periods; between and behind them 30 days each."""

    @override
    def costs(self, hours: Mapping[datetime, float]) -> dict[datetime, float]:
        costs: dict[datetime, float] = {}
        known_since = min(hours, default=None)
        start = end = None
        used = 0.0
        for hour in sorted(hours):
            if start is None or end is None or hour >= end:
                start, end = self._period(hour.astimezone(SITE_ZONE).date())
                used = 0.0
            if known_since is None or start < known_since:
                continue
            standing = CUSTOMER_CHARGE / ((end - start) / HOUR)
            costs[hour] = standing + _energy_charge(hour, used, hours[hour])
            used += hours[hour]
        return costs

    def _period(self, day: date) -> tuple[datetime, datetime]:
        """Return start and end of the billing period that a day lies in."""
        starts = sorted(self.period_starts) or [day.replace(day=1)]
        at = bisect_right(starts, day)
        if at == 0:
            start = _step_back(starts[0], day)
            end = start + _USUAL_PERIOD
        else:
            start = starts[at - 1]
            following = starts[at] if at < len(starts) else None
            if following is None or following - start > _LONGEST_PERIOD:
                start += (day - start) // _USUAL_PERIOD * _USUAL_PERIOD
                end = start + _USUAL_PERIOD
                end = min(end, following) if following else end
            else:
                end = following
        return local_midnight(start, SITE_ZONE), local_midnight(end, SITE_ZONE)


def _step_back(first: date, day: date) -> date:
    """Return the start of the 30 days before a known start that hold the day."""
    periods = -((day - first) // _USUAL_PERIOD)
    return first - periods * _USUAL_PERIOD


def _energy_charge(hour: datetime, used: float, energy: float) -> float:
    """Return what an hour's energy costs behind what the period used before."""
    day = hour.astimezone(SITE_ZONE).date()
    first, above = tier_rates(day)
    in_first = min(max(0.0, FIRST_TIER - used), energy)
    tiers = in_first * first + (energy - in_first) * above
    tax = consumption_tax(used + energy) - consumption_tax(used)
    return tiers + energy * flat_rate(day) + tax
