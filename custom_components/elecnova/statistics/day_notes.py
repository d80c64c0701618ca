"""What diagnostics report on the days that were read."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from .series import PvDay

_MAX_MISMATCHES: Final = 31

type _Key = tuple[str, date]
"""The serial of an inverter, and a day."""


@dataclass
class DayNotes:
    """Where points and totals of finished days differ, and what came of it."""

    mismatches: dict[_Key, tuple[float, float]] = field(default_factory=dict)
    """The kWh of the points and of the total, of the latest days that differ."""
    completed: dict[_Key, int] = field(default_factory=dict)
    """The number of hours that have lost points, and are whole by the day's total."""

    def note(self, found: PvDay, now: datetime) -> None:
        """Look at a day that was read."""
        key = (found.inverter.sn, found.day)
        self.mismatches.pop(key, None)
        self.completed.pop(key, None)
        if not found.points or found.total is None or found.span[1] > now:
            return
        if not found.agrees:
            self.mismatches[key] = (found.measured, found.total)
        if hours := found.completed_hours:
            self.completed[key] = hours
        while len(self.mismatches) > _MAX_MISMATCHES:
            del self.mismatches[min(self.mismatches, key=lambda each: each[1])]

    @property
    def diagnostics(self) -> dict[str, Any]:
        """Return them without serials."""
        return {
            "days_that_differ_from_their_total": [
                {"day": day.isoformat(), "measured": measured, "total": total}
                for (_, day), (measured, total) in self.mismatches.items()
            ],
            "hours_completed_by_their_day": sum(self.completed.values()),
        }
