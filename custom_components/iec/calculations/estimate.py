"""What the next bill would be if it were written today (wire 8.5)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from custom_components.iec.api.models.device import ConnectionSize
from custom_components.iec.api.tariffs import Tariffs

_DAY = timedelta(days=1)
_DAYS_PER_YEAR = 365


@dataclass(frozen=True, kw_only=True)
class FixedCharges:
    """What is due whatever is used, in ILS with VAT; what is not known is None."""

    distribution: float | None = None
    delivery: float | None = None
    capacity: float | None = None

    @property
    def is_complete(self) -> bool:
        """Whether all of them are known."""
        return None not in self._all

    @property
    def total(self) -> float:
        """All of them, as far as they are known."""
        return sum(part for part in self._all if part)

    @property
    def _all(self) -> tuple[float | None, ...]:
        return self.distribution, self.delivery, self.capacity


@dataclass(frozen=True, kw_only=True)
class BillEstimate:
    """A bill that has not been written; amounts are ILS with VAT."""

    days: int
    kwh: float
    energy: float
    """What the kWh cost by the provider's price."""
    fixed: FixedCharges

    @property
    def total(self) -> float:
        """All of it, as far as it is known."""
        return round(self.energy + self.fixed.total, 2)


def unbilled_energy(
    *, register: float | None, billed: float | None, running: float | None
) -> float | None:
    """Return the kWh since the last bill: by the registers, else as the cloud says.

    A register that has gone back is another meter's.
    """
    if register is not None and billed is not None and register >= billed:
        return round(register - billed, 3)
    return running


def estimate_bill(
    *,
    kwh: float,
    price: float,
    tariffs: Tariffs,
    connection: ConnectionSize | None,
    billed_until: date | None,
    today: date,
) -> BillEstimate:
    """Return the bill for the days since the last one, today included.

    Without a last bill the days of this month count.
    """
    first = billed_until + _DAY if billed_until else today.replace(day=1)
    days = [first + at * _DAY for at in range(max(0, (today - first).days + 1))]
    return BillEstimate(
        days=len(days),
        kwh=kwh,
        energy=round(kwh * price, 2),
        fixed=fixed_charges(tariffs, connection, days),
    )


def fixed_charges(
    tariffs: Tariffs, connection: ConnectionSize | None, days: list[date]
) -> FixedCharges:
    """Return what is due for some days by the current prices."""
    if connection is None:
        return FixedCharges()
    phases = connection.phases
    return FixedCharges(
        distribution=_monthly(tariffs.distribution_of(phases), days)
        if phases
        else None,
        delivery=_monthly(tariffs.delivery_of(phases), days) if phases else None,
        capacity=_capacity(tariffs, connection, len(days)),
    )


def _monthly(price: float | None, days: list[date]) -> float | None:
    """Return a monthly price's share of some days."""
    if price is None:
        return None
    return round(sum(price / monthrange(d.year, d.month)[1] for d in days), 2)


def _capacity(tariffs: Tariffs, connection: ConnectionSize, days: int) -> float | None:
    if tariffs.kva is None:
        return None
    return round(tariffs.power_of(connection) * tariffs.kva / _DAYS_PER_YEAR * days, 2)
