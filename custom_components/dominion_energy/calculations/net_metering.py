"""What a net-metered home gets for what it returns (pure functions).

The utility bills what a home used less what it returned, by billing period. The cost
statistic is that of all that was used, so the difference is a statistic of its own: in
each hour what the returned energy takes off the bill. A surplus of a whole period takes
off nothing.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from custom_components.cloud_energy.readings import local_midnight
from custom_components.dominion_energy.api.const import SITE_ZONE

from .tariffs import Tariff


def compensations(
    tariff: Tariff,
    consumption: Mapping[datetime, float],
    returned: Mapping[datetime, float],
    period_starts: Sequence[date],
) -> dict[datetime, float]:
    """Return what each hour takes off the bill, in USD.

    Hours of a period whose beginning is not known have none: how much of it is left to
    be set off is not known either.
    """
    credited = credited_energy(consumption, returned, period_starts)
    costs = tariff.costs(consumption)
    net = {hour: kwh - credited.get(hour, 0.0) for hour, kwh in consumption.items()}
    net_costs = tariff.costs(net)
    found: dict[datetime, float] = {}
    open_amount = 0.0
    for hour in sorted(costs.keys() & credited.keys()):
        # Where tiers differ, a single hour may cost less than without its return.
        open_amount += costs[hour] - net_costs[hour]
        found[hour] = max(0.0, open_amount)
        open_amount -= found[hour]
    return found


def credited_energy(
    consumption: Mapping[datetime, float],
    returned: Mapping[datetime, float],
    period_starts: Sequence[date],
) -> dict[datetime, float]:
    """Return the returned kWh that each hour sets off against what was used."""
    starts = [
        local_midnight(day, SITE_ZONE)
        for day in period_starts or _months(hour for hour in consumption)
    ]
    known_since = min(consumption, default=None)
    found: dict[datetime, float] = {}
    period, surplus, used = -1, 0.0, 0.0
    for hour in sorted(consumption):
        at = bisect_right(starts, hour) - 1
        if at < 0 or known_since is None or starts[at] < known_since:
            continue
        if at != period:
            period, surplus, used = at, 0.0, 0.0
        surplus += returned.get(hour, 0.0)
        used += consumption[hour]
        found[hour] = min(surplus, used)
        surplus, used = surplus - found[hour], used - found[hour]
    return found


def _months(hours: Iterable[datetime]) -> list[date]:
    return sorted({hour.astimezone(SITE_ZONE).date().replace(day=1) for hour in hours})
