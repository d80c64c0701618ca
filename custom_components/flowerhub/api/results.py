"""What each fetch returns: the answer as it came, and what was read from it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypedDict

from .models import (
    Asset,
    AssetOwnerDetails,
    AssetOwnerProfile,
    ConsumptionRecord,
    ElectricityAgreement,
    FlowerHubStatus,
    Invoice,
    LoginResponse,
    Revenue,
    UptimeHistoryEntry,
    UptimeMonth,
    UptimePie,
)


class FetchOptions(TypedDict, total=False):
    """How a single call is made."""

    raise_on_error: bool
    """Default True. False: what went wrong stands in the result's `error` instead.

    A refused login is raised all the same.
    """
    retry_5xx_attempts: int | None
    """How often it is tried again after a 5xx or 429; None: as the client does it."""
    timeout_total: float | None
    """Seconds; None: the client's 10, 0: no limit."""


@dataclass(frozen=True, kw_only=True)
class StandardResult[ValueT]:
    """An answer; it may be personal, so little of it is in the repr."""

    status_code: int | None = None
    """None where no answer came."""
    json: Any = field(default=None, repr=False)
    text: str = field(default="", repr=False)
    error: str | None = None
    value: ValueT | None = None
    """What was read from it; None for an empty answer, and after an error."""


class LoginResult(StandardResult[LoginResponse]):
    """The answer to a login."""


class AssetIdResult(StandardResult[int]):
    """The answer to the discovery."""

    @property
    def asset_id(self) -> int | None:
        """None where no hub is installed yet."""
        return self.value


class AssetFetchResult(StandardResult[Asset]):
    """Hub, inverter, battery and status."""

    @property
    def asset_info(self) -> dict[str, Any] | None:
        """The asset as it came, also without a status."""
        return self.json if isinstance(self.json, dict) else None

    @property
    def flowerhub_status(self) -> FlowerHubStatus | None:
        """The hub's status."""
        return self.value.status if self.value else None


class AssetOwnerDetailsResult(StandardResult[AssetOwnerDetails]):
    """The owner's details."""

    @property
    def details(self) -> AssetOwnerDetails | None:
        """What was read."""
        return self.value


class ProfileResult(StandardResult[AssetOwnerProfile]):
    """The owner's profile."""

    @property
    def profile(self) -> AssetOwnerProfile | None:
        """What was read."""
        return self.value


class AgreementResult(StandardResult[ElectricityAgreement]):
    """The electricity agreement."""

    @property
    def agreement(self) -> ElectricityAgreement | None:
        """What was read."""
        return self.value


class InvoicesResult(StandardResult[list[Invoice]]):
    """The invoices, the newest first."""

    @property
    def invoices(self) -> list[Invoice] | None:
        """What was read."""
        return self.value


class ConsumptionResult(StandardResult[list[ConsumptionRecord]]):
    """The billed volumes."""

    @property
    def consumption(self) -> list[ConsumptionRecord] | None:
        """What was read."""
        return self.value


class RevenueResult(StandardResult[Revenue]):
    """The battery's revenue."""

    @property
    def revenue(self) -> Revenue | None:
        """What was read."""
        return self.value


class AvailableUptimeMonthsResult(StandardResult[list[UptimeMonth]]):
    """The months with figures."""

    @property
    def months(self) -> list[UptimeMonth] | None:
        """What was read."""
        return self.value


class UptimeHistoryResult(StandardResult[list[UptimeHistoryEntry]]):
    """The uptime of all months."""

    @property
    def history(self) -> list[UptimeHistoryEntry] | None:
        """What was read."""
        return self.value


class UptimePieResult(StandardResult[UptimePie]):
    """The uptime of one month, in seconds and percent."""

    @property
    def month(self) -> date | None:
        """The month's first day."""
        return self.value.month if self.value else None

    @property
    def uptime(self) -> float | None:
        """In seconds."""
        return self.value.uptime if self.value else None

    @property
    def downtime(self) -> float | None:
        """In seconds."""
        return self.value.downtime if self.value else None

    @property
    def no_data(self) -> float | None:
        """In seconds."""
        return self.value.no_data if self.value else None

    @property
    def uptime_ratio_total(self) -> float | None:
        """In percent of the whole month."""
        return self.value.ratio_total if self.value else None

    @property
    def uptime_ratio_actual(self) -> float | None:
        """In percent of the time of which something is known."""
        return self.value.ratio_actual if self.value else None


class SystemNotificationResult(StandardResult[Any]):
    """A notice of the portal; its value is whatever JSON or text it is."""


class Readout(TypedDict):
    """The answers of a readout, from discovery to uptime."""

    asset_owner_id: int
    asset_id: int | None
    with_asset_resp: AssetIdResult
    asset_resp: AssetFetchResult | None
    """None where no hub is installed yet."""
    uptime_pie_resp: UptimePieResult | None
