"""How far an import is, what it waits for, and when it is likely to be done."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from homeassistant.util import dt as dt_util

_DAYS: Final = (3, 2, 1)
"""Over how many days the pace is measured: whole ones, as requests are per day."""
_DAY: Final = timedelta(days=1)
_NEARLY: Final = timedelta(hours=1)
_SAMPLE_EVERY: Final = timedelta(minutes=30)
_FAR: Final = timedelta(days=100 * 365)
"""An end so far away is none: the pace of three days does not tell it."""


class WaitsFor(StrEnum):
    """What has to happen before the import continues."""

    NOTHING = "nothing"
    """It is at work, or all is there."""
    REQUESTS = "requests"
    """Those of today are needed for the polls."""
    PROVIDER = "provider"
    """It has not given what was requested."""
    DATABASE = "database"
    """The recorder can't store it for now."""


@dataclass(frozen=True)
class Outlook:
    """What is known of an import after its last run."""

    waits_for: WaitsFor = WaitsFor.NOTHING
    likely_done: date | None = None
    """In Home Assistant's time zone; None while it is unknown, and once it is done."""


class ImportPace:
    """Learns from the days so far how long the rest will take."""

    def __init__(self) -> None:
        """Begin with nothing known."""
        self._samples: list[tuple[datetime, float]] = []

    def note(self, now: datetime, left: float) -> None:
        """Take how much is left, in any unit that stays the same."""
        if self._samples and now < self._samples[-1][0] + _SAMPLE_EVERY:
            return
        oldest = now - _DAYS[0] * _DAY - _NEARLY
        self._samples = [each for each in self._samples if each[0] >= oldest]
        self._samples.append((now, left))

    def likely_done(self, now: datetime, left: float) -> datetime | None:
        """Return when nothing will be left; None if the pace is not known."""
        for days in _DAYS:
            then = now - days * _DAY
            at, before = min(
                self._samples,
                key=lambda sample: abs(sample[0] - then),
                default=(now, left),
            )
            if abs(at - then) <= _NEARLY and before > left > 0:
                rest = left / (before - left)
                return now + (now - at) * rest if rest < _FAR / (now - at) else None
        return None


def local_date(at: datetime | None) -> date | None:
    """Return the day of a time in Home Assistant's time zone."""
    return None if at is None else dt_util.as_local(at).date()
