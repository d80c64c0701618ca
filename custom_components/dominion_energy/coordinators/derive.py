"""What follows from the answers of the cloud: summary, costs, statistics.

Pure and a matter of some tens of milliseconds, so it runs in the executor.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import fsum
from typing import Any, Self

from custom_components.cloud_energy.prices.price_plans import PricePlans
from custom_components.cloud_energy.readings import HOUR, hourly, local_midnight
from custom_components.cloud_energy.recorder.feed import Batch
from custom_components.dominion_energy.api.const import SITE_ZONE
from custom_components.dominion_energy.api.intervals import IntervalUsage
from custom_components.dominion_energy.api.models import (
    BillForecast,
    MonthlyGeneration,
    MonthlyUsage,
)
from custom_components.dominion_energy.calculations.billed_energy import (
    Hours,
    MeteredPeriod,
)
from custom_components.dominion_energy.calculations.net_metering import compensations
from custom_components.dominion_energy.calculations.tariffs import DatedTariff, Tariff
from custom_components.dominion_energy.calculations.usage import (
    Usage,
    settled_days,
    summarize,
)
from custom_components.dominion_energy.cost_options import dated_tariff, riders_of
from custom_components.dominion_energy.snapshot import Costs
from custom_components.dominion_energy.statistics.repricing import Older
from custom_components.dominion_energy.statistics.series import (
    MeterSeries,
    billed_months,
    interval_readings,
    meter_batches,
)

_DAY = timedelta(days=1)
_MIN_SHARE = 0.2
"""The share of a month's usage that its net usage must exceed to yield a rate."""


@dataclass(frozen=True, kw_only=True)
class Sources:
    """The answers, and the user's choices."""

    today: date
    intervals: Sequence[IntervalUsage] = field(compare=False)
    forecast: BillForecast | None
    months: Sequence[MonthlyUsage]
    generations: Sequence[MonthlyGeneration]
    options: Mapping[str, Any]
    plans: PricePlans
    older: Older
    known_starts: Sequence[date] = field(default=(), compare=False)
    """The first days of billing periods that the cloud has told of before."""

    def same_as(self, other: Sources) -> bool:
        """Return whether the same follows from both; intervals are not compared."""
        return self.intervals is other.intervals and self == other


@dataclass(frozen=True, kw_only=True)
class DerivedUsage:
    """What follows from the sources."""

    usage: Usage | None
    costs: Costs | None
    tariff: DatedTariff
    billed_energy: float | None
    """The kWh that the last bill is for: less what was returned."""
    period_starts: Sequence[date]
    """The first days of all billing periods that are known, in order."""
    batches: Sequence[Batch]


def derive(sources: Sources, series: MeterSeries) -> DerivedUsage:
    """Calculate usage, costs and readings from the answers."""
    intervals = sources.intervals
    days = settled_days(intervals, sources.today)
    consumption = interval_readings(intervals, days, lambda i: i.consumption)
    return_ = interval_readings(intervals, days, lambda i: i.generation)
    hours, returned = hourly(consumption).complete, hourly(return_).complete
    billed = _Billed.of(sources, hours, returned)
    tariff = dated_tariff(
        sources.plans,
        riders=riders_of(sources.options),
        billed_rates=billed.rates,
        period_starts=_period_starts(sources),
    )
    older = sources.older
    used = {**_single_hours(older.hours), **hours}
    given = {**_single_hours(older.returned), **returned}
    priced = {hour for hour in used if hour in hours or older.counts(hour)}
    costs = _of(priced, tariff.costs(used))
    credits_ = _of(priced, _compensations(sources, tariff, used, given))
    net_costs = {hour: cost - credits_.get(hour, 0.0) for hour, cost in costs.items()}
    usage = summarize(intervals)
    return DerivedUsage(
        usage=usage,
        costs=_summed_costs(net_costs, usage, sources.forecast) if usage else None,
        tariff=tariff,
        billed_energy=billed.energy,
        period_starts=_period_starts(sources),
        batches=meter_batches(
            series,
            consumption=consumption,
            return_=return_,
            costs=costs,
            compensations=credits_,
            months=billed_months(sources.months, sources.generations),
        ),
    )


def _of(priced: Container[datetime], amounts: Hours) -> Hours:
    return {hour: amount for hour, amount in amounts.items() if hour in priced}


def _compensations(
    sources: Sources, tariff: Tariff, used: Hours, returned: Hours
) -> Hours:
    """Return what the hours take off the bill; a home without sun none."""
    if not any(returned.values()):
        return {}
    return compensations(tariff, used, returned, _period_starts(sources))


def _single_hours(stored: Mapping[datetime, float]) -> dict[datetime, float]:
    """Leave out the stored rows of months: their cost is their bill."""
    return {
        hour: energy
        for hour, energy in stored.items()
        if hour + HOUR in stored or hour - HOUR in stored
    }


@dataclass(frozen=True, kw_only=True)
class _Billed:
    """What the bills say."""

    rates: list[tuple[date, float]]
    """The first day and the rate of every period whose bill shows it, in order."""
    energy: float | None
    """The kWh that the last bill is for."""

    @classmethod
    def of(cls, sources: Sources, used: Hours, returned: Hours) -> Self:
        """Read the bills, with the hours that show what their energy stands for."""
        rates = _monthly_rates(sources, used, returned)
        forecast = sources.forecast
        last = forecast.last_bill if forecast else None
        if forecast is None or last is None:
            return cls(rates=sorted(rates.items()), energy=None)
        last_day = forecast.last_billed_day
        metered = MeteredPeriod.of(last.start, last_day, used, returned)
        energy = last.usage
        if energy is not None and metered:
            energy = metered.net(energy)
        known = {month.start for month in sources.months}
        if last.start and (last.start in rates or last.start not in known):
            if energy and last.charges is not None and last.charges >= 0:
                rates[last.start] = last.charges / energy
        return cls(rates=sorted(rates.items()), energy=energy)


def _monthly_rates(sources: Sources, used: Hours, returned: Hours) -> dict[date, float]:
    """Return the rate of every month whose bill shows it, by its first day.

    With net metering a bill is for what was used less what was returned. Where little
    is left of that, it says nothing of what a kWh costs.
    """
    is_net = _months_are_net(sources.months, used, returned)
    generations = {each.month: each.generation or 0.0 for each in sources.generations}
    rates: dict[date, float] = {}
    for month in sources.months:
        if not month.start or month.amount is None or not month.consumption:
            continue
        if month.amount < 0:
            # What is paid back is no price of energy.
            continue
        generation = generations.get(month.month, 0.0) if month.month else 0.0
        gross = month.consumption + (generation if is_net else 0.0)
        if gross - generation >= _MIN_SHARE * gross:
            rates[month.start] = month.amount / (gross - generation)
    return rates


def _months_are_net(
    months: Sequence[MonthlyUsage], used: Hours, returned: Hours
) -> bool:
    """Return whether a month whose hours are known shows net usage."""
    for month in months:
        metered = MeteredPeriod.of(month.start, month.end, used, returned)
        if metered and metered.returned and month.consumption is not None:
            return not metered.is_all_used(month.consumption)
    return False


def _period_starts(sources: Sources) -> list[date]:
    """Return the first days of billing periods; where the cloud has any, its own."""
    starts = {month.start for month in sources.months if month.start}
    if forecast := sources.forecast:
        periods = [forecast, forecast.last_bill]
        starts |= {period.start for period in periods if period and period.start}
    first = min(starts, default=date.max)
    return sorted(starts | {day for day in sources.known_starts if day < first})


def _summed_costs(
    costs: Mapping[datetime, float], usage: Usage, forecast: BillForecast | None
) -> Costs:
    def since(start: datetime) -> float | None:
        found = [cost for hour, cost in costs.items() if start <= hour < usage.day_end]
        return round(fsum(found), 2) if found else None

    period_start = forecast.start if forecast else None
    return Costs(
        day=since(usage.day_start),
        month=since(usage.month_start),
        period=since(local_midnight(period_start, SITE_ZONE)) if period_start else None,
    )
