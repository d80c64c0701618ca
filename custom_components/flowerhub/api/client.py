"""The account of one person: logging in, and asking once, in a row, or on and on."""

import asyncio
from collections.abc import Callable
from dataclasses import astuple, dataclass, field, replace
from typing import Self, Unpack

from custom_components.cloud_energy.client.errors import AuthFailed, CloudError
from custom_components.cloud_energy.client.tokens import Persist
from custom_components.cloud_energy.client.transport import Transport
from custom_components.cloud_energy.client.wire import Drift

from . import parsers
from .auth import Authenticator
from .const import Endpoints
from .fetcher import Callbacks, Fetcher
from .login import Credentials, Login
from .models import Asset, FlowerHubStatus, UptimePie
from .options import FetchOptions
from .polling import PeriodicFetch
from .portal import Portal


@dataclass(frozen=True, kw_only=True)
class Readout:
    """What a readout has found, from discovery to uptime."""

    asset_owner_id: int = field(repr=False)
    discovered_asset_id: int | None = field(repr=False)
    """None where no hub is installed, or not any more."""
    asset_id: int | None = field(repr=False)
    """The hub that was read: the discovered one, or else the one known before."""
    asset: Asset | None = None
    uptime: UptimePie | None = None
    """None also if it alone could not be read."""


class FlowerhubClient(Portal):
    """The account of one person; it signs in automatically."""

    def __init__(
        self,
        transport: Transport,
        *,
        endpoints: Endpoints | None = None,
        credentials: Credentials | None = None,
        login: Login | None = None,
        persist: Persist[Login] = lambda _: None,
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
        transport.belongs_to(*astuple(endpoints))
        self._transport = transport
        auth = Authenticator(
            transport,
            endpoints,
            credentials=credentials,
            login=login,
            persist=persist,
            attempts=attempts,
        )
        fetcher = Fetcher(
            auth,
            endpoints.api,
            attempts=attempts,
            callbacks=Callbacks(on_auth_failed, on_api_error),
        )
        super().__init__(auth, fetcher)
        self._polling = PeriodicFetch(self._poll_once)

    async def __aenter__(self) -> Self:
        """Use it for a while."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the client; the session stays open."""
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

    def set_max_concurrency(self, maximum: int | None) -> None:
        """Have at most so many requests under way; 0 or None: any number."""
        self._transport.limit_concurrency(maximum)

    # Login.

    async def sign_in(self, credentials: Credentials | None = None) -> Login:
        """Sign in, by other credentials than before if they are given.

        :raises InvalidCredentials: they are wrong.
        :raises CloudError: it failed.
        """
        if credentials is not None:
            self._auth.credentials = credentials
        try:
            return await self._auth.sign_in()
        except AuthFailed:
            self._fetcher.report_auth_failed()
            raise

    async def refresh(self) -> Login:
        """Renew the login now.

        :raises AuthFailed: the user must sign in again.
        """
        return await self._auth.refresh()

    # Several at once.

    async def get_readout(
        self, asset_owner_id: int | None = None, **options: Unpack[FetchOptions]
    ) -> Readout:
        """Discover the asset, then return it and its uptime (wire 4.13).

        A failing uptime fails nothing else; a refused login is raised. A hub that was
        known before is read even if the discovery has none.
        """
        owner_id = self._owner(asset_owner_id)["asset_owner"]
        found = await self.get_asset_id(owner_id, **options)
        readout = Readout(
            asset_owner_id=owner_id, discovered_asset_id=found, asset_id=self.asset_id
        )
        if self.asset_id is None:
            return readout
        asset = await self.get_asset(**options)
        leniently = FetchOptions({**options, "raise_on_error": False})
        uptime = await self.get_uptime_pie(**leniently)
        return replace(readout, asset=asset, uptime=uptime)

    def start_periodic_asset_fetch(
        self,
        interval_seconds: float = 60,
        *,
        run_immediately: bool = False,
        on_update: Callable[[FlowerHubStatus], None] | None = None,
        result_queue: asyncio.Queue[FlowerHubStatus] | None = None,
    ) -> asyncio.Task[None]:
        """Fetch the asset again and again (wire 4.14).

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
        """Return whether the asset is fetched again and again."""
        return self._polling.is_running

    async def _poll_once(self) -> FlowerHubStatus:
        if self.asset_owner_id is None:
            await self._auth.fresh()
        if self.asset_id is None:
            parsers.require_asset_id(await self.get_asset_id())
        return (await self.get_asset()).status
