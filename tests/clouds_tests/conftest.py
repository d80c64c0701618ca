"""What the tests of the clouds share."""

from collections.abc import AsyncIterator
from datetime import datetime
import socket

import aiohttp
import pytest

from tests.clouds import running
from tests.clouds.dominion_energy import DominionCloud

from .dominion_wire import Wire

NOW = datetime.fromisoformat("2026-11-20T12:00:00-05:00")


@pytest.fixture
async def session(socket_enabled: None) -> AsyncIterator[aiohttp.ClientSession]:
    """A client with a cookie jar of its own, on the one address family that tests may use."""
    connector = aiohttp.TCPConnector(family=socket.AF_INET)
    async with aiohttp.ClientSession(connector=connector) as session:
        yield session


@pytest.fixture
async def dominion(socket_enabled: None) -> AsyncIterator[DominionCloud]:
    """A simulated Dominion Energy whose clock stands at `NOW`."""
    cloud = DominionCloud(seed=1)
    cloud.clock.set(NOW, frozen=True)
    async with running(cloud):
        yield cloud


@pytest.fixture
def wire(dominion: DominionCloud, session: aiohttp.ClientSession) -> Wire:
    """The first login's requests, written by hand."""
    return Wire(dominion, session)


@pytest.fixture
async def signed_in(wire: Wire) -> Wire:
    """The first login with tokens."""
    await wire.sign_in()
    return wire
