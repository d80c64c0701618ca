"""What a private supplier takes off the price at certain hours."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from custom_components.iec.api.const import SITE_ZONE

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""In the order of Python's weekdays."""


@dataclass(frozen=True, kw_only=True)
class Discount:
    """What a private supplier takes off at certain hours."""

    share: float = 0.0
    """Of the price, 0 to 1."""
    start: int = 0
    end: int = 24
    """Local full hours; the end is not included and may lie behind midnight."""
    days: frozenset[int] = frozenset(range(7))
    """Weekdays on which the hours begin, 0 is Monday."""

    def at(self, hour: datetime) -> float:
        """Return the share that is taken off at an hour."""
        local = hour.astimezone(SITE_ZONE)
        day, at = local.weekday(), local.hour
        if self.start < self.end:
            inside = self.start <= at < self.end
        else:
            inside = at >= self.start or at < self.end
            # What is behind midnight belongs to the evening before.
            day = (day - 1) % 7 if inside and at < self.start else day
        return self.share if inside and day in self.days else 0.0
