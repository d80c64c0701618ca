"""The portal's API as methods (sheet 2, 4)."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any, Self, Unpack

from custom_components.cloud_energy.client.errors import AuthFailed, CloudError
from custom_components.cloud_energy.client.transport import Transport
from custom_components.cloud_energy.client.wire import Drift

from . import parsers
from .auth import Authenticator
from .const import SITE_ZONE, Endpoints
from .fetcher import Callbacks, Fetcher
from .login import Credentials, Login
from .models import FlowerHubStatus
from .polling import PeriodicFetch
from .results import (
    AgreementResult,
    AssetFetchResult,
    AssetIdResult,
    AssetOwnerDetailsResult,
    AvailableUptimeMonthsResult,
    ConsumptionResult,
    FetchOptions,
    InvoicesResult,
    LoginResult,
    ProfileResult,
    Readout,
    RevenueResult,
    SystemNotificationResult,
    UptimeHistoryResult,
    UptimePieResult,
)
from .values import month as read_month

_OWNER = "/asset-owner/{asset_owner}"
_UPTIME = "/asset-effective-uptime"


class FlowerhubClient:
    """The account of one person.

    It logs in by itself. Ids that are left out are those that the login and the
    discovery have told. All times are aware; amounts are in SEK, kW, kWh and A.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        endpoints: Endpoints | None = None,
        credentials: Credentials | None = None,
        login: Login | None = None,
        persist: Callable[[Login], None] = lambda _: None,
        attempts: int | None = None,
        on_auth_failed: Callable[[], None] | None = None,
        on_api_error: Callable[[CloudError], None] | None = None,
    ) -> None:
        """Take a transport whose session has a cookie jar for this account alone.

        The session stays open when the client is closed. `login`, what `persist` last
        got, counts while its cookies are in the jar. `attempts`: how often a request is
        tried at most; None: as the transport does it.
        """
        endpoints = endpoints or Endpoints()
        self._transport = transport
        self._auth = Authenticator(
            transport,
            endpoints,
            credentials=credentials,
            login=login,
            persist=persist,
            attempts=attempts,
        )
        self._fetcher = Fetcher(
            self._auth,
            endpoints.api,
            attempts=attempts,
            callbacks=Callbacks(on_auth_failed, on_api_error),
        )
        self._polling = PeriodicFetch(self._poll_once)
        self._asset_owner_id: int | None = None
        self.asset_id: int | None = None
        self.asset_info: dict[str, Any] | None = None
        self.flowerhub_status: FlowerHubStatus | None = None

    async def __aenter__(self) -> Self:
        """Use it for a while."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close it."""
        await self.close()

    async def close(self) -> None:
        """End what runs in the background; the session stays open."""
        await self._polling.stop()
        await self._auth.close()

    @property
    def drift(self) -> Drift:
        """What the portal sent beyond what is known of it."""
        return self._fetcher.drift

    @property
    def request_timeout_total(self) -> float:
        """Seconds that a request may take unless its caller says otherwise."""
        return self._fetcher.request_timeout_total

    @request_timeout_total.setter
    def request_timeout_total(self, seconds: float) -> None:
        self._fetcher.request_timeout_total = seconds

    @property
    def asset_owner_id(self) -> int | None:
        """The asset owner, as set, or else as the login has told."""
        login = self._auth.login
        return self._asset_owner_id or (login.asset_owner_id if login else None)

    @asset_owner_id.setter
    def asset_owner_id(self, asset_owner_id: int | None) -> None:
        self._asset_owner_id = asset_owner_id

    def set_max_concurrency(self, most: int | None) -> None:
        """Have at most so many requests under way; 0 or None: any number."""
        self._transport.limit_concurrency(most)

    # Login.

    async def async_login(
        self, username: str | None = None, password: str | None = None
    ) -> LoginResult:
        """Log in, by other credentials than before if they are given.

        :raises InvalidCredentials: they are wrong.
        :raises CloudError: it failed.
        """
        if username is not None and password is not None:
            self._auth.credentials = Credentials(username, password)
        try:
            login = await self._auth.log_in()
        except AuthFailed:
            self._fetcher.tell_auth_failed()
            raise
        return LoginResult(
            status_code=login.status_code, json=login.raw, value=login.response
        )

    async def refresh(self) -> None:
        """Renew the login now.

        :raises AuthFailed: the user must log in again.
        """
        await self._auth.refresh()

    # The owner and the hub.

    async def async_fetch_asset_id(
        self, asset_owner_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> AssetIdResult:
        """Return the id of the owner's asset (sheet 4.1)."""
        path, params = f"{_OWNER}/withAssetId", self._owner(asset_owner_id)
        result = await self._fetcher.fetch(
            AssetIdResult, path, params, parsers.parse_asset_id, **options
        )
        self.asset_id = result.asset_id or self.asset_id
        return result

    async def async_fetch_asset(
        self, asset_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> AssetFetchResult:
        """Return hub, inverter, battery and status (sheet 4.2)."""
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
        """Return the owner's details (sheet 4.3)."""
        params = self._owner(asset_owner_id)
        return await self._fetcher.fetch(
            AssetOwnerDetailsResult, _OWNER, params, parsers.parse_details, **options
        )

    async def async_fetch_asset_owner_profile(
        self, asset_owner_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> ProfileResult:
        """Return the owner's profile (sheet 4.4)."""
        path, params = f"{_OWNER}/profile", self._owner(asset_owner_id)
        return await self._fetcher.fetch(
            ProfileResult, path, params, parsers.parse_profile, **options
        )

    async def async_fetch_electricity_agreement(
        self, asset_owner_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> AgreementResult:
        """Return the owner's electricity agreement (sheet 4.5)."""
        path, params = f"{_OWNER}/electricity-agreement", self._owner(asset_owner_id)
        return await self._fetcher.fetch(
            AgreementResult, path, params, parsers.parse_agreement, **options
        )

    # Bills.

    async def async_fetch_invoices(
        self, asset_owner_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> InvoicesResult:
        """Return the owner's invoices, the newest first (sheet 4.6)."""
        path, params = f"{_OWNER}/invoice", self._owner(asset_owner_id)
        return await self._fetcher.fetch(
            InvoicesResult, path, params, parsers.parse_invoices, **options
        )

    async def async_fetch_consumption(
        self, asset_owner_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> ConsumptionResult:
        """Return the owner's billed volumes (sheet 4.7)."""
        path, params = f"{_OWNER}/consumption", self._owner(asset_owner_id)
        return await self._fetcher.fetch(
            ConsumptionResult, path, params, parsers.parse_consumption, **options
        )

    async def async_fetch_revenue(
        self, asset_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> RevenueResult:
        """Return what the battery earned last (sheet 4.8)."""
        path, params = "/asset/{asset}/revenue", self._asset(asset_id)
        return await self._fetcher.fetch(
            RevenueResult, path, params, parsers.parse_revenue, **options
        )

    # Uptime.

    async def async_fetch_available_uptime_months(
        self, asset_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> AvailableUptimeMonthsResult:
        """Return the months with figures; the last is the running one (sheet 4.9)."""
        path, params = f"{_UPTIME}/available-months/{{asset}}", self._asset(asset_id)
        kind, parse = AvailableUptimeMonthsResult, parsers.parse_uptime_months
        return await self._fetcher.fetch(kind, path, params, parse, **options)

    async def async_fetch_uptime_history(
        self, asset_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> UptimeHistoryResult:
        """Return the uptime of all months in percent (sheet 4.10)."""
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
        """Return the uptime of a month `YYYY-MM`, else of the running one (sheet 4.11).

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
        """Return a notice of Flower or (`active-zavann`) of its billing (sheet 4.12)."""
        return await self._fetcher.fetch(
            SystemNotificationResult,
            "/system-notification/{slug}",
            {"slug": slug},
            parsers.parse_notification,
            allow_text=True,
            **options,
        )

    # Several at once.

    async def async_readout_sequence(
        self, asset_owner_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> Readout:
        """Discover the asset, then fetch it and its uptime (sheet 4.13).

        A failing uptime fails nothing else; a refused login is raised.
        """
        owner_id = self._owner(asset_owner_id)["asset_owner"]
        discovery = await self.async_fetch_asset_id(owner_id, **options)
        readout = Readout(
            asset_owner_id=owner_id,
            asset_id=self.asset_id,
            with_asset_resp=discovery,
            asset_resp=None,
            uptime_pie_resp=None,
        )
        if self.asset_id is not None:
            readout["asset_resp"] = await self.async_fetch_asset(**options)
            leniently = FetchOptions({**options, "raise_on_error": False})
            readout["uptime_pie_resp"] = await self.async_fetch_uptime_pie(**leniently)
        return readout

    def start_periodic_asset_fetch(
        self,
        interval_seconds: float = 60,
        *,
        run_immediately: bool = False,
        on_update: Callable[[FlowerHubStatus], None] | None = None,
        result_queue: asyncio.Queue[FlowerHubStatus] | None = None,
    ) -> asyncio.Task[None]:
        """Fetch the asset again and again (sheet 4.14).

        :raises ValueError: less than five seconds.
        :raises RuntimeError: it is running already.
        """
        return self._polling.start(
            interval_seconds,
            run_immediately=run_immediately,
            on_update=on_update,
            result_queue=result_queue,
        )

    async def stop_periodic_asset_fetch(self) -> None:
        """Stop fetching."""
        await self._polling.stop()

    def is_asset_fetch_running(self) -> bool:
        """Tell whether the asset is fetched again and again."""
        return self._polling.is_running

    async def _poll_once(self) -> FlowerHubStatus | None:
        if self.asset_owner_id is None:
            await self._auth.fresh()
        if self.asset_id is None:
            parsers.require_asset_id((await self.async_fetch_asset_id()).asset_id)
        return (await self.async_fetch_asset()).flowerhub_status

    def _owner(self, asset_owner_id: int | None) -> dict[str, int]:
        return {"asset_owner": _known(asset_owner_id or self.asset_owner_id)}

    def _asset(self, asset_id: int | None) -> dict[str, int]:
        return {"asset": _known(asset_id or self.asset_id)}


def _known(number: int | None) -> int:
    if number is None:
        raise ValueError("The id is not known: log in or discover it first")
    return number
