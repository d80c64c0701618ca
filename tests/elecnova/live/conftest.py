"""Entries that listen to the simulator's broker, over TLS."""

from asyncio import AbstractEventLoop, CancelledError, Task
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from ssl import SSLError
import time
from traceback import extract_tb
from types import CoroutineType
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util.ssl import client_context
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clouds.elecnova import ElecnovaCloud

from .house import EVENING, House

_ENDS: Final = (SSLError, CancelledError)
AFTERMATH: Final = timedelta(minutes=2)
"""After which the broker has forgotten clients that it cut off."""


@pytest.fixture
def moving_timers(
    hass: HomeAssistant,
    at_noon: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Let the loop's clock go on as in reality, and jump with the test's time.

    Sockets need the one, pauses and watchdogs the other.
    """
    at_noon.move_to(EVENING)

    def now() -> float:
        jumped = (datetime.now(UTC) - EVENING).total_seconds()
        return time.clock_gettime(time.CLOCK_MONOTONIC) + jumped

    monkeypatch.setattr(hass.loop, "time", now)


@pytest.fixture
def forgiven_cloud(hass: HomeAssistant) -> None:
    """Leave alone what the cloud's own tasks complain of when they are cut off."""
    handler = hass.loop.get_exception_handler()
    assert handler

    def handle(loop: AbstractEventLoop, context: dict[str, Any]) -> None:
        is_clouds = any(
            place in path
            for path in _places(context)
            for place in ("/amqtt/", "/tests/clouds/")
        )
        if not is_clouds and not isinstance(context.get("exception"), _ENDS):
            handler(loop, context)

    hass.loop.set_exception_handler(handle)


def _places(context: dict[str, Any]) -> Iterator[str]:
    """Yield the files that a complaint comes from: of the error, and of its task."""
    if error := context.get("exception"):
        yield from (frame.filename for frame in extract_tb(error.__traceback__))
    task = context.get("task", context.get("future"))
    coroutine = task.get_coro() if isinstance(task, Task) else None
    if isinstance(coroutine, CoroutineType):
        yield coroutine.cr_code.co_filename


@pytest.fixture
async def house(
    hass: HomeAssistant,
    moving_timers: None,
    forgiven_cloud: None,
    cloud: ElecnovaCloud,
    at_noon: FrozenDateTimeFactory,
) -> AsyncIterator[House]:
    """Trust the broker, and end all connections at last."""
    client_context().load_verify_locations(cadata=cloud.ca)
    cloud.apply({"delivery": {"interval": None}})
    house = House(hass, cloud, at_noon)
    yield house
    for entry in hass.config_entries.async_loaded_entries("elecnova"):
        await hass.config_entries.async_unload(entry.entry_id)
    await house.pass_time(AFTERMATH)


@pytest.fixture
async def entry(house: House) -> MockConfigEntry:
    """Set up the site with one cabinet, and wait until it listens."""
    return await house.add()
