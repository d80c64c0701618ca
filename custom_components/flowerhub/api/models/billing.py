"""Invoices, billed volumes and the battery's revenue (wire 4.6 to 4.8)."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from custom_components.cloud_energy.client.fields import as_text, read_by
from custom_components.cloud_energy.client.wire import WireModel, known

from .fields import as_amount, as_day, as_float, as_int, as_month, as_parts, parts

_AHEAD: Final = timedelta(days=62)
"""How far ahead an invoice may be dated."""


@dataclass(frozen=True, kw_only=True)
class InvoiceLine(WireModel):
    """One line of an invoice; amounts in SEK."""

    item_id: str = field(default="", metadata=as_text("item_id"))
    name: str = field(default="", metadata=as_text("name"))
    description: str = field(default="", metadata=as_text("description"))
    price: float | None = field(default=None, metadata=as_amount("price"))
    volume: float | None = field(default=None, metadata=as_amount("volume"))
    amount: float | None = field(default=None, metadata=as_amount("amount"))
    settlements: Any = field(
        default=None, repr=False, metadata=read_by(lambda value: value, "settlements")
    )
    """A list or an object: the portal sends either."""


@dataclass(frozen=True, kw_only=True)
class Invoice(WireModel):
    """An invoice; a group invoice holds those of its sites, and their amounts too.

    Amounts are in SEK; a negative total is paid out to the owner.
    """

    id: str = field(default="", repr=False, metadata=as_text("id"))
    due_date: date | None = field(default=None, metadata=as_day("due_date"))
    ocr: str = field(default="", repr=False, metadata=as_text("ocr"))
    status: str = field(default="", metadata=as_text("invoice_status") | known("Paid"))
    status_id: str = field(default="", metadata=as_text("invoice_status_id"))
    has_settlements: str = field(
        default="", metadata=as_text("invoice_has_settlements")
    )
    created: date | None = field(default=None, metadata=as_day("invoice_create_date"))
    month: date | None = field(default=None, metadata=as_month("invoiced_month"))
    """The first day of the month that it is for."""
    period: str = field(default="", metadata=as_text("invoice_period"))
    """The month in words."""
    issued: date | None = field(default=None, metadata=as_day("invoice_date"))
    total: float | None = field(default=None, metadata=as_amount("total_amount"))
    remaining: float | None = field(
        default=None, metadata=as_amount("remaining_amount")
    )
    lines: list[InvoiceLine] = field(
        default_factory=list, metadata=as_parts("invoice_lines", InvoiceLine)
    )
    pdf: str = field(default="", repr=False, metadata=as_text("invoice_pdf"))
    type_id: str = field(default="", metadata=as_text("invoice_type_id"))
    type: str = field(
        default="",
        metadata=as_text("invoice_type") | known("Group invoice", "Site invoice"),
    )
    claim_status: str = field(default="", metadata=as_text("claim_status"))
    claim_reminder_pdf: str = field(
        default="", repr=False, metadata=as_text("claim_reminder_pdf")
    )
    site_id: str = field(default="", repr=False, metadata=as_text("site_id"))
    payment_type_id: str = field(
        default="", metadata=as_text("current_payment_type_id")
    )
    payment_type: str = field(default="", metadata=as_text("current_payment_type_name"))
    site_invoices: list[Invoice] = field(
        default_factory=list,
        metadata=read_by(lambda value: parts(value, Invoice), "sub_group_invoices"),
    )

    @property
    def is_paid(self) -> bool | None:
        """Whether nothing is left to pay; None if nobody says."""
        if self.remaining is not None:
            return self.remaining <= 0
        return self.status.casefold() == "paid" if self.status else None

    @property
    def written(self) -> date:
        """When it came to be, as far as it says; for sorting.

        An odd date in years to come would make it the latest one for good.
        """
        latest = datetime.now(UTC).date() + _AHEAD
        dates = (self.issued, self.created, self.month)
        return next((day for day in dates if day and day <= latest), date.min)


@dataclass(frozen=True, kw_only=True)
class ConsumptionRecord(WireModel):
    """What a site used in a billed month (or produced, where it is that site)."""

    site_id: str = field(default="", repr=False, metadata=as_text("site_id"))
    valid_from: date | None = field(default=None, metadata=as_day("valid_from"))
    valid_to: date | None = field(default=None, metadata=as_day("valid_to"))
    """Whether this day belongs to it is not known."""
    month: date | None = field(default=None, metadata=as_month("invoiced_month"))
    """The first day of the month in which it is billed."""
    volume: float | None = field(default=None, metadata=as_amount("volume"))
    """In kWh."""
    type: str = field(
        default="", metadata=as_text("type") | known("Reading", "Calculated")
    )
    type_id: str = field(default="", metadata=as_text("type_id"))

    @property
    def is_reading(self) -> bool:
        """Whether it was read, and not only calculated."""
        return self.type.casefold() == "reading"


@dataclass(frozen=True, kw_only=True)
class Revenue(WireModel):
    """What the battery earned in the month that was settled last."""

    id: int | None = field(default=None, repr=False, metadata=as_int("id"))
    min_available_power: float | None = field(
        default=None, metadata=as_float("minAvailablePower")
    )
    """In kW: what was available all month."""
    compensation: float | None = field(default=None, metadata=as_float("compensation"))
    """In SEK."""
    compensation_per_kw: float | None = field(
        default=None, metadata=as_float("compensationPerKW")
    )
    """In SEK per kW."""
