"""What the tests of the simulated Elecnova share."""

from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest

from tests.clouds import running
from tests.clouds.elecnova import ElecnovaCloud
from tests.clouds.elecnova.amqtt_broker import AmqttBroker
from tests.clouds.elecnova.broker import Broker
from tests.clouds.elecnova.door import Door
from tests.clouds_tests.conftest import NOW

from .wire import Wire


@pytest.fixture
def broker() -> Callable[[Door], Broker]:
    """Makes the cloud's broker."""
    return AmqttBroker


@pytest.fixture
async def elecnova(
    socket_enabled: None, broker: Callable[[Door], Broker]
) -> AsyncIterator[ElecnovaCloud]:
    """A simulated Elecnova whose clock stands at `NOW`, 18:00 in Brussels, and that tells nothing unasked."""
    cloud = ElecnovaCloud(seed=1, broker=broker)
    cloud.clock.set(NOW, frozen=True)
    cloud.apply({"delivery": {"interval": None}})
    async with running(cloud):
        yield cloud


@pytest.fixture
def wires(
    elecnova: ElecnovaCloud, session: aiohttp.ClientSession
) -> Callable[[str], Wire]:
    """The requests of an account by name."""

    def make(name: str) -> Wire:
        account = next(each for each in elecnova.accounts if each["name"] == name)
        return Wire(elecnova, session, account)

    return make


@pytest.fixture
def wire(wires: Callable[[str], Wire]) -> Wire:
    """The first account's requests, written by hand."""
    return wires("solar_site")


@pytest.fixture
async def signed_in(wire: Wire) -> Wire:
    """The first account with a token."""
    await wire.sign_in()
    return wire
