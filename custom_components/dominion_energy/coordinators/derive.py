"""What follows from the answers of the cloud: summary, costs, statistics.

Pure and a matter of some tens of milliseconds, so it runs in the executor.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import fsum
from typing import Any, Protocol, Self

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
_ROUNDING = 0.01
_MIN_SHARE = 0.2
"""The share of a month's usage that its net usage must exceed to yield a rate."""


class _Period(Protocol):
    """Days that were billed together."""

    @property
    def start(self) -> date | None: ...
    @property
    def end(self) -> date | None: ...


@dataclass(frozen=True, kw_only=True)
class Sources:
    """The answers, and the user's choices."""

    today: date
    intervals: Sequence[IntervalUsage] = field(compare=False)
    forecast: BillForecast | None
    months: Sequence[MonthlyUsage] | None
    generations: Sequence[MonthlyGeneration] | None
    options: Mapping[str, Any]
    plans: PricePlans
    older: Older
    known_starts: Sequence[date] = field(default=(), compare=False)
    """The first days of billing periods that the cloud has told of before."""
    known_rates: Mapping[date, float] = field(default_factory=dict, compare=False)
    """What a kWh of some of them has cost."""

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
    rates: Mapping[date, float]
    """The rate (USD/kWh) of each whose bill has ever shown it."""
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
        billed_rates=sorted(billed.rates.items()) if billed.are_known else None,
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
        rates=billed.rates,
        batches=meter_batches(
            series,
            consumption=consumption,
            return_=return_,
            costs=costs,
            compensations=credits_,
            months=billed_months(sources.months or (), sources.generations or ()),
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

    rates: Mapping[date, float]
    """The rate of every period whose bill has shown it, by its first day."""
    are_known: bool
    """Whether it is known which bills there are: without any there are no rates."""
    energy: float | None
    """The kWh that the last bill is for."""

    @classmethod
    def of(cls, sources: Sources, used: Hours, returned: Hours) -> Self:
        """Read the bills, with the hours that show what their energy stands for."""
        months = _months_with_rates(sources, returned)
        monthly = _monthly_rates(months, sources, used, returned)
        # A bill that is not told now has said what its time cost all the same.
        rates = _untold(sources.known_rates, months) | {
            day: _as_known(rate, sources.known_rates.get(day))
            for day, rate in monthly.items()
        }
        forecast, energy = sources.forecast, None
        if forecast and (last := forecast.last_bill):
            energy = last.usage
            metered = MeteredPeriod.of(
                last.start, forecast.last_billed_day, used, returned
            )
            if energy is not None and metered:
                energy = metered.net(energy)
            known = {month.start for month in sources.months or ()}
            if last.start and (last.start in monthly or last.start not in known):
                if energy and last.charges is not None and last.charges >= 0:
                    rates[last.start] = last.charges / energy
        is_told = sources.months is not None
        return cls(rates=rates, are_known=is_told or bool(rates), energy=energy)


def _as_known(rate: float, known: float | None) -> float:
    """Return the known rate where a month shows the same, but for its rounding."""
    return known if known and abs(rate - known) <= _ROUNDING * known else rate


def _months_with_rates(sources: Sources, returned: Hours) -> Sequence[MonthlyUsage]:
    """Return the months whose rate can be told.

    Where energy is returned, that needs to be known of them.
    """
    if sources.generations is None and any(returned.values()):
        return ()
    return sources.months or ()


def _monthly_rates(
    months: Sequence[MonthlyUsage], sources: Sources, used: Hours, returned: Hours
) -> dict[date, float]:
    """Return the rate of every month whose bill shows it, by its first day.

    With net metering a bill is for what was used less what was returned. Where little
    is left of that, it says nothing of what a kWh costs.
    """
    is_net = _months_are_net(months, used, returned)
    generations = {
        each.month: each.generation or 0.0 for each in sources.generations or ()
    }
    rates: dict[date, float] = {}
    for month in months:
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
    forecast = sources.forecast
    found = (forecast, forecast.last_bill) if forecast else ()
    told: list[_Period] = [*(sources.months or ()), *filter(None, found)]
    starts = {period.start for period in told if period.start}
    known = dict.fromkeys(sources.known_starts)
    return sorted(starts.union(_untold(known, told)))


def _untold[T](known: Mapping[date, T], told: Iterable[_Period]) -> dict[date, T]:
    """Return what was known before of periods that the cloud does not tell of now."""
    spans = [(each.start, each.end or each.start) for each in told if each.start]
    return {
        day: value
        for day, value in known.items()
        if not any(start <= day < max(end, start + _DAY) for start, end in spans)
    }


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
