"""The simulated portal and clients of it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
import socket
from typing import Any

from aiohttp import ClientSession, CookieJar, TCPConnector
from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.cloud_energy.client.budget import RequestBudget
from custom_components.cloud_energy.client.errors import CloudError
from custom_components.cloud_energy.client.retry import RetryPolicy
from custom_components.cloud_energy.client.transport import Transport
from custom_components.flowerhub.api import Credentials, Endpoints, FlowerhubClient
from tests.clouds.cloud import Serve
from tests.clouds.flowerhub import FlowerhubCloud

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Portal:
    """The cloud, and any number of clients that know nothing of each other."""

    def __init__(self, cloud: FlowerhubCloud, stack: AsyncExitStack) -> None:
        """Close the clients' sessions when the stack closes."""
        self.cloud = cloud
        self.auth_failures = 0
        self.errors: list[CloudError] = []
        self._stack = stack

    def person(self, name: str = "solar_home") -> dict[str, Any]:
        """Return credentials and ids of a login."""
        return next(each for each in self.cloud.accounts if each["name"] == name)

    def asked(self) -> list[str]:
        """Return the path templates that were asked since the last call of this."""
        paths = [each.path for each in self.cloud.requests.entries]
        self.cloud.requests.clear()
        return paths

    def auth_failed(self) -> None:
        """Count a refused login."""
        self.auth_failures += 1

    async def client(
        self,
        name: str | None = "solar_home",
        *,
        password: str | None = None,
        attempts: int | None = None,
        on_api_error: Callable[[CloudError], None] | None = None,
    ) -> FlowerhubClient:
        """Return a client with a session of its own; without a name no password."""
        session = await self._stack.enter_async_context(
            ClientSession(
                connector=TCPConnector(family=socket.AF_INET),
                cookie_jar=CookieJar(quote_cookie=False),
            )
        )
        credentials = None
        if name is not None:
            person = self.person(name)
            credentials = Credentials(
                person["username"], password or person["password"]
            )
        client = FlowerhubClient(
            Transport(
                session,
                budget=RequestBudget(10_000),
                retry=RetryPolicy(longest_pause=0.5),
                # A pause would never end while the time stands still
                sleep=lambda _: asyncio.sleep(0),
            ),
            endpoints=Endpoints(**self.cloud.hosts),
            credentials=credentials,
            attempts=attempts,
            on_auth_failed=self.auth_failed,
            on_api_error=on_api_error or self.errors.append,
        )
        return await self._stack.enter_async_context(client)

    async def logged_in(self, name: str = "solar_home") -> FlowerhubClient:
        """Return a client that knows its ids."""
        client = await self.client(name)
        await client.sign_in()
        await client.get_asset_id()
        self.cloud.requests.clear()
        return client


@pytest.fixture
async def portal(socket_enabled: None, serve: Serve) -> AsyncIterator[Portal]:
    """Serve the cloud; its clock stands, the machine's goes on."""
    cloud = FlowerhubCloud(seed=1)
    async with serve(cloud), AsyncExitStack() as stack:
        yield Portal(cloud, stack)


@pytest.fixture
async def frozen(portal: Portal, freezer: FrozenDateTimeFactory) -> Clockwork:
    """Stop all clocks at `NOW`."""
    freezer.move_to(NOW)
    return Clockwork(freezer)


class Clockwork:
    """The time of everybody."""

    def __init__(self, freezer: FrozenDateTimeFactory) -> None:
        """Take who stops it."""
        self._freezer = freezer

    def tick(self, **span: float) -> None:
        """Let time pass."""
        self._freezer.tick(timedelta(**span))
