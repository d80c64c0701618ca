"""A first import of all providers into databases that have a bad time meanwhile.

What the recorder can't store it only logs. Every hour has to be there all the same in
the end, without anybody's help.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
import resource
import sqlite3

from aiohttp import ClientSession
import pytest

from tests.database import SERVERS, Server

from . import elecnova
from .api import HomeAssistantApi
from .check import differences
from .demo import Account, add_provider, furnish, running_account
from .home import Home, free_port
from .providers import PROVIDERS
from .truth import Known
from .waiting import wait_for_import

_IMPORT_SECONDS = 600
_LOCKED_SECONDS = 8
_BETWEEN = 4.0
_SUNNY_DAYS = 90
"""As much of the longest history as takes until the troubles begin."""

pytestmark = pytest.mark.timeout(1200)


@dataclass
class Scene:
    """A home that imports from all clouds, and its database."""

    home: Home
    server: Server | None

    @property
    def file(self) -> Path:
        """The database of a home without a server."""
        return self.home.folder / "home-assistant_v2.db"


type Trouble = Callable[[Scene], Awaitable[None]]


async def file_locked(scene: Scene) -> None:
    """Have another program hold the file."""
    with sqlite3.connect(scene.file, timeout=30) as other:
        other.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(_LOCKED_SECONDS)
        other.rollback()


async def disk_full(scene: Scene) -> None:
    """Let no file of Home Assistant grow beyond what the database has now."""
    size = max(path.stat().st_size for path in scene.home.folder.glob("*.db*"))
    before = resource.prlimit(scene.home.pid, resource.RLIMIT_FSIZE, (size, -1))
    await asyncio.sleep(_LOCKED_SECONDS)
    resource.prlimit(scene.home.pid, resource.RLIMIT_FSIZE, before)


async def server_restarted(scene: Scene) -> None:
    """Stop the server in the middle of everything, and start it after a while."""
    assert scene.server
    await asyncio.to_thread(scene.server.stop)
    await asyncio.sleep(_BETWEEN)
    await asyncio.to_thread(scene.server.start)


async def connections_killed(scene: Scene) -> None:
    """Have the server hang up on everybody, several times."""
    assert scene.server
    for _ in range(5):
        await asyncio.to_thread(scene.server.hang_up)
        await asyncio.sleep(0.5)


TROUBLES: dict[str, tuple[Trouble, ...]] = {
    "sqlite": (file_locked, disk_full),
    "postgresql": (connections_killed, server_restarted),
    "mariadb": (connections_killed, server_restarted),
}


@asynccontextmanager
async def database(name: str) -> AsyncIterator[tuple[Server | None, str | None]]:
    """Run the database of a home; SQLite's is a file in its folder."""
    if name not in SERVERS:
        yield None, None
        return
    server = SERVERS[name]()
    with server.running(), server.database() as url:
        yield server, url


@pytest.mark.parametrize("name", TROUBLES)
async def test_first_import(name: str, tmp_path: Path, socket_enabled: None) -> None:
    """Every hour equals what the clouds know, and every sum follows."""
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(ClientSession())
        accounts = [
            await stack.enter_async_context(
                running_account(session, tmp_path, provider, check=True)
            )
            for provider in PROVIDERS
        ]
        for account in accounts:
            if account.provider.domain == elecnova.DOMAIN:
                await elecnova.shorten(account.simulator, account.person, _SUNNY_DAYS)
        server, url = await stack.enter_async_context(database(name))
        home = Home(tmp_path / "home", free_port())
        clouds = [(each.provider, each.simulator) for each in accounts]
        furnish(home, clouds, database=url)
        scene = Scene(home, server)
        async with home.running(session) as api:
            for account in accounts:
                await _add(api, account)
            for trouble in TROUBLES[name]:
                await trouble(scene)
                await asyncio.sleep(_BETWEEN)
            await home.kill()
        async with home.running(session) as api:
            # Until it has looked through its own states, the recorder itself does not
            # survive the loss of its connection.
            await asyncio.sleep(_BETWEEN)
            for trouble in TROUBLES[name]:
                await trouble(scene)
            for account in accounts:
                await _wait(api, account)
            assert not await differences(api, await _known(accounts))


async def _add(api: HomeAssistantApi, account: Account) -> None:
    await add_provider(api, account.provider, account.person)
    if options := account.provider.checked_options:
        await api.set_options(account.provider.domain, options)


async def _wait(api: HomeAssistantApi, account: Account) -> None:
    provider = account.provider
    if provider.finish:
        async with asyncio.timeout(_IMPORT_SECONDS):
            await provider.finish(api, account.simulator)
    await wait_for_import(api, provider.domain, _IMPORT_SECONDS)


async def _known(accounts: list[Account]) -> dict[str, Known]:
    known: dict[str, Known] = {}
    for account in accounts:
        assert account.stopped
        provider, person = account.provider, account.person
        known |= await provider.known(account.simulator, person, account.stopped)
    return known
