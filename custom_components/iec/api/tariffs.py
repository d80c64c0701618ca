"""All prices in one place, read from three public answers (wire 8.1, 8.3, 8.4).

The tariff page is for people: its tables are found by their labels, and where those
have changed by their places. What can't be found is None.
"""

from base64 import b64decode
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
import re
from typing import Any, Final

from custom_components.cloud_energy.client.wire import number

from .models.device import ConnectionSize
from .models.tariff import PeriodCalculator, Rates, TariffPage, UsageCalculator

_TAG: Final = re.compile(r"<[^>]*>")
_NUMBER: Final = re.compile(r"-?\d+(?:,\d{3})*(?:\.\d+)?")
_WITH_VAT: Final = 2
_THREE_PHASES: Final = 3
_HIGHEST: Final = 20.0
"""ILS that no kWh costs: what is more comes in agorot, or is none. It would be stored."""
_PHASES: Final = {1: ("חד", "one", "single", "1"), 3: ("תלת", "three", "3")}
_QUOTES: Final = str.maketrans("", "", "\"'״׳")


@dataclass(frozen=True)
class _Place:
    labels: Sequence[str]
    component: int


_KWH: Final = _Place(("קוט", "kwh"), 1)
_DISTRIBUTION: Final = _Place(("חלוקה", "distribution"), 2)
_DELIVERY: Final = _Place(("אספקה", "delivery", "supply"), 3)
_CAPACITY: Final = _Place(("קווא", "קוא", "kva", "הספק"), 5)


@dataclass(frozen=True, kw_only=True)
class Tariffs:
    """Prices with VAT, in ILS; what is not known is None."""

    kwh: float | None = None
    """Per kWh."""
    distribution: Mapping[int, float] = field(default_factory=dict)
    """Per month, by the number of phases."""
    delivery: Mapping[int, float] = field(default_factory=dict)
    """Per month, by the number of phases."""
    kva: float | None = None
    """Per kVA and year."""
    vat: float | None = None
    """In percent."""
    power_sizes: Mapping[str, float] = field(default_factory=dict)
    """The kVA of each size of connection; no price, so without VAT."""

    def distribution_of(self, phases: int) -> float | None:
        """Return the price of distribution; all but three phases count as one."""
        return self.distribution.get(_known(phases))

    def delivery_of(self, phases: int) -> float | None:
        """Return the price of delivery; all but three phases count as one."""
        return self.delivery.get(_known(phases))

    def power_of(self, size: ConnectionSize) -> float:
        """Return the kVA of a connection: as reported, else calculated."""
        return self.power_sizes.get(size.label, size.kva)


def _known(phases: int) -> int:
    return _THREE_PHASES if phases == _THREE_PHASES else 1


def build_tariffs(
    calculator: UsageCalculator | None,
    period: PeriodCalculator | None,
    page: TariffPage | None,
) -> Tariffs:
    """Bring the answers together; each of them may be missing."""
    gadget = (calculator.rates if calculator else None) or Rates()
    periodic = (period.rates if period else None) or Rates()
    tables = _Tables(page)
    vat = gadget.vat if gadget.vat is not None else periodic.vat
    return Tariffs(
        kwh=_kwh_price(gadget, periodic, vat) or tables.kwh(),
        distribution=tables.by_phases(_DISTRIBUTION),
        delivery=tables.by_phases(_DELIVERY),
        kva=tables.capacity(),
        vat=vat,
        power_sizes=periodic.power_sizes,
    )


def _kwh_price(gadget: Rates, periodic: Rates, vat: float | None) -> float | None:
    home = gadget.home if gadget.home is not None else periodic.home
    if home is None or vat is None:
        return None
    return _sensible(round(home * (1 + vat / 100), 6))


def _sensible(price: float) -> float | None:
    """Return what a kWh can cost; None for all else."""
    return price if 0 < price < _HIGHEST else None


type Table = Mapping[tuple[int, int], str]


class _Tables:
    """The tables of the tariff page as texts by row and column."""

    def __init__(self, page: TariffPage | None) -> None:
        self._tables = [_read_table(c.table) for c in page.components] if page else []

    def by_phases(self, place: _Place) -> dict[int, float]:
        table = self._find(place)
        prices = {
            phases: _price(table, row)
            for phases, row in ((1, 1), (_THREE_PHASES, 2))
            for row in (_row_of(table, phases) or row,)
        }
        return {phases: price for phases, price in prices.items() if price is not None}

    def kwh(self) -> float | None:
        """Return the price of a kWh, which the page has in agorot."""
        price = _price(self._find(_KWH), 1)
        if price is None:
            return None
        return _sensible(round(price / 100, 6) if price > 5 else price)

    def capacity(self) -> float | None:
        return _price(self._find(_CAPACITY), 1)

    def _find(self, place: _Place) -> Table:
        for table in self._tables:
            words = " ".join(text for (_, column), text in table.items() if not column)
            words = words.lower().translate(_QUOTES)
            if any(label in words for label in place.labels):
                return table
        if len(self._tables) > place.component:
            return self._tables[place.component]
        return {}


def _row_of(table: Table, phases: int) -> int | None:
    """Return the row whose label has the number of phases."""
    for (row, column), label in table.items():
        if not column and row and any(w in label.lower() for w in _PHASES[phases]):
            return row
    return None


def _price(table: Table, row: int) -> float | None:
    found = _NUMBER.search(table.get((row, _WITH_VAT), ""))
    return number(found[0].replace(",", "")) if found else None


def _read_table(rows: Sequence[Any]) -> Table:
    cells = [cell for row in rows if isinstance(row, list) for cell in row]
    table: dict[tuple[int, int], str] = {}
    for cell in cells:
        if not isinstance(cell, dict):
            continue
        row, column = number(cell.get("rowIndex")), number(cell.get("columnIndex"))
        if row is not None and column is not None:
            table[int(row), int(column)] = _decode(cell.get("value"))
    return table


def _decode(value: object) -> str:
    """Return the text of a cell: base64 of UTF-8, some of it HTML."""
    try:
        raw = b64decode(value, validate=True) if isinstance(value, str) else b""
    except binascii.Error, ValueError:
        return ""
    return unescape(_TAG.sub(" ", raw.decode("utf-8", "replace"))).strip()
