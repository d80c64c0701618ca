"""Prices that users set, each for its time.

A price counts from its day on: what was paid before stays what it was. The options of
an entry hold what counts now, its data what counted earlier. Nothing here knows of
Home Assistant.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self

type Prices = Mapping[str, Any]
"""The options that make up a price."""
type StoredPlans = Sequence[Mapping[str, Any]]
"""JSON: `until` (ISO day, not included) and `prices` of each, in order of time."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class PricePlans:
    """The prices of all days."""

    earlier: Sequence[tuple[date, Prices]] = ()
    """The first day without them, and the prices; in order of time."""
    current: Prices

    @classmethod
    def read(cls, options: Prices, keys: Iterable[str], earlier: StoredPlans) -> Self:
        """Read what an entry has: its options, of which `keys` are prices."""
        return cls(
            earlier=[
                (date.fromisoformat(each["until"]), each["prices"]) for each in earlier
            ],
            current={key: options[key] for key in keys if key in options},
        )

    def stored_earlier(self) -> list[dict[str, Any]]:
        """Return the earlier prices as an entry stores them."""
        return [
            {"until": until.isoformat(), "prices": dict(prices)}
            for until, prices in self.earlier
        ]

    def at(self, day: date) -> Prices:
        """Return what counts on a day."""
        return next((p for until, p in self.earlier if day < until), self.current)

    def spans(self) -> list[tuple[date, Prices]]:
        """Return the first day and the prices of each time, in order."""
        starts = [date.min, *(until for until, _ in self.earlier)]
        return list(
            zip(starts, [*(p for _, p in self.earlier), self.current], strict=True)
        )

    def changed(self, prices: Prices, since: date) -> Self:
        """Return them with other prices from a day on, whatever was to count then."""
        kept = [(until, p) for until, p in self.earlier if until < since]
        before = self.at(since - _DAY) if since > date.min else prices
        if before != prices and since > date.min:
            kept.append((since, before))
        return type(self)(earlier=kept, current=prices)

    def first_change(self, before: PricePlans) -> date | None:
        """Return the first day on which something else counts than before, if any."""
        days = sorted({day for plans in (self, before) for day, _ in plans.spans()})
        return next((day for day in days if self.at(day) != before.at(day)), None)
