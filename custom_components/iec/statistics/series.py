"""The statistics of a meter."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from custom_components.cloud_energy.dashboard.sources import GridSource
from custom_components.cloud_energy.readings import (
    HOUR,
    Reading,
    hourly,
    local_midnight,
)
from custom_components.cloud_energy.recorder.feed import Batch
from custom_components.cloud_energy.recorder.series import Series
from custom_components.iec.api.const import CURRENCY, SITE_ZONE
from custom_components.iec.api.intervals import Interval
from custom_components.iec.calculations.meters import Meter
from custom_components.iec.calculations.pricing import Pricing
from custom_components.iec.const import BRAND, DOMAIN


@dataclass(frozen=True, kw_only=True)
class MeterSeries:
    """The statistics of one meter; the ids are those of the earlier integration."""

    name: str
    consumption: Series
    return_: Series
    cost: Series

    @classmethod
    def of(cls, meter: Meter) -> MeterSeries:
        """Name the statistics."""
        stem = f"{DOMAIN}:iec_meter_{meter.stem.lower()}_energy_"
        name = f"{BRAND} meter {meter.masked}"
        return cls(
            name=f"{BRAND} {meter.masked}",
            consumption=Series.energy(f"{stem}consumption", f"{name} usage"),
            return_=Series.energy(f"{stem}production", f"{name} return"),
            cost=Series.money(f"{stem}est_cost", f"{name} estimated cost", CURRENCY),
        )

    def all_of(self, *, two_way: bool) -> tuple[Series, ...]:
        """Return those that the meter has."""
        both = (self.consumption, self.cost)
        return (*both, self.return_) if two_way else both

    def energy_source(self, *, two_way: bool) -> GridSource:
        """Describe them to the Energy dashboard."""
        return GridSource(
            name=self.name,
            consumption=self.consumption.statistic_id,
            return_=self.return_.statistic_id if two_way else None,
            cost=self.cost.statistic_id,
            series=self.all_of(two_way=two_way),
        )


def consumption_readings(intervals: Iterable[Interval]) -> list[Reading]:
    """Return what was taken from the grid."""
    return _readings(intervals, lambda interval: interval.consumption)


def return_readings(intervals: Iterable[Interval]) -> list[Reading]:
    """Return what was given to the grid, where that is known."""
    return _readings(intervals, lambda interval: interval.return_)


def _readings(
    intervals: Iterable[Interval], value: Callable[[Interval], float | None]
) -> list[Reading]:
    return [
        Reading(interval.start, interval.end, amount)
        for interval in intervals
        if (amount := value(interval)) is not None
    ]


def cost_readings(pricing: Pricing, hours: Mapping[datetime, float]) -> list[Reading]:
    """Return what the energy of hours cost."""
    costs = pricing.costs(hours)
    return [Reading(hour, hour + HOUR, cost) for hour, cost in costs.items()]


def cost_batch(
    series: MeterSeries, consumption: Iterable[Reading], pricing: Pricing
) -> Batch:
    """Return what the whole hours of readings cost."""
    hours = hourly(consumption).complete
    return Batch(series.cost, tuple(cost_readings(pricing, hours)))


def batches_of(
    series: MeterSeries, intervals: Sequence[Interval], pricing: Pricing
) -> list[Batch]:
    """Return what is to be in the recorder of some days."""
    consumption = consumption_readings(intervals)
    found = (
        Batch(series.consumption, tuple(consumption)),
        Batch(series.return_, tuple(return_readings(intervals))),
        cost_batch(series, consumption, pricing),
    )
    return [batch for batch in found if batch.readings]


@dataclass(frozen=True)
class StoredDay:
    """What is stored of a local day."""

    hours: int
    kwh: float


def stored_days(hours: Mapping[datetime, float]) -> dict[date, StoredDay]:
    """Sum stored hours up by local day."""
    days: dict[date, StoredDay] = {}
    for hour, kwh in hours.items():
        day = hour.astimezone(SITE_ZONE).date()
        known = days.get(day, StoredDay(0, 0.0))
        days[day] = StoredDay(known.hours + 1, known.kwh + kwh)
    return days


def hours_of(day: date) -> int:
    """Return how many hours a local day has."""
    following = date.fromordinal(day.toordinal() + 1)
    length = local_midnight(following, SITE_ZONE) - local_midnight(day, SITE_ZONE)
    return length // HOUR
