"""Rates by time of use: what a kWh costs now, and from when on it costs something else."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from custom_components.emporia.api.models import RatePeriod, RatePlan

_WEEKEND = (5, 6)
_DAYS_AHEAD = 9


@dataclass(frozen=True, kw_only=True)
class Rate:
    """The rate of a moment, in the home's currency per kWh."""

    plan: str
    cost: float
    kind: str
    """As the cloud calls the period, such as `OffPeak`."""
    next_change: datetime | None = None
    """When the next other cost begins (UTC); None if there is none within a week."""
    next_cost: float | None = None


def rate_at(plan: RatePlan, moment: datetime, zone: tzinfo) -> Rate | None:
    """Return the rate of a moment; None where the plan has none for it."""
    now = _period_at(plan, moment.astimezone(zone))
    if now is None or now.cost is None:
        return None
    for begin in beginnings(plan, moment.astimezone(zone).date(), zone):
        if begin <= moment:
            continue
        period = _period_at(plan, begin.astimezone(zone))
        if period and period.cost is not None and period.cost != now.cost:
            return Rate(
                plan=plan.name,
                cost=now.cost,
                kind=now.kind,
                next_change=begin,
                next_cost=period.cost,
            )
    return Rate(plan=plan.name, cost=now.cost, kind=now.kind)


def price_at(plan: RatePlan, moment: datetime, zone: tzinfo) -> float | None:
    """Return what a kWh costs at a moment; None where the plan has no price."""
    period = _period_at(plan, moment.astimezone(zone))
    return period.cost if period else None


def _period_at(plan: RatePlan, local: datetime) -> RatePeriod | None:
    clock = local.time().replace(second=0, microsecond=0)
    periods = _of_day(plan, local.date())
    return next((each for each in periods if _holds(each, clock)), None)


def _of_day(plan: RatePlan, day: date) -> list[RatePeriod]:
    return plan.weekend if day.weekday() in _WEEKEND else plan.weekday


def _holds(period: RatePeriod, clock: time) -> bool:
    """Return whether a period holds a minute; it may continue over midnight."""
    start, end = period.start, period.end
    if start is None or end is None or start == end:
        return True
    if start < end:
        return start <= clock < end
    return clock >= start or clock < end


def beginnings(plan: RatePlan, first: date, zone: tzinfo) -> Iterator[datetime]:
    """Yield, in order, when periods of this and the next days begin (UTC).

    What the clock shows twice when it goes back begins twice.
    """
    for days in range(_DAYS_AHEAD):
        day = first + timedelta(days=days)
        clocks = {time(0), *_clocks(_of_day(plan, day))}
        yield from sorted(
            {
                datetime.combine(day, clock.replace(fold=fold), zone).astimezone(UTC)
                for clock in clocks
                for fold in (0, 1)
            }
        )


def _clocks(periods: Iterable[RatePeriod]) -> Iterator[time]:
    for period in periods:
        if period.start is not None:
            yield period.start
        if period.end is not None:
            yield period.end
