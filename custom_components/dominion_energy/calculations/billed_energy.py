"""What the energy of a bill stands for (pure functions).

The portal does not say whether it is all that a net-metered home used, or that less
what it returned (wire 4.3, 4.5). Where the hours of the period are known, they show it.
All energies are kWh.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import fsum
from typing import Self

from custom_components.cloud_energy.prices.bill_check import Days
from custom_components.cloud_energy.readings import HOUR
from custom_components.dominion_energy.api.const import SITE_ZONE

type Hours = Mapping[datetime, float]


@dataclass(frozen=True, kw_only=True)
class MeteredPeriod:
    """What was metered in a whole billing period."""

    used: float
    returned: float

    @classmethod
    def of(
        cls, first: date | None, last: date | None, used: Hours, returned: Hours
    ) -> Self | None:
        """Add up the hours from the first to the last day; None if any are missing."""
        days = Days.of(first, last)
        if days is None:
            return None
        start, end = days.times(SITE_ZONE)
        hours = [hour for hour in used if start <= hour < end]
        # The hour that comes twice in autumn is one in the portal's files.
        if len(hours) < (end - start) // HOUR - 1:
            return None
        return cls(
            used=fsum(used[hour] for hour in hours),
            returned=fsum(returned.get(hour, 0.0) for hour in hours),
        )

    def is_all_used(self, billed: float) -> bool:
        """Return whether a billed energy is all that was used."""
        net = max(0.0, self.used - self.returned)
        return abs(billed - self.used) < abs(billed - net)

    def net(self, billed: float) -> float:
        """Return what of a billed energy is to be paid for."""
        if self.is_all_used(billed):
            return max(0.0, billed - self.returned)
        return billed
