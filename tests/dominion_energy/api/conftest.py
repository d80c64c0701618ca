"""The simulated portal and clients of it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import datetime
import socket
from typing import Any

from aiohttp import ClientSession, ClientTimeout, TCPConnector
import pytest

from custom_components.cloud_energy.client.budget import RequestBudget
from custom_components.cloud_energy.client.errors import CodeRequired
from custom_components.cloud_energy.client.retry import RetryPolicy
from custom_components.cloud_energy.client.transport import Transport
from custom_components.dominion_energy.api.client import DominionClient
from custom_components.dominion_energy.api.const import Endpoints
from custom_components.dominion_energy.api.login import Credentials, Login
from custom_components.dominion_energy.api.second_factor import SecondFactor
from tests.clouds.cloud import Serve
from tests.clouds.dominion_energy import DominionCloud

NOW = datetime.fromisoformat("2026-11-20T12:00:00-05:00")


class Portal:
    """The cloud, and any number of clients that know nothing of each other."""

    def __init__(self, cloud: DominionCloud, stack: AsyncExitStack) -> None:
        """Close the clients' sessions when the stack closes."""
        self.cloud = cloud
        self._stack = stack

    @property
    def endpoints(self) -> Endpoints:
        """Where the cloud is served."""
        return Endpoints(**self.cloud.hosts)

    def account(self, name: str) -> dict[str, Any]:
        """Return credentials and ids of a login."""
        return next(each for each in self.cloud.accounts if each["name"] == name)

    def count(self, part: str) -> int:
        """Return how many requests went to paths with this part."""
        return sum(part in str(each["path"]) for each in self.cloud.requests.as_json())

    async def client(
        self,
        name: str | None = "solar_home",
        *,
        password: str | None = None,
        login: Login | None = None,
        persist: Callable[[Login], None] = lambda _: None,
        timeout: float = 10,
    ) -> DominionClient:
        """Return a client with a session of its own; without a name it has no password."""
        connector = TCPConnector(family=socket.AF_INET)
        session = await self._stack.enter_async_context(
            ClientSession(connector=connector)
        )
        credentials = None
        if name is not None:
            account = self.account(name)
            credentials = Credentials(
                account["username"], password or account["password"]
            )
        return DominionClient(
            Transport(
                session,
                budget=RequestBudget(10_000),
                retry=RetryPolicy(first_pause=0.001),
                timeout=ClientTimeout(total=timeout),
            ),
            endpoints=self.endpoints,
            credentials=credentials,
            login=login,
            persist=persist,
        )

    async def challenge(self, client: DominionClient) -> SecondFactor:
        """Log in up to the point where a code is needed."""
        with pytest.raises(CodeRequired) as raised:
            await client.sign_in()
        handler = raised.value.handler
        assert isinstance(handler, SecondFactor)
        return handler

    async def logged_in(
        self, name: str = "solar_home", **options: Any
    ) -> DominionClient:
        """Return a client that has gone through the whole login."""
        client = await self.client(name, **options)
        if name == "plain_home":
            await client.sign_in()
            return client
        handler = await self.challenge(client)
        await handler.send((await handler.deliveries())[0])
        await handler.submit(self.account(name)["code"])
        return client


@pytest.fixture
async def portal(socket_enabled: None, serve: Serve) -> AsyncIterator[Portal]:
    """A portal whose clock stands at `NOW`."""
    cloud = DominionCloud(seed=1)
    cloud.clock.set(NOW, frozen=True)
    async with serve(cloud), AsyncExitStack() as stack:
        yield Portal(cloud, stack)
