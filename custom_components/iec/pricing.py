"""What a kWh costs at which hour: the provider's price, or a private supplier's.

All prices are ILS per kWh with VAT. What energy cost in the past is reckoned by the
price that was known then; before the first known one, by that one.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from .api.const import SITE_ZONE
from .const import (
    CONF_DISCOUNT,
    CONF_DISCOUNT_DAYS,
    CONF_DISCOUNT_END,
    CONF_DISCOUNT_START,
    CONF_PRICE,
)

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""In the order of Python's weekdays."""

_SMALLEST_CHANGE: Final = 0.0005

PRICE_OPTIONS: Final = (
    CONF_DISCOUNT,
    CONF_DISCOUNT_DAYS,
    CONF_DISCOUNT_END,
    CONF_DISCOUNT_START,
    CONF_PRICE,
)
"""The options that change the costs of every hour, past ones too."""


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


@dataclass(frozen=True, kw_only=True)
class Pricing:
    """The prices of all hours."""

    prices: Sequence[tuple[date, float]] = ()
    """The first day and the price of each time, in order."""
    fixed: float | None = None
    """What the user pays instead, without the discount."""
    discount: Discount = Discount()

    @classmethod
    def of(cls, options: Mapping[str, Any], prices: Iterable[Sequence[Any]]) -> Pricing:
        """Read the options and the stored prices."""
        return cls(
            prices=sorted((date.fromisoformat(day), price) for day, price in prices),
            fixed=options.get(CONF_PRICE),
            discount=Discount(
                share=options.get(CONF_DISCOUNT, 0.0) / 100,
                start=int(options.get(CONF_DISCOUNT_START, 0)),
                end=int(options.get(CONF_DISCOUNT_END, 24)),
                days=frozenset(
                    WEEKDAYS.index(day)
                    for day in options.get(CONF_DISCOUNT_DAYS, WEEKDAYS)
                ),
            ),
        )

    def at(self, hour: datetime) -> float | None:
        """Return the price at an hour; None if no price is known."""
        base = self.fixed if self.fixed is not None else self._known(hour)
        return None if base is None else base * (1 - self.discount.at(hour))

    def costs(self, hours: Mapping[datetime, float]) -> dict[datetime, float]:
        """Return what the energy of hours cost."""
        found = {hour: self.at(hour) for hour in hours}
        return {
            hour: round(hours[hour] * price, 6)
            for hour, price in found.items()
            if price is not None
        }

    def _known(self, hour: datetime) -> float | None:
        if not self.prices:
            return None
        day = hour.astimezone(SITE_ZONE).date()
        at = bisect_right([since for since, _ in self.prices], day)
        return self.prices[max(0, at - 1)][1]


def with_price(
    prices: Sequence[Sequence[Any]], day: date, price: float | None
) -> Sequence[Sequence[Any]]:
    """Return the stored prices with today's, if it is another one than the last.

    The sources round differently: that is no change.
    """
    if price is None or (prices and abs(prices[-1][1] - price) < _SMALLEST_CHANGE):
        return prices
    today = day.isoformat()
    return [*(known for known in prices if known[0] != today), [today, price]]
