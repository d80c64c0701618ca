"""What the tests of the simulated Emporia share."""

from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest

from tests.clouds import running
from tests.clouds.emporia import EmporiaCloud
from tests.clouds_tests.conftest import NOW

from .wire import Wire


@pytest.fixture
async def emporia(socket_enabled: None) -> AsyncIterator[EmporiaCloud]:
    """A simulated Emporia whose clock stands at `NOW`: 10:00 in Denver."""
    cloud = EmporiaCloud(seed=1)
    cloud.clock.set(NOW, frozen=True)
    async with running(cloud):
        yield cloud


@pytest.fixture
def wires(
    emporia: EmporiaCloud, session: aiohttp.ClientSession
) -> Callable[[str], Wire]:
    """The requests of a login by name."""

    def make(name: str) -> Wire:
        login = next(each for each in emporia.accounts if each["name"] == name)
        return Wire(emporia, session, login)

    return make


@pytest.fixture
def wire(wires: Callable[[str], Wire]) -> Wire:
    """The first login's requests, written by hand."""
    return wires("solar_home")


@pytest.fixture
async def signed_in(wire: Wire) -> Wire:
    """The first login with tokens."""
    await wire.sign_in()
    return wire
