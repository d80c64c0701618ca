"""What the metered energy of a billing period costs (pure functions)."""

from dataclasses import dataclass
from datetime import timedelta
from math import fsum

from custom_components.cloud_energy.prices.bill_check import Charges, Days, Metered
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

    def charges(self, metered: Metered, period: Days) -> Charges | None:
        """Return what all hours of a period cost; None if a price is not known."""
        costs = self.pricing.costs(metered.used)
        if self.buys_back or costs.keys() != metered.used.keys():
            return None
        length = (period.end - period.first) // _DAY
        days = [period.first + at * _DAY for at in range(length)]
        fixed = fixed_charges(self.tariffs, self.connection, days)
        return Charges(
            total=fsum(costs.values()) + fixed.total,
            fixed=fixed.total if fixed.is_complete else None,
            is_complete=fixed.is_complete,
        )
