"""What electricity costs (wire 8): one set of rates behind the public pages and the bills."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Final

from .customers import Contract
from .dates import DAY, days

POWER_SIZES: Final = {
    "1X6": 1.39,
    "1X25": 5.77,
    "1X40": 9.24,
    "3X25": 17.32,
    "3X40": 27.71,
    "3X63": 43.65,
}
"""Connection -> kVA."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Rates in ILS. Those of energy are without VAT, all others with it; `distribution` and `delivery` are per month.

    :param home: per kWh, :param vat: percent, :param kva: per kVA and year
    """

    home: float = 0.5425
    vat: float = 18.0
    kva: float = 6.12
    distribution_1: float = 12.98
    distribution_3: float = 18.17
    delivery_1: float = 8.74
    delivery_3: float = 12.61

    @property
    def kwh(self) -> float:
        """Per kWh, with VAT."""
        return self.home * (1 + self.vat / 100)

    def without_vat(self, amount: float) -> float:
        """An amount less the VAT in it."""
        return amount / (1 + self.vat / 100)


class Tariff:
    """The rates of today; bills that were made keep those of their day."""

    def __init__(self) -> None:
        """Start with the usual ones."""
        self.rates = Rates()

    def energy_cost(self, wh: int) -> float:
        """ILS with VAT."""
        return wh / 1000 * self.rates.kwh

    def fixed_cost(self, contract: Contract, first: date, last: date) -> float:
        """ILS with VAT of capacity, distribution and supply; both days inclusive (wire 8.5)."""
        rates, kva = self.rates, POWER_SIZES[contract.connection]
        monthly = (
            rates.distribution_3 + rates.delivery_3
            if contract.phases == 3
            else rates.distribution_1 + rates.delivery_1
        )
        return sum(
            kva * rates.kva / 365 + monthly / monthrange(day.year, day.month)[1]
            for day in days(first, last + DAY)
        )
