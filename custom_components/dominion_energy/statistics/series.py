"""The meter's readings, and what they cost, as statistics."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from custom_components.cloud_energy.dashboard.sources import GridSource
from custom_components.cloud_energy.readings import HOUR, Reading, local_midnight
from custom_components.cloud_energy.recorder.feed import Batch
from custom_components.cloud_energy.recorder.series import Series, branded
from custom_components.dominion_energy.api.const import SITE_ZONE
from custom_components.dominion_energy.api.intervals import HALF_HOUR, IntervalUsage
from custom_components.dominion_energy.api.models import MonthlyGeneration, MonthlyUsage
from custom_components.dominion_energy.const import CURRENCY, DOMAIN, MANUFACTURER

_DAY = timedelta(days=1)
_USUAL_GAP = timedelta(days=3)


def _energy(statistic_id: str, name: str) -> Series:
    """Describe what the workbook tells of: it has a column for each time of a clock."""
    return Series.energy(statistic_id, name, wall_clock=SITE_ZONE)


@dataclass(frozen=True, kw_only=True)
class MeterSeries:
    """The statistics of one meter."""

    name: str
    consumption: Series
    return_: Series
    cost: Series
    compensation: Series
    """What the returned energy takes off the bill."""

    @classmethod
    def of(cls, prefix: str, name: str) -> MeterSeries:
        """Name the statistics; the prefix stays the same when the meter changes."""
        stem, name = f"{DOMAIN}:{prefix}_energy_", branded(MANUFACTURER, name)
        return cls(
            name=name,
            consumption=_energy(f"{stem}consumption", f"{name} usage"),
            return_=_energy(f"{stem}generation", f"{name} return"),
            cost=Series.money(f"{stem}cost", f"{name} cost", CURRENCY),
            compensation=Series.money(
                f"{stem}compensation", f"{name} compensation", CURRENCY
            ),
        )

    def energy_source(self, *, returns: bool) -> GridSource:
        """Describe them to the Energy dashboard."""
        return GridSource(
            name=self.name,
            consumption=self.consumption.statistic_id,
            return_=self.return_.statistic_id if returns else None,
            cost=self.cost.statistic_id,
            compensation=self.compensation.statistic_id if returns else None,
            series=(
                self.consumption,
                self.cost,
                *((self.return_, self.compensation) if returns else ()),
            ),
        )


@dataclass(frozen=True, kw_only=True)
class BilledMonth:
    """A billed period in UTC, with what is known of it."""

    start: datetime
    end: datetime
    consumption: float | None
    generation: float | None
    cost: float | None

    def reading(self, value: float | None) -> list[Reading]:
        """Return the period's reading of a value; none if it is unknown."""
        return [] if value is None else [Reading(self.start, self.end, value)]


def interval_readings(
    intervals: Iterable[IntervalUsage],
    days: Collection[date],
    value: Callable[[IntervalUsage], float | None],
) -> list[Reading]:
    """Return the readings of the days that count; blanks stay gaps."""
    return [
        Reading(interval.start, interval.start + HALF_HOUR, amount)
        for interval in intervals
        if interval.day in days and (amount := value(interval)) is not None
    ]


def billed_months(
    usages: Iterable[MonthlyUsage], generations: Iterable[MonthlyGeneration]
) -> list[BilledMonth]:
    """Bring the monthly answers together, in order of time.

    The service does not say whether a period's last day belongs to it: where the
    next period follows, its first day shows it.
    """
    by_start = {usage.start: usage for usage in usages if usage.start}
    ordered = [by_start[start] for start in sorted(by_start)]
    generated = {entry.month: entry.generation for entry in generations}
    ends = [_end(usage, later) for usage, later in pairwise([*ordered, None])]
    return [
        BilledMonth(
            start=local_midnight(usage.start, SITE_ZONE),
            end=local_midnight(end, SITE_ZONE),
            consumption=usage.consumption,
            generation=generated.get(usage.month) if usage.month else None,
            cost=usage.amount,
        )
        for usage, end in zip(ordered, ends, strict=True)
        if usage.start and end and end > usage.start
    ]


def _end(usage: MonthlyUsage | None, later: MonthlyUsage | None) -> date | None:
    """Return the first day that no longer belongs to the period."""
    if usage is None or usage.end is None:
        return None
    if later and later.start and abs(later.start - usage.end) <= _USUAL_GAP:
        return later.start
    return usage.end + _DAY


def meter_batches(
    series: MeterSeries,
    *,
    consumption: Sequence[Reading],
    return_: Sequence[Reading],
    costs: Mapping[datetime, float],
    compensations: Mapping[datetime, float],
    months: Sequence[BilledMonth],
) -> list[Batch]:
    """Return what is to be in the recorder, with months before the half hours."""
    first = min((reading.start for reading in consumption), default=None)
    old = [month for month in months if first is None or month.start < first]
    batches = [
        _batch(series.consumption, consumption, old, lambda month: month.consumption),
        _batch(series.cost, _hourly(costs), old, lambda month: month.cost),
        # The bill of an old month is already less what was returned.
        Batch(series.compensation, tuple(_hourly(compensations))),
    ]
    returns = _batch(series.return_, return_, old, lambda month: month.generation)
    if any(reading.value for reading in returns.readings):
        batches.append(returns)
    return [batch for batch in batches if batch.readings]


def _hourly(amounts: Mapping[datetime, float]) -> list[Reading]:
    return [Reading(hour, hour + HOUR, amount) for hour, amount in amounts.items()]


def _batch(
    series: Series,
    readings: Iterable[Reading],
    months: Iterable[BilledMonth],
    value: Callable[[BilledMonth], float | None],
) -> Batch:
    old = [reading for month in months for reading in month.reading(value(month))]
    return Batch(series, (*old, *readings))
