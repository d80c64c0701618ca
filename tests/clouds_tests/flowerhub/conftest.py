"""What the tests of the simulated Flowerhub share."""

from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest

from tests.clouds import running
from tests.clouds.flowerhub import FlowerhubCloud
from tests.clouds_tests.conftest import NOW

from .wire import Wire


@pytest.fixture
async def flowerhub(socket_enabled: None) -> AsyncIterator[FlowerhubCloud]:
    """A simulated Flowerhub whose clock stands at `NOW`: 18:00 in Stockholm."""
    cloud = FlowerhubCloud(seed=1)
    cloud.clock.set(NOW, frozen=True)
    async with running(cloud):
        yield cloud


@pytest.fixture
def wires(
    flowerhub: FlowerhubCloud, session: aiohttp.ClientSession
) -> Callable[[str], Wire]:
    """The requests of a login by name."""

    def make(name: str) -> Wire:
        login = next(each for each in flowerhub.accounts if each["name"] == name)
        return Wire(flowerhub, session, login)

    return make


@pytest.fixture
def wire(wires: Callable[[str], Wire]) -> Wire:
    """The first login's requests, written by hand."""
    return wires("solar_home")


@pytest.fixture
async def signed_in(wire: Wire) -> Wire:
    """The first login with its cookies."""
    response = await wire.sign_in()
    assert response.status == 200
    return wire
