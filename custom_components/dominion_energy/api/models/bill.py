"""Bills: the forecast, the current one and the past ones (wire 4.3, 4.5)."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, override

from custom_components.cloud_energy.client.fields import as_number, as_text
from custom_components.cloud_energy.client.wire import WireModel, known

from .fields import as_date, as_flag, as_is

_MAX_BILLING_DAYS: Final = 366
_USUAL_PERIOD: Final = timedelta(days=30)
_SHORTEST_PERIOD: Final = timedelta(days=20)
_LONGEST_PERIOD: Final = timedelta(days=45)
_USUAL_GAP: Final = timedelta(days=3)

# The same date goes by several names (wire 4.3).
_OTHER_NAMES: Final = {
    "billingPeriodStartDate": "start",
    "billPerdStDate": "start",
    "billperdstdate": "start",
    "billingPeriodEndDate": "end",
    "billPerdEdDate": "end",
    "billperdeddate": "end",
}


@dataclass(frozen=True, kw_only=True)
class _Period(WireModel):
    start: date | None = field(default=None, metadata=as_date("start"))
    end: date | None = field(default=None, metadata=as_date("end"))
    """The last day, as the service reports it."""

    @override
    @classmethod
    def __pre_deserialize__(cls, d: dict[Any, Any]) -> dict[Any, Any]:
        renamed: dict[Any, Any] = {}
        for key, value in d.items():
            name = _OTHER_NAMES.get(key, key)
            renamed[name] = renamed.get(name) or value
        return super().__pre_deserialize__(renamed)


@dataclass(frozen=True, kw_only=True)
class BilledPeriod(_Period):
    """A period with its bill."""

    charges: float | None = field(default=None, metadata=as_number("charges"))
    """In USD."""
    usage: float | None = field(default=None, metadata=as_number("usage"))
    """In kWh."""

    @property
    def derived_rate(self) -> float | None:
        """What a kWh cost in USD, all charges spread over it; None without usage."""
        if self.charges is None or not self.usage:
            return None
        return self.charges / self.usage


@dataclass(frozen=True, kw_only=True)
class BillForecast(_Period):
    """The running billing period, the last bill and that of a year ago."""

    last_bill: BilledPeriod | None = field(default=None, metadata=as_is("lastBill"))
    last_year: BilledPeriod | None = field(default=None, metadata=as_is("lastYear"))
    current_usage: float | None = field(
        default=None, metadata=as_number("currentUsageKwh")
    )
    """In kWh, since the start of the period."""
    current_charges: float | None = field(
        default=None, metadata=as_number("totalChange")
    )
    """An estimate in USD, since the start of the period."""
    time_of_use: bool = field(default=False, metadata=as_flag("tou"))

    @property
    def derived_rate(self) -> float | None:
        """The rate of the last bill in USD/kWh."""
        return self.last_bill.derived_rate if self.last_bill else None

    @property
    def last_billed_day(self) -> date | None:
        """The last day of the last bill.

        The service does not say whether the day that it reports belongs to the bill:
        where the running period follows, its first day shows it.
        """
        end = self.last_bill.end if self.last_bill else None
        if end and self.start and abs(self.start - end) <= _USUAL_GAP:
            return self.start - timedelta(days=1)
        return end

    def expected_end(self, today: date) -> date | None:
        """Return the day on which the period is likely to end.

        While a period is running the service often reports today as its end; a
        projection to that day would see no days left.
        """
        if self.start is None:
            return None
        if self.end and self.end > today:
            length = self.end - self.start
            if _SHORTEST_PERIOD <= length <= _LONGEST_PERIOD:
                return self.end
        return self.start + _USUAL_PERIOD


@dataclass(frozen=True, kw_only=True)
class BillExtension(WireModel):
    """What the service adds to the current bill."""

    autopay: bool = field(default=False, metadata=as_flag("AutoPayInd"))
    rate_category: str = field(
        default="", repr=False, metadata=as_text("CurrentRateCat")
    )
    next_meter_read: date | None = field(
        default=None, metadata=as_date("NextMeterReadDate")
    )
    last_payment_date: date | None = field(
        default=None, metadata=as_date("LastPaymentDate")
    )
    last_payment_amount: float | None = field(
        default=None, metadata=as_number("LastPaymentAmount")
    )


@dataclass(frozen=True, kw_only=True)
class CurrentBill(WireModel):
    """The bill that is to be paid now; amounts in USD."""

    previous_balance: float | None = field(
        default=None, metadata=as_number("previousBalance")
    )
    payment_received_date: date | None = field(
        default=None, metadata=as_date("paymentReceivedDate")
    )
    payment_received: float | None = field(
        default=None, metadata=as_number("paymentReceived")
    )
    remaining_balance: float | None = field(
        default=None, metadata=as_number("remainingBalance")
    )
    current_charges: float | None = field(
        default=None, metadata=as_number("currentCharges")
    )
    amount_due: float | None = field(default=None, metadata=as_number("totalAmountDue"))
    due_date: date | None = field(default=None, metadata=as_date("billDueDate"))
    past_due_amount: float | None = field(
        default=None, metadata=as_number("pastDueAmount")
    )
    invoice_id: str = field(default="", repr=False, metadata=as_text("invoiceId"))
    extension: BillExtension | None = field(default=None, metadata=as_is("extension"))


@dataclass(frozen=True, kw_only=True)
class PastBill(WireModel):
    """One bill of the history; amounts in USD."""

    bill_date: date | None = field(default=None, metadata=as_date("billDate"))
    due_date: date | None = field(default=None, metadata=as_date("dueDate"))
    invoice_id: str = field(default="", repr=False, metadata=as_text("invoiceId"))
    billing_days: float | None = field(default=None, metadata=as_number("billingDays"))
    current_charges: float | None = field(
        default=None, metadata=as_number("currentCharges")
    )
    amount_due: float | None = field(default=None, metadata=as_number("amountDue"))
    status: str = field(
        default="", repr=False, metadata=as_text("status") | known("Posted")
    )

    @property
    def period_start(self) -> date | None:
        """The first day of the billed period, counted back from the bill's date."""
        days = self.billing_days
        if self.bill_date is None or not days or not 0 < days <= _MAX_BILLING_DAYS:
            return None
        return self.bill_date - timedelta(days=days)
