"""Every path of the portal as a method (wire 2, 4)."""

from datetime import datetime
from typing import Any, Unpack

from . import parsers
from .auth import Authenticator
from .const import SITE_ZONE
from .fetcher import Fetcher
from .models import FlowerHubStatus
from .results import (
    AgreementResult,
    AssetFetchResult,
    AssetIdResult,
    AssetOwnerDetailsResult,
    AvailableUptimeMonthsResult,
    ConsumptionResult,
    FetchOptions,
    InvoicesResult,
    ProfileResult,
    RevenueResult,
    SystemNotificationResult,
    UptimeHistoryResult,
    UptimePieResult,
)
from .values import month as read_month

_OWNER = "/asset-owner/{asset_owner}"
_UPTIME = "/asset-effective-uptime"


class Portal:
    """What an account can ask for.

    Ids that are left out are those that the login and the discovery have told. All
    times are aware; amounts are in SEK, kW, kWh and A.
    """

    def __init__(self, auth: Authenticator, fetcher: Fetcher) -> None:
        """Ask by the login of one account."""
        self._auth = auth
        self._fetcher = fetcher
        self._asset_owner_id: int | None = None
        self.asset_id: int | None = None
        self.asset_info: dict[str, Any] | None = None
        self.flowerhub_status: FlowerHubStatus | None = None

    @property
    def asset_owner_id(self) -> int | None:
        """The asset owner, as set, or else as the login has told."""
        login = self._auth.login
        return self._asset_owner_id or (login.asset_owner_id if login else None)

    @asset_owner_id.setter
    def asset_owner_id(self, asset_owner_id: int | None) -> None:
        self._asset_owner_id = asset_owner_id

    # The owner and the hub.

    async def async_fetch_asset_id(
        self, asset_owner_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> AssetIdResult:
        """Return the id of the owner's asset (wire 4.1)."""
        path, params = f"{_OWNER}/withAssetId", self._owner(asset_owner_id)
        result = await self._fetcher.fetch(
            AssetIdResult, path, params, parsers.parse_asset_id, **options
        )
        self.asset_id = result.asset_id or self.asset_id
        return result

    async def async_fetch_asset(
        self, asset_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> AssetFetchResult:
        """Return hub, inverter, battery and status (wire 4.2)."""
        path, params = "/asset/{asset}", self._asset(asset_id)
        result = await self._fetcher.fetch(
            AssetFetchResult, path, params, parsers.parse_asset, **options
        )
        self.asset_info = result.asset_info or self.asset_info
        self.flowerhub_status = result.flowerhub_status or self.flowerhub_status
        return result

    async def async_fetch_asset_owner(
        self, asset_owner_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> AssetOwnerDetailsResult:
        """Return the owner's details (wire 4.3)."""
        params = self._owner(asset_owner_id)
        return await self._fetcher.fetch(
            AssetOwnerDetailsResult, _OWNER, params, parsers.parse_details, **options
        )

    async def async_fetch_asset_owner_profile(
        self, asset_owner_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> ProfileResult:
        """Return the owner's profile (wire 4.4)."""
        path, params = f"{_OWNER}/profile", self._owner(asset_owner_id)
        return await self._fetcher.fetch(
            ProfileResult, path, params, parsers.parse_profile, **options
        )

    async def async_fetch_electricity_agreement(
        self, asset_owner_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> AgreementResult:
        """Return the owner's electricity agreement (wire 4.5)."""
        path, params = f"{_OWNER}/electricity-agreement", self._owner(asset_owner_id)
        return await self._fetcher.fetch(
            AgreementResult, path, params, parsers.parse_agreement, **options
        )

    # Bills.

    async def async_fetch_invoices(
        self, asset_owner_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> InvoicesResult:
        """Return the owner's invoices, the newest first (wire 4.6)."""
        path, params = f"{_OWNER}/invoice", self._owner(asset_owner_id)
        return await self._fetcher.fetch(
            InvoicesResult, path, params, parsers.parse_invoices, **options
        )

    async def async_fetch_consumption(
        self, asset_owner_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> ConsumptionResult:
        """Return the owner's billed volumes (wire 4.7)."""
        path, params = f"{_OWNER}/consumption", self._owner(asset_owner_id)
        return await self._fetcher.fetch(
            ConsumptionResult, path, params, parsers.parse_consumption, **options
        )

    async def async_fetch_revenue(
        self, asset_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> RevenueResult:
        """Return what the battery earned last (wire 4.8)."""
        path, params = "/asset/{asset}/revenue", self._asset(asset_id)
        return await self._fetcher.fetch(
            RevenueResult, path, params, parsers.parse_revenue, **options
        )

    # Uptime.

    async def async_fetch_available_uptime_months(
        self, asset_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> AvailableUptimeMonthsResult:
        """Return the months with figures; the last is the running one (wire 4.9)."""
        path, params = f"{_UPTIME}/available-months/{{asset}}", self._asset(asset_id)
        kind, parse = AvailableUptimeMonthsResult, parsers.parse_uptime_months
        return await self._fetcher.fetch(kind, path, params, parse, **options)

    async def async_fetch_uptime_history(
        self, asset_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> UptimeHistoryResult:
        """Return the uptime of all months in percent (wire 4.10)."""
        path, params = f"{_UPTIME}/bar-chart/history/{{asset}}", self._asset(asset_id)
        return await self._fetcher.fetch(
            UptimeHistoryResult, path, params, parsers.parse_uptime_history, **options
        )

    async def async_fetch_uptime_pie(
        self,
        asset_id: int | None = None,
        period: str | None = None,
        **options: Unpack[FetchOptions],
    ) -> UptimePieResult:
        """Return the uptime of a month `YYYY-MM`, else of the running one (wire 4.11).

        :raises ValueError: the period is no month.
        """
        if period is None:
            period = f"{datetime.now(SITE_ZONE):%Y-%m}"
        month = read_month(period)
        if month is None:
            raise ValueError("The period is no month YYYY-MM")
        return await self._fetcher.fetch(
            UptimePieResult,
            f"{_UPTIME}/pie-chart/{{asset}}",
            self._asset(asset_id),
            lambda data: parsers.parse_uptime_pie(data, month),
            query={"period": period},
            **options,
        )

    # Notices.

    async def async_fetch_system_notification(
        self, slug: str = "active-flower", **options: Unpack[FetchOptions]
    ) -> SystemNotificationResult:
        """Return a notice of Flower or (`active-zavann`) of its billing (wire 4.12)."""
        return await self._fetcher.fetch(
            SystemNotificationResult,
            "/system-notification/{slug}",
            {"slug": slug},
            parsers.parse_notification,
            allow_text=True,
            **options,
        )

    def _owner(self, asset_owner_id: int | None) -> dict[str, int]:
        return {"asset_owner": _known(asset_owner_id or self.asset_owner_id)}

    def _asset(self, asset_id: int | None) -> dict[str, int]:
        return {"asset": _known(asset_id or self.asset_id)}


def _known(number: int | None) -> int:
    if number is None:
        raise ValueError("The id is not known: log in or discover it first")
    return number
