"""Which hours are peak hours of the time-of-use tariff, as the cloud's answers show.

The windows of the tariff are the same on all days of one weekday in one month.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from custom_components.iec.api.const import SITE_ZONE

PEAK: Final = 1
SHOULDER: Final = 2
OFF_PEAK: Final = 3
"""What the numbers probably mean (wire 5.13)."""

_UNKNOWN: Final = "-"
_DAY: Final = _UNKNOWN * 24


@dataclass(frozen=True)
class LoadClasses:
    """The load class of every hour of a week, month by month."""

    known: Mapping[str, str] = field(default_factory=dict)
    """`<month>-<weekday>` (Monday is 0) -> a digit for each local hour; JSON."""

    def learned(self, rows: Iterable[tuple[datetime, int]]) -> LoadClasses:
        """Return them with what an answer shows; the same object if nothing is new."""
        found = dict(self.known)
        for start, load_class in rows:
            local = start.astimezone(SITE_ZONE)
            if 0 <= load_class <= 9:
                day = found.get(_key(local), _DAY)
                found[_key(local)] = (
                    f"{day[: local.hour]}{load_class}{day[local.hour + 1 :]}"
                )
        return self if found == self.known else LoadClasses(found)

    def at(self, hour: datetime) -> int | None:
        """Return the class of an hour; None if no answer has shown it."""
        local = hour.astimezone(SITE_ZONE)
        found = self.known.get(_key(local), _DAY)[local.hour]
        return None if found == _UNKNOWN else int(found)


def _key(local: datetime) -> str:
    return f"{local.month}-{local.weekday()}"
