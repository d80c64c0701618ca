"""All that the entities of one login show, besides interruptions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from custom_components.cloud_energy.readings import local_midnight

from .api.const import SITE_ZONE
from .api.models.contract import ContractCheck, SocialDiscount, TouzCompatibility
from .api.models.device import ConnectionSize, Device, LastMeterReadings
from .api.models.invoice import ElectricBill, Invoice, InvoiceList
from .api.models.reading import RunningPeriod
from .api.tariffs import Tariffs
from .calculations.estimate import BillEstimate
from .calculations.meters import Meter
from .coordinators.discovery import Discovery, Supply


@dataclass(frozen=True, kw_only=True)
class TokenTimes:
    """When the tokens came, and when they end."""

    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class ContractState:
    """One contract; what the cloud did not give is None."""

    supply: Supply
    invoices: InvoiceList | None = None
    bill: ElectricBill | None = None
    check: ContractCheck | None = None
    discount: SocialDiscount | None = None
    touz: TouzCompatibility | None = None
    readings: LastMeterReadings | None = None
    meters_are_gated: bool = False
    """Whether its meters are only listed behind a CAPTCHA."""

    @property
    def last_invoice(self) -> Invoice | None:
        """The latest invoice for electricity."""
        return self.invoices.latest if self.invoices else None

    @property
    def billed_amount(self) -> float | None:
        """What the period of the latest invoice costs, with the credits for it."""
        last = self.last_invoice
        return self.invoices.billed_amount(last) if self.invoices and last else None

    @property
    def billed_until(self) -> date | None:
        """The last day with a bill; without any, that of the last reading."""
        if self.last_invoice and self.last_invoice.end:
            return self.last_invoice.end
        return self.readings.latest_day if self.readings else None


@dataclass(frozen=True, kw_only=True)
class Energy:
    """The kWh of some time, both ways; None is unknown, not zero."""

    consumption: float | None = None
    return_: float | None = None


@dataclass(frozen=True, kw_only=True)
class LatestDay:
    """The latest day of which all is published."""

    day: date
    energy: Energy

    @property
    def start(self) -> datetime:
        """Local midnight of that day."""
        return local_midnight(self.day, SITE_ZONE)


@dataclass(frozen=True, kw_only=True)
class MeterState:
    """One smart meter; what the cloud did not give is None."""

    meter: Meter
    device: Device
    is_two_way: bool
    today_is: date
    since: date | None = None
    connection: ConnectionSize | None = None
    running: RunningPeriod | None = None
    billed_until: date | None = None
    running_from: date | None = None
    """The day from which on the cloud was asked to count the running period."""
    unbilled: float | None = None
    """kWh since the last bill."""
    today: Energy = Energy()
    yesterday: Energy = Energy()
    month: Energy = Energy()
    estimate: BillEstimate | None = None
    latest: datetime | None = None
    """Until when readings are there."""
    latest_day: LatestDay | None = None
    load_class: int | None = None

    @property
    def register(self) -> float | None:
        """What the meter shows, in kWh; a zero is none."""
        return (self.running.register or None) if self.running else None

    @property
    def export_register(self) -> float | None:
        """The same of the other direction."""
        return (self.running.export_register or None) if self.running else None

    @property
    def day_start(self) -> datetime:
        """Local midnight of today."""
        return local_midnight(self.today_is, SITE_ZONE)

    @property
    def month_start(self) -> datetime:
        """When this month began."""
        return local_midnight(self.today_is.replace(day=1), SITE_ZONE)

    @property
    def yesterday_start(self) -> datetime:
        """Local midnight of the day before today."""
        day = date.fromordinal(self.today_is.toordinal() - 1)
        return local_midnight(day, SITE_ZONE)

    @property
    def unbilled_since(self) -> datetime | None:
        """When the time began that the running period's energy is of."""
        if self.running_from is None:
            return None
        return local_midnight(self.running_from, SITE_ZONE)

    @property
    def unbilled_return(self) -> float | None:
        """The kWh returned in the running period.

        The cloud answers with zeros where it was not asked from the right day on.
        """
        running = self.running
        if running is None or not (running.return_ or running.export_register):
            return None
        return running.return_


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """One login at one time."""

    discovery: Discovery
    contracts: Mapping[str, ContractState] = field(default_factory=dict, repr=False)
    """By contract number."""
    meters: Mapping[str, MeterState] = field(default_factory=dict, repr=False)
    """By `Meter.key`."""
    tariffs: Tariffs = field(default_factory=Tariffs)
    price: float | None = None
    """What a kWh costs without any discount, in ILS with VAT."""
    token_times: TokenTimes | None = None
