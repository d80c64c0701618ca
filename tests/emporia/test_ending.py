"""An entry that is removed, or a program that stops, in the middle of a poll."""

import asyncio
from collections.abc import Callable
import logging
import time
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import EVENT_HOMEASSISTANT_CLOSE
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from tests.clouds.emporia import EmporiaCloud
from tests.entries import MINUTE, pass_time, requests

STATUS = "/customers/devices/status"


def complaints(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what is told of us to whoever reads the log."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.levelno >= logging.WARNING and "custom_components" in record.name
    ]


async def begun(refresh: Callable[[], Any], cloud: EmporiaCloud) -> asyncio.Task[None]:
    """Begin a poll whose first answer takes its time."""
    cloud.faults.wait = lambda seconds: asyncio.to_thread(time.sleep, seconds)
    cloud.faults.add(endpoint=f"GET {STATUS}", kind="slow", seconds=0.3, times=1)
    poll = asyncio.create_task(refresh())
    for _ in range(400):
        if not cloud.faults.entries:
            return poll
        await asyncio.to_thread(time.sleep, 0.01)
    raise AssertionError("nothing is requested")


async def test_a_poll_while_home_assistant_stops(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Its session is gone: that is nothing to tell anybody of."""
    runtime = entry.runtime_data
    hass.bus.async_fire(EVENT_HOMEASSISTANT_CLOSE)
    await hass.async_block_till_done()
    assert runtime.connection.session.closed
    for coordinator in runtime.coordinators:
        shown = coordinator.data
        await coordinator.async_refresh()
        assert coordinator.last_update_success
        assert coordinator.data is shown
    assert not complaints(caplog)


async def test_a_planned_poll_while_home_assistant_stops(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """It is in the background: Home Assistant waits for all else, and warns of it."""

    async def as_planned() -> None:
        entry.runtime_data.status.async_plan_refresh(1)
        at_noon.tick(2)
        async_fire_time_changed(hass, dt_util.utcnow())

    cloud.requests.clear()
    await begun(as_planned, cloud)
    await hass.async_block_till_done()
    # The poll still waits for its answer
    assert requests(cloud, STATUS) == 0
    await hass.async_block_till_done(wait_background_tasks=True)
    assert requests(cloud, STATUS) == 1


async def test_a_poll_while_the_entry_is_removed(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    cloud: EmporiaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Its answer comes too late to be stored."""
    poll = await begun(entry.runtime_data.status.async_refresh, cloud)
    assert await hass.config_entries.async_remove(entry.entry_id)
    await poll
    await pass_time(hass, at_noon, entry, *[10 * MINUTE] * 2)
    assert not [key for key in hass_storage if entry.entry_id in key]
