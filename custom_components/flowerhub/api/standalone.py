"""A client for programs that have no session of their own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import ClientSession, CookieJar

from custom_components.cloud_energy.client.budget import RequestBudget
from custom_components.cloud_energy.client.transport import Transport

from .client import FlowerhubClient
from .const import REQUESTS_PER_DAY, Endpoints
from .login import Credentials


@asynccontextmanager
async def open_client(
    username: str, password: str, endpoints: Endpoints | None = None
) -> AsyncIterator[FlowerhubClient]:
    """Sign in with a session of its own, which ends with the `with` block.

    :raises CloudError: the login fails.
    """
    async with ClientSession(cookie_jar=CookieJar(quote_cookie=False)) as session:
        transport = Transport(session, budget=RequestBudget(REQUESTS_PER_DAY))
        credentials = Credentials(username, password)
        async with FlowerhubClient(
            transport, endpoints=endpoints, credentials=credentials
        ) as client:
            await client.sign_in()
            yield client
