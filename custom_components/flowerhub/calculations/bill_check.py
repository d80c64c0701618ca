"""What the metered energy of a month costs by the prices of its invoice (pure functions).

The portal publishes no tariff, but each invoice names its prices and volumes, and apart
from that the volumes that were metered (wire 4.6, 4.7). The names of the lines are not
known: those of energy are told by their volume and their price. All amounts are SEK.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import fsum
from typing import Final, Self

from custom_components.cloud_energy.prices.bill_check import Charges, Metered
from custom_components.cloud_energy.readings import local_month
from custom_components.flowerhub.api.const import SITE_ZONE
from custom_components.flowerhub.api.models import Invoice, InvoiceLine

from .billing import BilledMonth

_HIGHEST_PRICE: Final = 10.0
"""SEK that no kWh costs; a month's fee or a kW of the battery is more."""
_FURTHEST: Final = 5.0
"""By which factor a billed volume may be wrong; one of a fee or of kW is further off."""


@dataclass(frozen=True, kw_only=True)
class SiteBill:
    """The invoice of a site that consumes, and what was metered there."""

    month: date
    """Its first day."""
    total: float
    lines: tuple[InvoiceLine, ...]
    metered: BilledMonth

    @classmethod
    def latest(
        cls, invoices: Sequence[Invoice], sites: Mapping[str, Sequence[BilledMonth]]
    ) -> Self | None:
        """Find the one of the latest month; None if there is nothing to compare.

        A credit for an invoice, or one of a fee, does not take the place of that which
        has the energy.

        :param invoices: the latest first
        :param sites: the months of those that consume
        """
        month = invoices[0].month if invoices else None
        of_month = [each for each in invoices if month and each.month == month]
        found = [bill for each in of_month if (bill := cls._in(each, sites))]
        with_energy = (each for each in found if each.energy is not None)
        return next(with_energy, found[0] if found else None)

    @classmethod
    def _in(
        cls, invoice: Invoice, sites: Mapping[str, Sequence[BilledMonth]]
    ) -> Self | None:
        for own in invoice.site_invoices or [invoice]:
            months = sites.get(own.site_id or invoice.site_id, ())
            metered = next((e for e in months if e.month == invoice.month), None)
            if metered and own.total is not None:
                return cls(
                    month=metered.month,
                    total=own.total,
                    lines=tuple(own.lines),
                    metered=metered,
                )
        return None

    @property
    def times(self) -> tuple[datetime, datetime]:
        """Start and end of the month in UTC."""
        return local_month(self.month, SITE_ZONE)

    @property
    def amount(self) -> float:
        """What the site has to pay, before what the battery earned is taken off."""
        return round(self.total - fsum(self._others(credits_only=True)), 2)

    @property
    def energy(self) -> float | None:
        """The billed kWh; None if no line is of energy."""
        return max((each.volume or 0 for each in self._of_energy), default=None)

    def charges(self, metered: Metered) -> Charges | None:
        """Return what the metered energy costs; None if the prices are not known."""
        prices = [_price(each) or 0 for each in self._of_energy]
        if not prices:
            return None
        fixed = fsum(self._others(credits_only=False))
        return Charges(
            total=fsum(prices) * metered.net + fixed, fixed=fixed, is_complete=True
        )

    @property
    def _of_energy(self) -> list[InvoiceLine]:
        return [each for each in self.lines if self._is_of_energy(each)]

    def _is_of_energy(self, line: InvoiceLine) -> bool:
        price, volume, metered = _price(line), line.volume, self.metered.volume
        if price is None or not volume or volume < 0 or abs(price) > _HIGHEST_PRICE:
            return False
        return metered / _FURTHEST <= volume <= metered * _FURTHEST

    def _others(self, *, credits_only: bool) -> Iterable[float]:
        for line in self.lines:
            amount = line.amount or 0
            if not self._is_of_energy(line) and (amount < 0) is credits_only:
                yield amount


def _price(line: InvoiceLine) -> float | None:
    """Return what a unit costs: by the amount, whatever unit the price is in."""
    if line.amount is not None and line.volume:
        return line.amount / line.volume
    return line.price
