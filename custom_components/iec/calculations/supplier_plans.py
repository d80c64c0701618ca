"""The plans of Israel's private suppliers: what they take off IEC's price, and when.

A plan is here only if two public comparisons agree on its percentage, hours and days:
one of 12 January 2026, which names the supplier's page, and another one. Those that
differ, that grow from year to year, that depend on the amount of the bill, or that are
capped, are left out: the fixed plans of Bezeq, Cellcom, HOT, Partner and Pazgas.
A supplier that changes a plan gets a further line with the day of the change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from .discount import Discount

CHECKED: Final = date(2026, 1, 12)
"""The day of the later comparison."""

_SUNDAY_TO_THURSDAY: Final = frozenset({6, 0, 1, 2, 3})


@dataclass(frozen=True, kw_only=True)
class SupplierPlan:
    """A plan by its name."""

    page: str
    """Where the supplier publishes it."""
    terms: Sequence[tuple[date, Discount]]
    """From which day on it is known to take off what, in order."""


def _always(page: str, share: float) -> SupplierPlan:
    return SupplierPlan(page=page, terms=((CHECKED, Discount(share=share)),))


def _on_working_days(page: str, share: float, start: int, end: int) -> SupplierPlan:
    discount = Discount(share=share, start=start, end=end, days=_SUNDAY_TO_THURSDAY)
    return SupplierPlan(page=page, terms=((CHECKED, discount),))


_AMISRAGAS: Final = "https://www.amisragas.co.il/electricity/"
_BEZEQ: Final = "https://www.bezeq.co.il/benergy/"
_CELLCOM: Final = "https://cellcom.co.il/production/Private/1/energy3/"
_HOT: Final = "https://www.hot.net.il/heb/hotenergy/"
_PARTNER: Final = "https://www.partner.co.il/n/partnerpower"
_SUPER_POWER: Final = "https://super-power.co.il/"

SUPPLIER_PLANS: Final[Mapping[str, SupplierPlan]] = {
    "amisragas_gas_customers": _always(_AMISRAGAS, 0.07),
    "bezeq_day": _on_working_days(_BEZEQ, 0.15, 7, 17),
    "bezeq_night": _on_working_days(_BEZEQ, 0.2, 23, 7),
    "cellcom_day": _on_working_days(_CELLCOM, 0.15, 7, 17),
    "cellcom_family": _on_working_days(_CELLCOM, 0.18, 14, 20),
    "cellcom_night": _on_working_days(_CELLCOM, 0.2, 23, 7),
    "hot_day": _on_working_days(_HOT, 0.15, 7, 17),
    "hot_night": _on_working_days(_HOT, 0.2, 23, 7),
    "partner_day": _on_working_days(_PARTNER, 0.15, 7, 17),
    "partner_night": _on_working_days(_PARTNER, 0.2, 23, 7),
    "super_power": _always(_SUPER_POWER, 0.065),
    "super_power_day": _on_working_days(_SUPER_POWER, 0.16, 7, 17),
    "super_power_night": _on_working_days(_SUPER_POWER, 0.21, 23, 7),
}
