"""What the energy of each hour cost, by the cost mode that the user chose.

All amounts are USD, all energies kWh, all hours starts of hours in UTC. Amounts are
floats and not rounded: fractions of a cent per hour add up to a bill. Nothing here
knows of Home Assistant.
"""

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import override

from custom_components.cloud_energy.readings import HOUR, local_midnight
from custom_components.dominion_energy.api.const import SITE_ZONE

from .schedule_1 import (
    CUSTOMER_CHARGE,
    FIRST_TAX_RATE,
    FIRST_TIER,
    Rider,
    consumption_tax,
    flat_rate,
    rider_rate,
    tier_rates,
)
from .schedule_1g import base_rate

_USUAL_PERIOD = timedelta(days=30)
_LONGEST_PERIOD = timedelta(days=45)


@dataclass(frozen=True, kw_only=True)
class Shares:
    """Parts of what a billing period costs; None is unknown."""

    fixed: float | None = None
    taxes: float | None = None
    is_complete: bool = False
    """Whether the costs hold all that a bill holds."""


class Tariff(ABC):
    """A way to calculate costs."""

    @abstractmethod
    def costs(self, hours: Mapping[datetime, float]) -> dict[datetime, float]:
        """Return what the energy of each hour cost."""

    def covers(self, start: date) -> bool:
        """Return whether it has prices for the billing period that begins on a day.

        Elsewhere its costs are an estimate.
        """
        return True

    def shares(self, start: date, energy: float) -> Shares:
        """Return what is known of the parts of a bill.

        :param start: the first day of its period
        :param energy: the kWh that it is for
        """
        return Shares()

    def price(self, hour: datetime, used: float) -> float | None:
        """Return what one more kWh costs in an hour; None if nobody knows.

        :param used: the kWh of its billing period before
        """
        return self.costs({hour: 1.0}).get(hour)


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
    """First day of a period and its rate, in order; without any, nothing has a price."""

    @override
    def costs(self, hours: Mapping[datetime, float]) -> dict[datetime, float]:
        if not self.rates:
            return {}
        starts = [local_midnight(day, SITE_ZONE) for day, _ in self.rates]
        return {
            hour: energy * self.rates[max(0, bisect_right(starts, hour) - 1)][1]
            for hour, energy in hours.items()
        }

    @override
    def covers(self, start: date) -> bool:
        return any(day == start for day, _ in self.rates)

    @override
    def shares(self, start: date, energy: float) -> Shares:
        return Shares(is_complete=True)


@dataclass(frozen=True)
class DatedTariff(Tariff):
    """Tariffs that follow one another."""

    spans: Sequence[tuple[date, Tariff]]
    """The first local day of each, in order; the first one counts before that, too."""

    @override
    def costs(self, hours: Mapping[datetime, float]) -> dict[datetime, float]:
        # Each gets all hours: what one costs may depend on those before it.
        by_span = [tariff.costs(hours) for _, tariff in self.spans]
        days = [day for day, _ in self.spans]
        found: dict[datetime, float] = {}
        for hour in hours:
            at = bisect_right(days, hour.astimezone(SITE_ZONE).date()) - 1
            costs = by_span[max(0, at)]
            if hour in costs:
                found[hour] = costs[hour]
        return found

    @override
    def covers(self, start: date) -> bool:
        return self._on(start).covers(start)

    @override
    def shares(self, start: date, energy: float) -> Shares:
        return self._on(start).shares(start, energy)

    @override
    def price(self, hour: datetime, used: float) -> float | None:
        return self._on(hour.astimezone(SITE_ZONE).date()).price(hour, used)

    @property
    def first_days(self) -> list[date]:
        """The first day of each."""
        return [day for day, _ in self.spans]

    def _on(self, day: date) -> Tariff:
        at = bisect_right([first for first, _ in self.spans], day) - 1
        return self.spans[max(0, at)][1]


@dataclass(frozen=True, kw_only=True)
class Rates:
    """What a kWh costs in one season."""

    peak: float
    off_peak: float
    super_off_peak: float


@dataclass(frozen=True)
class Window:
    """Hours of the day, from one full hour up to but without another."""

    start: int
    end: int

    def holds(self, hour: int) -> bool:
        """Return whether an hour (0 to 23) lies in it; it may go over midnight."""
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
    """Local hours of working days in summer."""
    winter_peaks: Sequence[Window]
    """Local hours of working days in all other months."""
    super_off_peaks: Sequence[Window]
    """Local hours of every day."""
    weekend_peaks: bool = False
    """Whether peaks are peaks on Saturdays and Sundays, too."""
    summer_months: frozenset[int] = frozenset(range(5, 10))
    winter: Rates | None = None
    """What a kWh costs in all other months, if that is something else."""

    @override
    def costs(self, hours: Mapping[datetime, float]) -> dict[datetime, float]:
        return {hour: energy * self._rate(hour) for hour, energy in hours.items()}

    def _rate(self, hour: datetime) -> float:
        local = hour.astimezone(SITE_ZONE)
        is_summer = local.month in self.summer_months
        rates = self._rates(is_summer=is_summer)
        if any(window.holds(local.hour) for window in self.super_off_peaks):
            return rates.super_off_peak
        peaks = self.summer_peaks if is_summer else self.winter_peaks
        if (self.weekend_peaks or local.weekday() < 5) and any(
            window.holds(local.hour) for window in peaks
        ):
            return rates.peak
        return rates.off_peak

    def _rates(self, *, is_summer: bool) -> Rates:
        if self.winter and not is_summer:
            return self.winter
        return Rates(
            peak=self.peak_rate,
            off_peak=self.off_peak_rate,
            super_off_peak=self.super_off_peak_rate,
        )


@dataclass(frozen=True)
class _Period:
    """A billing period; all times in UTC."""

    start: datetime
    end: datetime
    usual_end: datetime
    """By when its customer charge is spread."""

    @classmethod
    def between(cls, start: date, end: date, usual_end: date | None = None) -> _Period:
        """Return the period from one local day up to but without another."""
        days = (start, end, usual_end or end)
        return cls(*(local_midnight(day, SITE_ZONE) for day in days))

    def standing_charge(self, since: datetime, until: datetime) -> float:
        """Return the share of the customer charge that falls into a time."""
        part = min(until, self.usual_end) - min(since, self.usual_end)
        return CUSTOMER_CHARGE * (part / (self.usual_end - self.start))


@dataclass(frozen=True)
class Schedule1(Tariff):
    """The residential tariff of Virginia, with tiers per billing period.

    What an hour costs depends on what its period used before: hours of a period
    whose beginning is not known have no cost.
    """

    period_starts: Sequence[date]
    """The first days of billing periods; without any, calendar months count."""
    riders: Sequence[Rider] = ()
    """What has changed since the built-in ones."""

    @override
    def costs(self, hours: Mapping[datetime, float]) -> dict[datetime, float]:
        costs: dict[datetime, float] = {}
        if not hours:
            return costs
        known_since = charged_until = min(hours)
        period: _Period | None = None
        used = 0.0
        for hour in sorted(hours):
            if period is None or hour >= period.end:
                period = self._period(hour.astimezone(SITE_ZONE).date())
                charged_until, used = period.start, 0.0
            if period.start < known_since:
                continue
            # The charge continues in hours that have no reading.
            standing = period.standing_charge(charged_until, hour + HOUR)
            energy = _energy_charge(hour, used, hours[hour], self.riders)
            costs[hour] = standing + energy
            charged_until, used = hour + HOUR, used + hours[hour]
        return costs

    @override
    def shares(self, start: date, energy: float) -> Shares:
        taxes = consumption_tax(energy)
        return Shares(fixed=CUSTOMER_CHARGE, taxes=taxes, is_complete=True)

    @override
    def price(self, hour: datetime, used: float) -> float | None:
        # Without the customer charge: it is due whatever is used
        return _energy_charge(hour, used, 1.0, self.riders)

    def _period(self, day: date) -> _Period:
        """Return the billing period that a day lies in, guessed where need be."""
        starts = sorted(self.period_starts)
        at = bisect_right(starts, day)
        if not starts:
            first = day.replace(day=1)
            return _Period.between(first, (first + _LONGEST_PERIOD).replace(day=1))
        if at == 0:
            start = _step_back(starts[0], day)
            return _Period.between(start, start + _USUAL_PERIOD)
        start = starts[at - 1]
        if at == len(starts):
            if day < start + _LONGEST_PERIOD:
                # It runs until the provider says that another one has begun.
                usual_end = start + _USUAL_PERIOD
                return _Period.between(start, start + _LONGEST_PERIOD, usual_end)
            following = date.max
        else:
            following = starts[at]
            if following - start <= _LONGEST_PERIOD:
                return _Period.between(start, following)
        start += (day - start) // _USUAL_PERIOD * _USUAL_PERIOD
        return _Period.between(start, min(start + _USUAL_PERIOD, following))


@dataclass(frozen=True)
class Schedule1G(Tariff):
    """The residential time-of-use tariff of Virginia, without its customer charge."""

    riders: Sequence[Rider] = ()
    """What has changed since the built-in ones."""

    @override
    def costs(self, hours: Mapping[datetime, float]) -> dict[datetime, float]:
        return {hour: energy * self._rate(hour) for hour, energy in hours.items()}

    @override
    def shares(self, start: date, energy: float) -> Shares:
        return Shares(taxes=energy * FIRST_TAX_RATE)

    def _rate(self, hour: datetime) -> float:
        day = hour.astimezone(SITE_ZONE).date()
        return base_rate(hour) + rider_rate(day, self.riders) + FIRST_TAX_RATE


def _step_back(first: date, day: date) -> date:
    """Return the start of the 30 days before a known start that hold the day."""
    periods = -((day - first) // _USUAL_PERIOD)
    return first - periods * _USUAL_PERIOD


def _energy_charge(
    hour: datetime, used: float, energy: float, riders: Sequence[Rider]
) -> float:
    """Return what an hour's energy costs behind what the period used before."""
    day = hour.astimezone(SITE_ZONE).date()
    first, above = tier_rates(day)
    # What a net-metered home returned takes back what its last kWh have cost.
    in_first = min(used + energy, FIRST_TIER) - min(used, FIRST_TIER)
    tiers = in_first * first + (energy - in_first) * above
    tax = consumption_tax(used + energy) - consumption_tax(used)
    return tiers + energy * flat_rate(day, riders) + tax
