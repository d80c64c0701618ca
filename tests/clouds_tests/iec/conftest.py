"""What the tests of the simulated utility share."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime

import aiohttp
import pytest

from tests.clouds import running
from tests.clouds.iec import IecCloud

from .wire import Wire

NOW = datetime.fromisoformat("2026-02-27T12:00:00+02:00")


@pytest.fixture
async def iec(
    socket_enabled: None, request: pytest.FixtureRequest
) -> AsyncIterator[IecCloud]:
    """A simulated utility whose clock stands at `NOW`; a parameter of True makes it lenient."""
    cloud = IecCloud(seed=1, lenient=getattr(request, "param", False))
    cloud.clock.set(NOW, frozen=True)
    async with running(cloud):
        yield cloud


@pytest.fixture
def wires(iec: IecCloud, session: aiohttp.ClientSession) -> Callable[[str], Wire]:
    """The requests of a person by name."""

    def make(name: str) -> Wire:
        login = next(each for each in iec.accounts if each["name"] == name)
        return Wire(iec, session, login)

    return make


@pytest.fixture
def wire(wires: Callable[[str], Wire]) -> Wire:
    """The first person's requests, written by hand."""
    return wires("plain_home")


@pytest.fixture
async def signed_in(wire: Wire) -> Wire:
    """The first person with tokens."""
    await wire.sign_in()
    return wire
