"""What the entities of one account show, beyond the hub's status."""

from dataclasses import dataclass
from datetime import date, datetime
import json
from typing import Any, Final

from custom_components.cloud_energy.readings import local_month

from .api.const import SITE_ZONE
from .api.models import (
    AgreementState,
    AssetOwnerDetails,
    Compensation,
    ElectricityAgreement,
    Invoice,
    UptimeHistoryEntry,
    UptimePie,
)
from .calculations.bill_check import SiteBill
from .calculations.billing import BilledMonth, Bills, Earned

_LONGEST_TEXT: Final = 1000


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A banner of the portal, of whatever kind; None if there is none."""

    body: Any

    @property
    def is_active(self) -> bool:
        """Whether the portal shows a notice."""
        return self.body is not None

    @property
    def text(self) -> str | None:
        """The text of the notice."""
        if self.body is None or isinstance(self.body, str):
            return self.body
        return json.dumps(self.body, ensure_ascii=False)[:_LONGEST_TEXT]


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """One account at one time; what the portal did not give is None."""

    details: AssetOwnerDetails | None
    account_status: str | None
    agreement: ElectricityAgreement | None
    bills: Bills | None
    bill: SiteBill | None
    """The latest invoice of the consumption site, if its month was metered."""
    consumption: BilledMonth | None
    """The latest month of the consumption site."""
    production: BilledMonth | None
    earned: Earned | None
    uptime: UptimePie | None
    history: tuple[UptimeHistoryEntry, ...] | None
    today: date
    """In Sweden."""
    flower_notice: Notice | None
    zavann_notice: Notice | None

    @property
    def compensation(self) -> Compensation | None:
        """Whether the owner gets compensation."""
        return self.details.compensation if self.details else None

    @property
    def latest_invoice(self) -> Invoice | None:
        """The invoice that was written last."""
        return self.bills.latest if self.bills else None

    @property
    def consumption_agreement(self) -> AgreementState | None:
        """The half of the agreement that is about consumption."""
        return self.agreement.consumption if self.agreement else None

    @property
    def production_agreement(self) -> AgreementState | None:
        """The half of the agreement that is about production."""
        return self.agreement.production if self.agreement else None

    @property
    def last_month(self) -> UptimeHistoryEntry | None:
        """The uptime of the last month that is over."""
        running = self.today.replace(day=1)
        over = [e for e in self.history or () if e.month and e.month < running]
        return max(over, key=lambda each: each.month or date.min, default=None)

    @property
    def latest_data(self) -> datetime | None:
        """The end of the latest month with a volume."""
        latest = self.consumption or self.production
        return local_month(latest.month, SITE_ZONE)[1] if latest else None
