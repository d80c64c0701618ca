"""What the recorder has to hold, reckoned from what a simulated cloud knows.

This shares no code with the integrations: it is what they are checked against.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from math import fsum
from typing import Any, Protocol

HOUR = timedelta(hours=1)
_HALF_HOURS = 2

type Rows = dict[datetime, float]
"""Start of an hour (UTC) -> its amount."""


class Teller(Protocol):
    """Who knows the truth: a simulator, wherever it runs."""

    async def truth(
        self,
        account: str,
        start: datetime,
        end: datetime | None = None,
        *,
        only: str | None = None,
    ) -> dict[str, Any]:
        """Return every series of an account from a time on, until now or a time.

        `only`: the one series that is wanted.
        """


@dataclass(frozen=True)
class Known:
    """What a cloud has told of one series so far."""

    hours: Rows
    periods: dict[tuple[datetime, datetime], float] = field(default_factory=dict)
    """Amounts of longer times (UTC, without the end): bills, mostly."""
    is_mean: bool = False
    """Whether the hours hold means, of which there is no running total."""
    maybe: frozenset[datetime] = frozenset()
    """Hours that may be there already, as Home Assistant's clock goes on."""

    def __or__(self, later: Known) -> Known:
        """Return what is known after a later answer: both, the later one counts."""
        return Known(
            self.hours | later.hours, self.periods | later.periods, later.is_mean
        )

    def times(self, rate: float) -> Known:
        """Return what the hours cost at a rate; periods are not known by that."""
        return Known({hour: rate * amount for hour, amount in self.hours.items()})

    def rows(self) -> Rows:
        """Return the rows: each hour, and what is left of the periods before them.

        That rest stands in the first hour of its period. Where the hours hold more
        than their period there is no rest.
        """
        rows = dict(self.hours)
        for (start, end), amount in self.periods.items():
            known = [value for hour, value in self.hours.items() if start <= hour < end]
            rest = amount - fsum(known)
            if start not in self.hours and (rest >= 5e-4 or not known):
                rows[start] = rest
        return rows


def published(series: Iterable[Mapping[str, Any]]) -> list[tuple[datetime, float]]:
    """Return start (UTC) and value of the intervals that a client can know."""
    return [
        (moment(interval["start"]), interval["value"])
        for interval in series
        if interval["published"]
    ]


def whole_hours(
    intervals: Iterable[tuple[datetime, float]], parts: int = _HALF_HOURS
) -> Rows:
    """Return the hours of which all intervals are known, `parts` of them each."""
    by_hour: defaultdict[datetime, list[float]] = defaultdict(list)
    for start, value in intervals:
        by_hour[start.replace(minute=0)].append(value)
    return {h: fsum(all_) for h, all_ in by_hour.items() if len(all_) == parts}


@lru_cache(maxsize=2**17)
def moment(text: str) -> datetime:
    """Return the time (UTC) of an ISO text: the same ones, again and again."""
    return datetime.fromisoformat(text).astimezone(UTC)
