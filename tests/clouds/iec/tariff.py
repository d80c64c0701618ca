"""What electricity costs (sheet 8): one set of rates behind the public pages and the bills."""

from calendar import monthrange
from datetime import date
from typing import Final

from .customers import Contract
from .dates import DAY, days

HOME_RATE: Final = 0.5425
"""ILS per kWh without VAT."""
VAT: Final = 18.0
KWH_RATE: Final = HOME_RATE * (1 + VAT / 100)
KVA_RATE: Final = 6.12
"""ILS per kVA and year, with VAT."""
DISTRIBUTION: Final = {1: 12.98, 3: 18.17}
"""ILS per month by phases, with VAT."""
DELIVERY: Final = {1: 8.74, 3: 12.61}
"""The same for supply."""
POWER_SIZES: Final = {
    "1X6": 1.39,
    "1X25": 5.77,
    "1X40": 9.24,
    "3X25": 17.32,
    "3X40": 27.71,
    "3X63": 43.65,
}
"""Connection -> kVA."""


def energy_cost(wh: int) -> float:
    """ILS with VAT."""
    return wh / 1000 * KWH_RATE


def fixed_cost(contract: Contract, first: date, last: date) -> float:
    """ILS with VAT of capacity, distribution and supply; both days inclusive (sheet 8.5)."""
    kva = POWER_SIZES[contract.connection]
    monthly = DISTRIBUTION[contract.phases] + DELIVERY[contract.phases]
    return sum(
        kva * KVA_RATE / 365 + monthly / monthrange(day.year, day.month)[1]
        for day in days(first, last + DAY)
    )
