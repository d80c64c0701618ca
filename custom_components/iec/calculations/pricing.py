"""What a kWh costs at which hour: the provider's price, or a private supplier's.

All prices are ILS per kWh with VAT. What energy cost in the past is calculated by the
price that was known then; before the first known one, by that one.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from custom_components.cloud_energy.prices.price_plans import PricePlans
from custom_components.iec.api.const import SITE_ZONE
from custom_components.iec.const import (
    CONF_DISCOUNT,
    CONF_DISCOUNT_DAYS,
    CONF_DISCOUNT_END,
    CONF_DISCOUNT_START,
    CONF_OFF_PEAK_PRICE,
    CONF_PEAK_PRICE,
    CONF_PRICE,
    CONF_SHOULDER_PRICE,
    CONF_SUPPLIER_PLAN,
)

from .discount import WEEKDAYS, Discount
from .load_classes import OFF_PEAK, PEAK, SHOULDER, LoadClasses
from .supplier_plans import SUPPLIER_PLANS

_SMALLEST_CHANGE: Final = 0.0005

PRICE_OPTIONS: Final = (
    CONF_DISCOUNT,
    CONF_DISCOUNT_DAYS,
    CONF_DISCOUNT_END,
    CONF_DISCOUNT_START,
    CONF_OFF_PEAK_PRICE,
    CONF_PEAK_PRICE,
    CONF_PRICE,
    CONF_SHOULDER_PRICE,
    CONF_SUPPLIER_PLAN,
)
"""The options that make up a price."""

_CLASS_PRICES: Final = {
    PEAK: CONF_PEAK_PRICE,
    SHOULDER: CONF_SHOULDER_PRICE,
    OFF_PEAK: CONF_OFF_PEAK_PRICE,
}


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What the user pays, by the options of one time."""

    fixed: float | None = None
    """In place of the provider's price, without the discount."""
    by_class: Mapping[int, float] = field(default_factory=dict)
    """The prices of the time-of-use tariff."""
    discount: Discount = field(default_factory=Discount)

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Terms:
        """Read price and discount from the options."""
        return cls(
            fixed=options.get(CONF_PRICE),
            by_class={
                load_class: options[key]
                for load_class, key in _CLASS_PRICES.items()
                if options.get(key) is not None
            },
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

    @classmethod
    def dated(cls, options: Mapping[str, Any], since: date) -> list[tuple[date, Terms]]:
        """Return what counts from a day on, and what the plan by name changes later."""
        own = cls.of(options)
        plan = SUPPLIER_PLANS.get(options.get(CONF_SUPPLIER_PLAN, ""))
        if plan is None:
            return [(since, own)]
        first = _since(plan.terms, since) or own.discount
        later = [(day, discount) for day, discount in plan.terms if day > since]
        if since < plan.terms[0][0]:
            later = later[1:]
        return [
            (day, replace(own, discount=discount))
            for day, discount in ((since, first), *later)
        ]


@dataclass(frozen=True, kw_only=True)
class Pricing:
    """The prices of all hours."""

    prices: Sequence[tuple[date, float]] = ()
    """The first day and the provider's price of each time, in order."""
    terms: Sequence[tuple[date, Terms]] = ((date.min, Terms()),)
    """The same of what the user pays; the first one counts from ever."""
    load_classes: LoadClasses | None = None
    """Of a contract that is billed by time of use: the flat price is not for it."""

    @classmethod
    def of(
        cls,
        plans: PricePlans,
        prices: Iterable[Sequence[Any]],
        load_classes: LoadClasses | None = None,
    ) -> Pricing:
        """Read what was chosen, and the stored prices."""
        return cls(
            prices=sorted((date.fromisoformat(day), price) for day, price in prices),
            terms=_dated_terms(plans),
            load_classes=load_classes,
        )

    @property
    def fixed(self) -> float | None:
        """What the user pays now in place of the provider's price."""
        return self.terms[-1][1].fixed

    def at(self, hour: datetime) -> float | None:
        """Return the price at an hour; None if no price is known."""
        day = hour.astimezone(SITE_ZONE).date()
        terms = _since(self.terms, day)
        base = self._base(terms, hour, day) if terms else None
        if terms is None or base is None:
            return None
        return base * (1 - terms.discount.at(hour))

    @property
    def changed_on(self) -> list[date]:
        """The days from which on another price counts than before."""
        # Before the first known price that one counts.
        return [day for dated in (self.prices[1:], self.terms[1:]) for day, _ in dated]

    def costs(self, hours: Mapping[datetime, float]) -> dict[datetime, float]:
        """Return what the energy of hours cost."""
        found = {hour: self.at(hour) for hour in hours}
        return {
            hour: round(hours[hour] * price, 6)
            for hour, price in found.items()
            if price is not None
        }

    def _base(self, terms: Terms, hour: datetime, day: date) -> float | None:
        """Return the price without a discount."""
        if self.load_classes is not None:
            load_class = self.load_classes.at(hour)
            found = None if load_class is None else terms.by_class.get(load_class)
            return terms.fixed if found is None else found
        return _since(self.prices, day) if terms.fixed is None else terms.fixed


def _dated_terms(plans: PricePlans) -> list[tuple[date, Terms]]:
    """Return the terms of all times: what was chosen, and how plans have changed."""
    spans = plans.spans()
    ends = [day for day, _ in spans[1:]]
    return [
        (day, terms)
        for (since, options), end in zip(spans, [*ends, date.max], strict=True)
        for day, terms in Terms.dated(options, since)
        if day < end
    ]


def _since[T](dated: Sequence[tuple[date, T]], day: date) -> T | None:
    """Return what counts on a day; before the first, that one."""
    at = bisect_right([since for since, _ in dated], day)
    return dated[max(0, at - 1)][1] if dated else None


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
