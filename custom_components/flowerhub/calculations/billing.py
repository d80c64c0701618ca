"""What bills and billed volumes come to, month by month (pure functions, wire 6.4)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from math import fsum
from typing import Any, Final, Self

from custom_components.cloud_energy.readings import local_month
from custom_components.flowerhub.api.const import SITE_ZONE
from custom_components.flowerhub.api.models import ConsumptionRecord, Invoice, Revenue

_FEW_READINGS: Final = 4
_MANY_READINGS: Final = 13
_IMPLAUSIBLE: Final = 10_000.0
"""KWh that no home of this portal uses month after month."""


@dataclass(frozen=True, kw_only=True)
class BilledMonth:
    """What a site used in a month."""

    month: date
    """Its first day."""
    volume: float
    """In kWh."""
    is_reading: bool
    """Whether it was read, and not only calculated."""

    @property
    def start(self) -> datetime:
        """When the month began (UTC)."""
        return local_month(self.month, SITE_ZONE)[0]


def billed_months(records: Iterable[ConsumptionRecord]) -> list[BilledMonth]:
    """Return the months of one site, in order of time.

    Readings and calculated values of a month are never added up: what was read
    counts. Readings of parts of a month make it up together.
    """
    by_month: defaultdict[date, list[ConsumptionRecord]] = defaultdict(list)
    for record in records:
        day = record.valid_from or record.month
        if day is not None and record.volume is not None:
            by_month[day.replace(day=1)].append(record)
    return [_billed_month(month, by_month[month]) for month in sorted(by_month)]


def _billed_month(month: date, records: Sequence[ConsumptionRecord]) -> BilledMonth:
    readings = [record for record in records if record.is_reading]
    # The later record of the same time is the correction.
    parts = {each.valid_from or month: each.volume for each in readings or records}
    total = fsum(volume for volume in parts.values() if volume is not None)
    return BilledMonth(month=month, volume=round(total, 6), is_reading=bool(readings))


def by_site(records: Iterable[ConsumptionRecord]) -> dict[str, list[ConsumptionRecord]]:
    """Sort records by the site that they are of."""
    sites: defaultdict[str, list[ConsumptionRecord]] = defaultdict(list)
    for record in records:
        sites[record.site_id].append(record)
    return dict(sites)


def looks_like_index(months: Iterable[BilledMonth]) -> bool:
    """Return whether readings are those of a meter, which only ever grow.

    Consumption follows the seasons: it does not grow for more than a year, nor
    from very much to even more.
    """
    volumes = [month.volume for month in months if month.is_reading]
    if len(volumes) < _FEW_READINGS or any(a >= b for a, b in pairwise(volumes)):
        return False
    return len(volumes) >= _MANY_READINGS or volumes[0] >= _IMPLAUSIBLE


@dataclass(frozen=True, kw_only=True)
class Bills:
    """The invoices, the latest first. Those inside of a group invoice do not count."""

    invoices: tuple[Invoice, ...]

    @property
    def latest(self) -> Invoice | None:
        """The invoice that was written last."""
        return self.invoices[0] if self.invoices else None

    @property
    def unpaid(self) -> float | None:
        """What remains to be paid of all of them, in SEK; None if nobody says."""
        remaining = [
            invoice.remaining
            for invoice in self.invoices
            if invoice.remaining is not None
        ]
        return round(fsum(remaining), 2) if remaining else None

    @property
    def by_month(self) -> dict[date, float]:
        """What was invoiced for each month, in SEK: by its first day, in order."""
        totals: defaultdict[date, list[float]] = defaultdict(list)
        for invoice in self.invoices:
            if invoice.month is not None and invoice.total is not None:
                totals[invoice.month].append(invoice.total)
        return {month: round(fsum(totals[month]), 2) for month in sorted(totals)}


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """Compensation of a month, known by its number: the portal names no month."""

    number: int
    month: date
    """Its first day."""

    @classmethod
    def stored(cls, data: Mapping[str, Any] | None) -> Self | None:
        """Return what an entry has stored."""
        if not data:
            return None
        return cls(number=data["id"], month=date.fromisoformat(data["month"]))

    @property
    def start(self) -> datetime:
        """When the month began (UTC)."""
        return local_month(self.month, SITE_ZONE)[0]

    def as_data(self) -> dict[str, Any]:
        """Return what an entry stores."""
        return {"id": self.number, "month": self.month.isoformat()}


@dataclass(frozen=True, kw_only=True)
class Earned:
    """What the battery earned, and when."""

    revenue: Revenue
    settlement: Settlement


def settlement_of(
    number: int, known: Settlement | None, invoiced: date | None, today: date
) -> Settlement:
    """Find the month of a settlement; a new number is a new one (wire 4.8).

    It is the month of the latest invoice, which is written with it. If that is not
    there yet, it is the month before the number was seen first.
    """
    if known and known.number == number:
        return known
    before = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    if invoiced and (known is None or invoiced > known.month):
        return Settlement(number=number, month=invoiced)
    return Settlement(number=number, month=before)
