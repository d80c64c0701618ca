"""The simulated cloud and clients of it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import datetime
import socket
from typing import Any

from aiohttp import ClientSession, ClientTimeout, TCPConnector
import pytest

from custom_components.cloud_energy.client.budget import RequestBudget
from custom_components.cloud_energy.client.retry import RetryPolicy
from custom_components.cloud_energy.client.transport import Transport
from custom_components.emporia.api.client import EmporiaClient
from custom_components.emporia.api.const import Endpoints
from custom_components.emporia.api.login import Credentials, Login
from tests.clouds.cloud import Serve
from tests.clouds.emporia import EmporiaCloud


class Portal:
    """The cloud, and any number of clients that know nothing of each other."""

    def __init__(self, cloud: EmporiaCloud, stack: AsyncExitStack) -> None:
        """Close the clients' sessions when the stack closes."""
        self.cloud = cloud
        self._stack = stack

    @property
    def now(self) -> datetime:
        """The time of the cloud."""
        return self.cloud.clock.now()

    def person(self, name: str) -> dict[str, Any]:
        """Return credentials and ids of a login."""
        return next(each for each in self.cloud.accounts if each["name"] == name)

    def device(self, kind: str, name: str = "solar_home") -> dict[str, Any]:
        """Return ids of the first device of a kind."""
        devices: list[dict[str, Any]] = self.person(name)["devices"]
        return next(each for each in devices if each["kind"] == kind)

    async def client(
        self,
        name: str | None = "solar_home",
        *,
        password: str | None = None,
        login: Login | None = None,
        persist: Callable[[Login], None] = lambda _: None,
        timeout: float = 20,
    ) -> EmporiaClient:
        """Return a client with a session of its own; without a name no password."""
        session = await self._stack.enter_async_context(
            ClientSession(connector=TCPConnector(family=socket.AF_INET))
        )
        credentials = None
        if name is not None:
            person = self.person(name)
            credentials = Credentials(
                person["username"], password or person["password"]
            )
        return EmporiaClient(
            Transport(
                session,
                budget=RequestBudget(10_000),
                retry=RetryPolicy(first_pause=0.001),
                timeout=ClientTimeout(total=timeout),
            ),
            endpoints=Endpoints(**self.cloud.hosts),
            credentials=credentials,
            login=login,
            persist=persist,
        )

    async def logged_in(self, name: str = "solar_home") -> EmporiaClient:
        """Return a client as it is after the login, whose arithmetic takes long."""
        tokens = self.cloud.tokens.sign_in(self.cloud.customers.login(name))
        return await self.client(name, login=Login.issued(tokens))


@pytest.fixture
async def portal(socket_enabled: None, serve: Serve) -> AsyncIterator[Portal]:
    """Serve the cloud."""
    async with serve(EmporiaCloud(seed=1)) as cloud, AsyncExitStack() as stack:
        yield Portal(cloud, stack)
