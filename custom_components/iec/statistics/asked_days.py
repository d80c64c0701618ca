"""Which days of a meter are due: days that miss something, differ, or are still new."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.helpers.marks import is_recent

from .series import StoredDay, hours_of

_DAY: Final = timedelta(days=1)
_SETTLED_AFTER: Final = 7
_TOLERANCE: Final = 0.01
_ASK_AGAIN: Final = (
    (3, timedelta(hours=2)),
    (30, timedelta(hours=12)),
)
"""How long to wait before an incomplete day of that age (days) is asked again."""
_ASK_OLD_AGAIN: Final = timedelta(days=7)
_ASK_REFUSED_AGAIN: Final = timedelta(hours=2)
_COMPLETE_AGAIN: Final = timedelta(hours=24)
_DIFFERING_AGAIN: Final = timedelta(hours=6)


class AskedDays:
    """When each day of a meter's stem was requested, and what came of it."""

    def __init__(self) -> None:
        """Begin with nothing asked."""
        self._asked: dict[tuple[str, date], datetime] = {}
        self._refused: dict[tuple[str, date], datetime] = {}
        """When a day was refused; until it is answered."""

    def note_stored(self, stem: str, days: Iterable[date]) -> None:
        """Note that what days have is stored."""
        now = dt_util.utcnow()
        self._asked |= {(stem, day): now for day in days}

    def note_refused(self, stem: str, day: date) -> None:
        """Note that the service fails for one day."""
        self._refused[stem, day] = dt_util.utcnow()

    def note_answered(self, stem: str, day: date) -> None:
        """Note that it does not, or no more."""
        self._refused.pop((stem, day), None)

    def is_refused(self, stem: str, day: date) -> bool:
        """Return whether the service failed for a day when it was asked last."""
        return (stem, day) in self._refused

    def due(
        self,
        stem: str,
        first: date,
        today: date,
        stored: Mapping[date, StoredDay],
        totals: Mapping[date, float],
    ) -> list[date]:
        """Return the days to request, the latest first.

        `totals`: what the month's list says of days, in kWh.
        """
        due: list[date] = []
        for age in range((today - first).days + 1):
            day = today - age * _DAY
            pause = _pause_of(age, day, stored.get(day), totals.get(day))
            if pause is not None and self._is_due(stem, day, pause):
                due.append(day)
        owed = {day for other, day in self._refused if other == stem} - {*due}
        return due + [day for day in owed if self._is_due(stem, day, timedelta(0))]

    def _is_due(self, stem: str, day: date, pause: timedelta) -> bool:
        key = (stem, day)
        if key in self._refused:
            return not is_recent(self._refused[key], _ASK_REFUSED_AGAIN)
        return key not in self._asked or not is_recent(self._asked[key], pause)


def _pause_of(
    age: int, day: date, stored: StoredDay | None, total: float | None
) -> timedelta | None:
    """Return how long to leave a day alone; None for good."""
    is_complete = stored is not None and stored.hours >= hours_of(day)
    pause = _usual_pause(age, is_complete=is_complete)
    if stored and total is not None and abs(stored.kwh - total) > _TOLERANCE:
        return min(pause or _DIFFERING_AGAIN, _DIFFERING_AGAIN)
    return pause


def _usual_pause(age: int, *, is_complete: bool) -> timedelta | None:
    if is_complete:
        return _COMPLETE_AGAIN if age <= _SETTLED_AFTER else None
    return next(
        (pause for maximum, pause in _ASK_AGAIN if age <= maximum), _ASK_OLD_AGAIN
    )
