"""Invoices and what is open (wire 5.14, 5.15).

GET ElectricBillsDrawers/ElectricBills/{contract}/{bp}, in an envelope
    {"totalAmountToPay": 0.0, "totalInvoicesToPay": 0, "lastDateToPay": null,
     "invoices": [...as below...]}

GET BillingCollection/invoices/{contract}/{bp}?onlyOpen=..., in an envelope
    {"property": {"areaId": "0901", "districtId": 9}, "invoices": [
     {"consumption": 852.0, "readingCode": 2, "meterReadings": [
       {"reading": 7907.0, "readingCode": null,
        "readingDate": "0001-01-01T00:00:00", "usage": null,
        "serialNumber": "000000000024000001", "noteDescription": ""}],
      "fullDate": "2025-11-01T00:00:00", "fromDate": "2025-10-13T00:00:00",
      "toDate": "2025-11-12T00:00:00", "amountOrigin": 576.3, "amountToPay": 0.0,
      "amountPaid": 576.3, "invoiceId": 2025421000016, "contractNumber": 340000001,
      "orderNumber": 0, "lastDate": "04/12/2025", "invoicePaymentStatus": 1,
      "documentID": "1", "daysPeriod": 31, "hasDirectDebit": true,
      "invoiceType": 0, "paymentLockIndication": ""}]}
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from math import fsum
from typing import Final

from custom_components.cloud_energy.client.fields import (
    as_flag,
    as_int,
    as_list,
    as_model,
    as_number,
    as_text,
)
from custom_components.cloud_energy.client.wire import WireModel

from .device import MeterReading
from .fields import as_day, as_number_text

_ELECTRICITY: Final = "1"


@dataclass(frozen=True, kw_only=True)
class Invoice(WireModel):
    """One invoice; amounts are ILS with VAT."""

    id: str = field(default="", repr=False, metadata=as_text("invoiceId"))
    contract: str = field(
        default="", repr=False, metadata=as_number_text("contractNumber")
    )
    document: str = field(default="", metadata=as_text("documentID"))
    month: date | None = field(default=None, metadata=as_day("fullDate"))
    start: date | None = field(default=None, metadata=as_day("fromDate"))
    end: date | None = field(default=None, metadata=as_day("toDate"))
    """The last day that belongs to it; an open period has none."""
    amount: float | None = field(default=None, metadata=as_number("amountOrigin"))
    """Negative for a credit."""
    to_pay: float | None = field(default=None, metadata=as_number("amountToPay"))
    paid: float | None = field(default=None, metadata=as_number("amountPaid"))
    due: date | None = field(default=None, metadata=as_day("lastDate"))
    consumption: float | None = field(default=None, metadata=as_number("consumption"))
    """In kWh."""
    days: int | None = field(default=None, metadata=as_int("daysPeriod"))
    reading_code: int | None = field(default=None, metadata=as_int("readingCode"))
    readings: list[MeterReading] = field(
        default_factory=list, metadata=as_list("meterReadings", MeterReading)
    )
    order: int | None = field(default=None, metadata=as_int("orderNumber"))
    payment_status: int | None = field(
        default=None, metadata=as_int("invoicePaymentStatus")
    )
    has_direct_debit: bool | None = field(
        default=None, metadata=as_flag("hasDirectDebit")
    )
    kind: int | None = field(default=None, metadata=as_int("invoiceType"))
    payment_lock: str = field(default="", metadata=as_text("paymentLockIndication"))

    @property
    def is_electricity(self) -> bool:
        """Whether it is for electricity; the others are for services."""
        return self.document == _ELECTRICITY

    @property
    def is_running(self) -> bool:
        """Whether its period has begun and has no end yet."""
        return self.start is not None and self.end is None

    @property
    def is_paid(self) -> bool | None:
        """Whether nothing is left to pay."""
        return None if self.to_pay is None else self.to_pay == 0

    def reading_of(self, serial: str) -> float | None:
        """Return what the meter's register showed at the end, in kWh."""
        return next(
            (
                reading.reading
                for reading in self.readings
                if reading.serial == serial and reading.reading is not None
            ),
            None,
        )


@dataclass(frozen=True, kw_only=True)
class _Property(WireModel):
    area: str = field(default="", metadata=as_text("areaId"))
    district: int | None = field(default=None, metadata=as_int("districtId"))


@dataclass(frozen=True, kw_only=True)
class InvoiceList(WireModel):
    """The invoices of a contract, in no particular order."""

    place: _Property | None = field(
        default=None, repr=False, metadata=as_model("property", _Property)
    )
    invoices: list[Invoice] = field(
        default_factory=list, metadata=as_list("invoices", Invoice)
    )

    @property
    def latest(self) -> Invoice | None:
        """The latest invoice for electricity; there may be none."""
        return latest_invoice(self.invoices)

    def billed_amount(self, invoice: Invoice) -> float | None:
        """Return what an invoice's period costs, with the credits for it.

        A wrong invoice is credited, and written again.
        """
        written = sorted(self.invoices, key=lambda each: each.order or 0)
        of_period = {
            each.id or at: each.amount
            for at, each in enumerate(written)
            if each.is_electricity
            and (each.start, each.end) == (invoice.start, invoice.end)
        }
        amounts = [amount for amount in of_period.values() if amount is not None]
        if min(amounts, default=0.0) >= 0:
            return invoice.amount
        return round(fsum(amounts), 2)


@dataclass(frozen=True, kw_only=True)
class ElectricBill(WireModel):
    """The unpaid bills of a contract."""

    to_pay: float | None = field(default=None, metadata=as_number("totalAmountToPay"))
    open_invoices: int | None = field(
        default=None, metadata=as_int("totalInvoicesToPay")
    )
    due: date | None = field(default=None, metadata=as_day("lastDateToPay"))
    invoices: list[Invoice] = field(
        default_factory=list, metadata=as_list("invoices", Invoice)
    )


def latest_invoice(invoices: Iterable[Invoice]) -> Invoice | None:
    """Return the electricity invoice of the latest period that has an end, if any has.

    The running period may be listed among them; that is no invoice yet. Of those of the
    same period it is the last one that is no credit.
    """
    return max(
        (each for each in invoices if each.is_electricity and not each.is_running),
        key=lambda each: (
            each.end or date.min,
            (each.amount or 0) >= 0,
            each.month or date.min,
            each.order or 0,
        ),
        default=None,
    )
