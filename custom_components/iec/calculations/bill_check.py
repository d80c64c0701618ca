"""What the metered energy of a billing period costs (pure functions)."""

from dataclasses import dataclass
from datetime import date, timedelta
from math import fsum

from custom_components.cloud_energy.prices.bill_check import Charges, Metered
from custom_components.iec.api.models.device import ConnectionSize
from custom_components.iec.api.tariffs import Tariffs

from .estimate import fixed_charges
from .pricing import Pricing

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class BillTariff:
    """What a contract's bill is made of; amounts are ILS with VAT."""

    pricing: Pricing
    tariffs: Tariffs
    connection: ConnectionSize | None
    buys_back: bool
    """Whether the home returns energy, of which nobody publishes the price."""

    def charges(self, metered: Metered, start: date, end: date) -> Charges | None:
        """Return what all hours of a period cost; None if a price is not known.

        :param start: its first day
        :param end: the first day that no longer belongs to it
        """
        costs = self.pricing.costs(metered.used)
        if self.buys_back or costs.keys() != metered.used.keys():
            return None
        days = [start + at * _DAY for at in range((end - start) // _DAY)]
        fixed = fixed_charges(self.tariffs, self.connection, days)
        return Charges(
            total=fsum(costs.values()) + fixed.total,
            fixed=fixed.total if fixed.is_complete else None,
            is_complete=fixed.is_complete,
        )
