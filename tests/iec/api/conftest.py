"""The simulated cloud and clients of it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any

from aiohttp import ClientSession, ClientTimeout
import pytest

from custom_components.cloud_energy.client.budget import RequestBudget
from custom_components.cloud_energy.client.errors import CodeRequired
from custom_components.cloud_energy.client.retry import RetryPolicy
from custom_components.cloud_energy.client.transport import Transport
from custom_components.iec.api.client import IecClient
from custom_components.iec.api.const import Endpoints
from custom_components.iec.api.login import Credentials, Login
from custom_components.iec.api.second_factor import SecondFactor
from tests.clouds.cloud import Serve
from tests.clouds.iec import IecCloud

NOW = datetime(2026, 7, 15, 9, 0, tzinfo=UTC)


class Portal:
    """The cloud, and any number of clients that know nothing of each other."""

    def __init__(self, cloud: IecCloud, stack: AsyncExitStack) -> None:
        """Close the clients' sessions when the stack closes."""
        self.cloud = cloud
        self._stack = stack

    def person(self, name: str) -> dict[str, Any]:
        """Return ids and the code of a login."""
        return next(each for each in self.cloud.accounts if each["name"] == name)

    async def client(
        self,
        name: str | None = "plain_home",
        *,
        user_id: str | None = None,
        login: Login | None = None,
        persist: Callable[[Login], None] = lambda _: None,
        timeout: float = 20,
    ) -> IecClient:
        """Return a client with a session of its own; without a name it has no id."""
        session = await self._stack.enter_async_context(ClientSession())
        credentials = None
        if name is not None:
            known = self.person(name)["user_id"]
            credentials = Credentials(known if user_id is None else user_id)
        return IecClient(
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

    async def begin(self, client: IecClient) -> SecondFactor:
        """Begin a login and return what waits for its code."""
        with pytest.raises(CodeRequired) as caught:
            await client.sign_in()
        handler = caught.value.handler
        assert isinstance(handler, SecondFactor)
        return handler

    async def logged_in(self, name: str = "plain_home", **more: Any) -> IecClient:
        """Return a client that has gone through the login."""
        client = await self.client(name, **more)
        handler = await self.begin(client)
        await handler.send((await handler.deliveries())[0])
        await handler.submit(self.person(name)["code"])
        return client

    def count(self, path: str) -> int:
        """Count the requests so far to paths with this part."""
        return sum(path in str(each["path"]) for each in self.cloud.requests.as_json())


@pytest.fixture
async def portal(socket_enabled: None, serve: Serve) -> AsyncIterator[Portal]:
    """Serve the cloud."""
    async with serve(IecCloud(seed=1, now=NOW)) as cloud, AsyncExitStack() as stack:
        yield Portal(cloud, stack)
