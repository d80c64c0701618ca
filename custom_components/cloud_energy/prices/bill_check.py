"""Compares a bill with what the metered energy costs by the tariff (pure functions).

All energies are kWh, all amounts in the currency of the bill, all hours starts of hours
in UTC. Where an hour of the period is missing, no figure is calculated.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from math import fsum
from typing import Final

from custom_components.cloud_energy.readings import (
    ceil_hour,
    hours_between,
    local_midnight,
)

_DAY: Final = timedelta(days=1)
_LONGEST: Final = timedelta(days=400)
"""A bill of a longer time is none that hours are compared with."""
_PLAUSIBLE: Final = range(2000, 2200)
"""Years."""

type Hours = Mapping[datetime, float]

_SAME_ENERGY = 0.02
"""The share by which two energies may differ that are the same: bills round them."""


@dataclass(frozen=True, kw_only=True)
class Days:
    """The local days of a bill."""

    first: date
    end: date
    """The first day that no longer belongs to it."""

    @classmethod
    def of(cls, first: date | None, last: date | None) -> Days | None:
        """Return the days from the first to the last; None if they can't be a bill's."""
        if first is None or last is None or not first <= last:
            return None
        if not {first.year, last.year} <= {*_PLAUSIBLE} or last - first > _LONGEST:
            return None
        return cls(first=first, end=last + _DAY)

    def between(self, days: Iterable[date]) -> bool:
        """Return whether one of some days lies behind the first one."""
        return any(self.first < day < self.end for day in days)

    def times(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Return start and end in UTC."""
        return local_midnight(self.first, zone), local_midnight(self.end, zone)


@dataclass(frozen=True, kw_only=True)
class Bill:
    """What was billed for a period."""

    start: datetime
    end: datetime
    """The first moment that no longer belongs to it."""
    amount: float
    energy: float | None
    """What the home used, less what it returned if that is set off."""
    is_estimated: bool | None = None
    """Whether the meter was not read at its end; None if the provider doesn't say."""

    @property
    def hours(self) -> list[datetime]:
        """The hours of its period."""
        first, end = ceil_hour(self.start), ceil_hour(self.end)
        return [*hours_between(first, end)]


@dataclass(frozen=True, kw_only=True)
class Charges:
    """What the energy of a whole period costs by a tariff."""

    total: float
    """With fixed charges and taxes, as far as the tariff has them."""
    fixed: float | None = None
    """The part that is due whatever is used; None if the tariff doesn't know it."""
    taxes: float | None = None
    """The part that is taxes; None if the tariff doesn't tell them apart."""
    is_complete: bool
    """Whether the tariff has all that a bill has: fixed charges, too."""

    @property
    def energy(self) -> float:
        """What remains for the energy itself."""
        return self.total - (self.fixed or 0.0) - (self.taxes or 0.0)


@dataclass(frozen=True, kw_only=True)
class Metered:
    """The stored hours of a bill's period, none of which is missing."""

    used: Hours
    returned: Hours
    """Empty where nothing is returned or where it isn't set off."""

    @property
    def net(self) -> float:
        """What is to be paid for; a surplus is none."""
        return max(0.0, fsum(self.used.values()) - fsum(self.returned.values()))


class Cause(StrEnum):
    """What explains a difference."""

    ESTIMATED_READING = "estimated_reading"
    OTHER_ENERGY = "other_energy"
    PRICE_CHANGE = "price_change"
    FIXED_CHARGES = "fixed_charges"


@dataclass(frozen=True, kw_only=True)
class BillCheck:
    """A bill, and what the metered energy comes to."""

    bill: Bill
    missing_hours: int
    metered: float | None = None
    """None while hours are missing."""
    charges: Charges | None = None
    """None while hours are missing, or where an hour has no price."""
    has_price_change: bool = False
    """Whether the tariff was changed within the period."""

    @property
    def difference(self) -> float | None:
        """By how much the bill is above what was calculated."""
        return None if self.charges is None else self.bill.amount - self.charges.total

    @property
    def percent(self) -> float | None:
        """The difference in % of what was calculated; a credit is no bill to compare."""
        if self.charges is None or self.charges.total <= 0 or self.bill.amount < 0:
            return None
        return 100 * (self.bill.amount / self.charges.total - 1)

    @property
    def causes(self) -> list[Cause]:
        """What explains a difference, as far as it is known."""
        found = {
            Cause.ESTIMATED_READING: bool(self.bill.is_estimated),
            Cause.OTHER_ENERGY: self._has_other_energy,
            Cause.PRICE_CHANGE: self.has_price_change,
            Cause.FIXED_CHARGES: self._lacks_fixed_charges,
        }
        return [cause for cause, is_so in found.items() if is_so]

    @property
    def _has_other_energy(self) -> bool:
        billed, metered = self.bill.energy, self.metered
        if billed is None or metered is None:
            return False
        # Both may be rounded to whole kWh.
        return abs(billed - metered) > max(1.0, _SAME_ENERGY * metered)

    @property
    def _lacks_fixed_charges(self) -> bool:
        if self.charges is None or self.charges.is_complete:
            return False
        return self.bill.amount > self.charges.total


def check_bill(
    bill: Bill,
    used: Sequence[Hours],
    returned: Sequence[Hours],
    charge: Callable[[Metered], Charges | None],
    *,
    optional: Collection[datetime] = (),
    has_price_change: bool = False,
) -> BillCheck:
    """Compare a bill with the stored hours of its period.

    :param used: of each meter; hours outside of the period do not count
    :param returned: the same of what is set off
    :param charge: returns what the hours cost; None if the price of one isn't known
    :param optional: hours that the provider does not publish, whatever was used in them
    """
    known = [
        hour for hour in bill.hours if all(hour in each for each in (*used, *returned))
    ]
    missing = len({*bill.hours} - {*optional, *known})
    if missing or not used or not known:
        count = missing if used else len(bill.hours)
        return BillCheck(bill=bill, missing_hours=count)
    metered = Metered(used=_added(used, known), returned=_added(returned, known))
    return check_metered(bill, metered, charge, has_price_change=has_price_change)


def check_metered(
    bill: Bill,
    metered: Metered,
    charge: Callable[[Metered], Charges | None],
    *,
    has_price_change: bool = False,
) -> BillCheck:
    """Compare a bill with what was metered in its period."""
    return BillCheck(
        bill=bill,
        missing_hours=0,
        metered=metered.net,
        charges=charge(metered),
        has_price_change=has_price_change,
    )


def _added(several: Sequence[Hours], hours: Sequence[datetime]) -> Hours:
    if not several:
        return {}
    return {hour: fsum(series[hour] for series in several) for hour in hours}
