"""Billing periods, and the invoices that come of them (wire 5.14, 5.15).

A period runs from a contract's bill day to the day before the next one, one or two months later. Its invoice comes four days
after its end and is due eighteen days later.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from tests.clouds.errors import ControlError

from .customers import Contract, Meter, MeteringPoint
from .dates import DAY, add_months, midnight
from .readings import Readings
from .tariff import Tariff

ISSUED_AFTER: Final = timedelta(days=4)
DUE_AFTER: Final = timedelta(days=18)
PAID_BEFORE_DUE: Final = timedelta(days=3)
ELECTRICITY: Final = "1"
SERVICE: Final = "2"


@dataclass(frozen=True, slots=True)
class Period:
    """A billing period, both days inclusive."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """Its length."""
        return (self.last - self.first).days + 1


@dataclass(eq=False, slots=True)
class Invoice:
    """A bill. Amounts are ILS with VAT.

    :param period: None for services, :param kwh: the same
    :param running: the cloud lists it before its period is over, without an end
    :param paid: when it is paid; None = not before somebody does
    """

    number: int
    contract: Contract
    amount: float
    issued: date
    due: date
    paid: date | None
    document: str = ELECTRICITY
    period: Period | None = None
    kwh: int | None = None
    running: bool = False

    def open_amount(self, today: date) -> float:
        """What is left to pay."""
        return 0.0 if self.paid is not None and self.paid <= today else self.amount


class Billing:
    """All invoices of all contracts: those of finished periods, and `extra` ones.

    - `unlisted`: contracts whose list holds no invoice of a period for a while
    - `early_ends`: days on which a period ends besides the usual ones
    """

    def __init__(self, readings: Readings, tariff: Tariff) -> None:
        """Bill what `readings` tell."""
        self._readings = readings
        self._tariff = tariff
        self.extra: defaultdict[Contract, list[Invoice]] = defaultdict(list)
        self.early_ends: defaultdict[Contract, set[date]] = defaultdict(set)
        self.unlisted: set[Contract] = set()
        self._made: dict[tuple[Contract, date], Invoice] = {}

    def today(self) -> date:
        """The local date now."""
        return self._readings.today()

    def invoices(self, contract: Contract) -> list[Invoice]:
        """Those that are out, newest first."""
        today = self.today()
        periods = [
            period
            for period in self.periods(contract, today)
            if period.last + ISSUED_AFTER <= today
        ]
        known = [self.invoice(contract, period) for period in periods]
        known += [each for each in self.extra[contract] if each.issued <= today]
        return sorted(known, key=lambda invoice: invoice.issued, reverse=True)

    def last_period(self, contract: Contract) -> Period | None:
        """The period of the newest invoice whose period is over."""
        for invoice in self.invoices(contract):
            if invoice.period is not None and not invoice.running:
                return invoice.period
        return None

    def periods(self, contract: Contract, until: date) -> Iterator[Period]:
        """The finished periods, oldest first."""
        first = contract.points[0].meters[0].since
        end = until if contract.ended is None else min(until, contract.ended)
        for boundary in self._boundaries(contract, end):
            yield Period(first, boundary - DAY)
            first = boundary

    def bill_now(self, contract: Contract) -> Invoice:
        """Let a period have ended so that its invoice comes today.

        :raises ControlError: the contract is over, or an invoice came within the last days already
        """
        last = self.today() - ISSUED_AFTER
        if contract.has_ended(self.today()):
            raise ControlError("the contract is over")
        *_, before = [None, *self.periods(contract, self.today())]
        if before is not None and before.last >= last:
            raise ControlError(f"a period ended on {before.last} already")
        self.early_ends[contract].add(last + DAY)
        return self.invoices(contract)[0]

    def add_service(self, contract: Contract, issued: date, amount: float) -> Invoice:
        """Bill something that is not electricity."""
        invoice = Invoice(
            number=invoice_number(contract, issued) * 10 + len(self.extra[contract]),
            contract=contract,
            amount=amount,
            issued=issued,
            due=issued + DUE_AFTER,
            paid=issued + DUE_AFTER if contract.direct_debit else None,
            document=SERVICE,
        )
        self.extra[contract].append(invoice)
        return invoice

    def list_running(self, contract: Contract) -> Invoice:
        """List the running period as an electricity invoice without an end."""
        invoice = self.add_service(contract, self.today(), 0.0)
        last = self.last_period(contract)
        first = contract.points[0].meter.since if last is None else last.last + DAY
        invoice.period = Period(first, max(first, self.today() - DAY))
        invoice.document, invoice.running = ELECTRICITY, True
        return invoice

    def invoice(self, contract: Contract, period: Period) -> Invoice:
        """The invoice of a period; the same one each time."""
        key = (contract, period.first)
        if key not in self._made:
            self._made[key] = self._make(contract, period)
        return self._made[key]

    def reading(self, point: MeteringPoint, meter: Meter, day: date) -> int:
        """What a meter reader sees at the end of a day: whole kWh."""
        return self._readings.register(point, meter, "consumption", day) // 1000

    def truth(
        self, contract: Contract, start: datetime, end: datetime
    ) -> dict[str, list[dict[str, Any]]]:
        """Periods that begin in `[start, end)`: `billed_usage` in kWh and `charges` in ILS."""
        found: dict[str, list[dict[str, Any]]] = {"billed_usage": [], "charges": []}
        today = self.today()
        for period in self.periods(contract, today):
            begin = midnight(period.first)
            if start <= begin < end:
                invoice = self.invoice(contract, period)
                times = {
                    "start": begin.isoformat(),
                    "end": midnight(period.last + DAY).isoformat(),
                    "published": invoice.issued <= today,
                }
                found["billed_usage"].append(
                    times | {"value": invoice.kwh, "unit": "kWh"}
                )
                found["charges"].append(
                    times | {"value": invoice.amount, "unit": "ILS"}
                )
        return found

    def _boundaries(self, contract: Contract, end: date) -> list[date]:
        """The first days of new periods, up to `end`; the contract's end, too."""
        first = contract.points[0].meters[0].since
        boundary = first.replace(day=contract.bill_day)
        if boundary <= first:
            boundary = add_months(boundary, 1)
        found = {day for day in self.early_ends[contract] if day <= end}
        while boundary <= end:
            found.add(boundary)
            boundary = add_months(boundary, contract.frequency)
        if end == contract.ended:
            found.add(end)
        return sorted(found)

    def _make(self, contract: Contract, period: Period) -> Invoice:
        issued = period.last + ISSUED_AFTER
        due = issued + DUE_AFTER
        return Invoice(
            number=invoice_number(contract, period.last),
            contract=contract,
            amount=self._amount(contract, period),
            issued=issued,
            due=due,
            paid=due if contract.direct_debit else due - PAID_BEFORE_DUE,
            period=period,
            kwh=sum(
                self.reading(point, meter, period.last)
                - self.reading(point, meter, period.first - DAY)
                for point, meter in metered(contract, period)
            ),
        )

    def _amount(self, contract: Contract, period: Period) -> float:
        """Somebody else bills the customers of private suppliers; what producers send is bought at the same price."""
        if contract.private_supplier:
            return 0.0
        net = 0
        for point, meter in metered(contract, period):
            for series, sign in (("consumption", 1), ("return", -1)):
                after, before = (
                    self._readings.register(point, meter, series, day)
                    for day in (period.last, period.first - DAY)
                )
                net += sign * (after - before)
        fixed = self._tariff.fixed_cost(contract, period.first, period.last)
        return round(self._tariff.energy_cost(net) + fixed, 2)


def metered(
    contract: Contract, period: Period
) -> Iterator[tuple[MeteringPoint, Meter]]:
    """The meters that measured in a period."""
    for point in contract.points:
        for meter in point.meters:
            if meter.since <= period.last and (
                meter.until is None or meter.until > period.first
            ):
                yield point, meter


def invoice_number(contract: Contract, day: date) -> int:
    """A number like the real ones."""
    return int(f"{day:%Y}4{contract.number[-4:]}{day:%m%d}")
