"""The simulated cloud, and clients of it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
import socket
from typing import Any

from aiohttp import ClientSession, ClientTimeout, TCPConnector
import pytest

from custom_components.cloud_energy.client.budget import RequestBudget
from custom_components.cloud_energy.client.retry import RetryPolicy
from custom_components.cloud_energy.client.transport import Transport
from custom_components.elecnova.api.client import ElecnovaClient
from custom_components.elecnova.api.const import Endpoints
from custom_components.elecnova.api.login import Credentials
from tests.clouds.cloud import Serve
from tests.clouds.elecnova import ElecnovaCloud


class Fleet:
    """The cloud, and any number of clients that know nothing of each other."""

    def __init__(self, cloud: ElecnovaCloud, stack: AsyncExitStack) -> None:
        """Close the clients' sessions when the stack closes."""
        self.cloud = cloud
        self._stack = stack

    def person(self, name: str = "solar_site") -> dict[str, Any]:
        """Return what the cloud announces of an account."""
        return next(each for each in self.cloud.accounts if each["name"] == name)

    def asked(self, part: str = "") -> int:
        """Count the requests so far to paths with this part."""
        return sum(part in str(each["path"]) for each in self.cloud.requests.as_json())

    async def client(
        self,
        name: str = "solar_site",
        *,
        secret: str | None = None,
        base: str | None = None,
        seconds: float = 30,
    ) -> ElecnovaClient:
        """Return a client with a session of its own."""
        session = await self._stack.enter_async_context(
            ClientSession(connector=TCPConnector(family=socket.AF_INET))
        )
        person = self.person(name)
        return ElecnovaClient(
            Transport(
                session,
                budget=RequestBudget(10_000),
                retry=RetryPolicy(first_pause=0.001, longest_pause=1),
                timeout=ClientTimeout(total=seconds),
            ),
            credentials=Credentials(
                person["client_id"], secret or person["client_secret"]
            ),
            endpoints=Endpoints(base or self.cloud.hosts["api"]),
        )


@pytest.fixture
async def fleet(socket_enabled: None, serve: Serve) -> AsyncIterator[Fleet]:
    """Serve the cloud."""
    cloud = ElecnovaCloud(seed=1)
    async with serve(cloud), AsyncExitStack() as stack:
        yield Fleet(cloud, stack)
