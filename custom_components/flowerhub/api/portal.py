"""Every path of the portal as a method (wire 2, 4)."""

from datetime import datetime
from typing import Any, Unpack, overload

from . import parsers
from .auth import Authenticator
from .const import SITE_ZONE
from .fetcher import Fetcher
from .models import (
    Asset,
    AssetOwnerDetails,
    AssetOwnerProfile,
    ConsumptionRecord,
    ElectricityAgreement,
    FlowerHubStatus,
    Invoice,
    Revenue,
    UptimeHistoryEntry,
    UptimeMonth,
    UptimePie,
)
from .options import CallOptions, FetchOptions
from .values import month as read_month

_OWNER = "/asset-owner/{asset_owner}"
_UPTIME = "/asset-effective-uptime"


class Portal:
    """What an account can request.

    Ids that are left out are those that the login and the discovery have returned. All
    times are aware; amounts are in SEK, kW, kWh and A.

    Every method raises the errors of `cloud_energy.client.errors`: `AuthFailed` only
    where the user must act, `NotPermitted` where one resource is refused, and other
    `CloudError`s for what may pass on its own. Its options are those of `FetchOptions`.
    """

    def __init__(self, auth: Authenticator, fetcher: Fetcher) -> None:
        """Ask by the login of one account."""
        self._auth = auth
        self._fetcher = fetcher
        self._asset_owner_id: int | None = None
        self.asset_id: int | None = None
        self.asset_info: dict[str, Any] | None = None
        """The latest asset as it came, also without a status."""
        self.flowerhub_status: FlowerHubStatus | None = None

    @property
    def asset_owner_id(self) -> int | None:
        """The asset owner, as set, or else as the login has returned it."""
        login = self._auth.login
        return self._asset_owner_id or (login.asset_owner_id if login else None)

    @asset_owner_id.setter
    def asset_owner_id(self, asset_owner_id: int | None) -> None:
        self._asset_owner_id = asset_owner_id

    # The owner and the hub.

    async def get_asset_id(
        self, asset_owner_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> int | None:
        """Return the id of the owner's asset; None if no hub is installed (wire 4.1)."""
        path, params = f"{_OWNER}/withAssetId", self._owner(asset_owner_id)
        found = await self._fetcher.get(path, params, parsers.parse_asset_id, **options)
        self.asset_id = found or self.asset_id
        return found

    @overload
    async def get_asset(
        self, asset_id: int | None = None, **options: Unpack[CallOptions]
    ) -> Asset: ...
    @overload
    async def get_asset(
        self,
        asset_id: int | None = None,
        *,
        raise_on_error: bool,
        **options: Unpack[CallOptions],
    ) -> Asset | None: ...
    async def get_asset(
        self, asset_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> Asset | None:
        """Return hub, inverter, battery and status (wire 4.2)."""
        path, params = "/asset/{asset}", self._asset(asset_id)
        return await self._fetcher.get(path, params, self._read_asset, **options)

    @overload
    async def get_asset_owner(
        self, asset_owner_id: int | None = None, **options: Unpack[CallOptions]
    ) -> AssetOwnerDetails: ...
    @overload
    async def get_asset_owner(
        self,
        asset_owner_id: int | None = None,
        *,
        raise_on_error: bool,
        **options: Unpack[CallOptions],
    ) -> AssetOwnerDetails | None: ...
    async def get_asset_owner(
        self, asset_owner_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> AssetOwnerDetails | None:
        """Return the owner's details (wire 4.3)."""
        params = self._owner(asset_owner_id)
        return await self._fetcher.get(_OWNER, params, parsers.parse_details, **options)

    @overload
    async def get_asset_owner_profile(
        self, asset_owner_id: int | None = None, **options: Unpack[CallOptions]
    ) -> AssetOwnerProfile: ...
    @overload
    async def get_asset_owner_profile(
        self,
        asset_owner_id: int | None = None,
        *,
        raise_on_error: bool,
        **options: Unpack[CallOptions],
    ) -> AssetOwnerProfile | None: ...
    async def get_asset_owner_profile(
        self, asset_owner_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> AssetOwnerProfile | None:
        """Return the owner's profile (wire 4.4)."""
        path, params = f"{_OWNER}/profile", self._owner(asset_owner_id)
        return await self._fetcher.get(path, params, parsers.parse_profile, **options)

    @overload
    async def get_electricity_agreement(
        self, asset_owner_id: int | None = None, **options: Unpack[CallOptions]
    ) -> ElectricityAgreement: ...
    @overload
    async def get_electricity_agreement(
        self,
        asset_owner_id: int | None = None,
        *,
        raise_on_error: bool,
        **options: Unpack[CallOptions],
    ) -> ElectricityAgreement | None: ...
    async def get_electricity_agreement(
        self, asset_owner_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> ElectricityAgreement | None:
        """Return the owner's electricity agreement (wire 4.5)."""
        path, params = f"{_OWNER}/electricity-agreement", self._owner(asset_owner_id)
        return await self._fetcher.get(path, params, parsers.parse_agreement, **options)

    # Bills; an empty answer is None.

    async def get_invoices(
        self, asset_owner_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> list[Invoice] | None:
        """Return the owner's invoices, the latest first (wire 4.6)."""
        path, params = f"{_OWNER}/invoice", self._owner(asset_owner_id)
        return await self._fetcher.get(path, params, parsers.parse_invoices, **options)

    async def get_consumption(
        self, asset_owner_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> list[ConsumptionRecord] | None:
        """Return the owner's billed volumes (wire 4.7)."""
        path, params = f"{_OWNER}/consumption", self._owner(asset_owner_id)
        parse = parsers.parse_consumption
        return await self._fetcher.get(path, params, parse, **options)

    async def get_revenue(
        self, asset_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> Revenue | None:
        """Return what the battery earned last (wire 4.8)."""
        path, params = "/asset/{asset}/revenue", self._asset(asset_id)
        return await self._fetcher.get(path, params, parsers.parse_revenue, **options)

    # Uptime; an empty answer is None.

    async def get_available_uptime_months(
        self, asset_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> list[UptimeMonth] | None:
        """Return the months with figures; the last is the running one (wire 4.9)."""
        path, params = f"{_UPTIME}/available-months/{{asset}}", self._asset(asset_id)
        parse = parsers.parse_uptime_months
        return await self._fetcher.get(path, params, parse, **options)

    async def get_uptime_history(
        self, asset_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> list[UptimeHistoryEntry] | None:
        """Return the uptime of all months in percent (wire 4.10)."""
        path, params = f"{_UPTIME}/bar-chart/history/{{asset}}", self._asset(asset_id)
        parse = parsers.parse_uptime_history
        return await self._fetcher.get(path, params, parse, **options)

    async def get_uptime_pie(
        self,
        asset_id: int | None = None,
        period: str | None = None,
        **options: Unpack[FetchOptions],
    ) -> UptimePie | None:
        """Return the uptime of a month `YYYY-MM`, else of the running one (wire 4.11).

        :raises ValueError: the period is no month.
        """
        if period is None:
            period = f"{datetime.now(SITE_ZONE):%Y-%m}"
        month = read_month(period)
        if month is None:
            raise ValueError("The period is not a month YYYY-MM")
        return await self._fetcher.get(
            f"{_UPTIME}/pie-chart/{{asset}}",
            self._asset(asset_id),
            lambda data: parsers.parse_uptime_pie(data, month),
            query={"period": period},
            **options,
        )

    # Notices.

    async def get_system_notification(
        self, slug: str = "active-flower", **options: Unpack[FetchOptions]
    ) -> Any:
        """Return a notice of Flower or (`active-zavann`) of its billing (wire 4.12).

        It is whatever JSON or text the portal has; None if there is none.
        """
        return await self._fetcher.get(
            "/system-notification/{slug}",
            {"slug": slug},
            parsers.parse_notification,
            allow_text=True,
            **options,
        )

    def _read_asset(self, data: Any) -> Asset:
        """Read an asset, and keep it as the latest."""
        if isinstance(data, dict):
            self.asset_info = data
        asset = parsers.parse_asset(data)
        self.flowerhub_status = asset.status
        return asset

    def _owner(self, asset_owner_id: int | None) -> dict[str, int]:
        return {"asset_owner": _known(asset_owner_id or self.asset_owner_id)}

    def _asset(self, asset_id: int | None) -> dict[str, int]:
        return {"asset": _known(asset_id or self.asset_id)}


def _known(number: int | None) -> int:
    if number is None:
        raise ValueError("The id is not known: sign in or discover it first")
    return number
