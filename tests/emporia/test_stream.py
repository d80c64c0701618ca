"""The event stream: at once, never hot, and nobody misses it when it is gone."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from functools import partial
import time
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from tests.clouds.emporia import EmporiaCloud
from tests.clouds.strange import BODIES, SOMEWHERE
from tests.entries import reauths, requests, state
from tests.strange_home import assert_can_be_saved, shown

from .helpers import gid_of, make_entry

PATH = "/v1/customers/stream"


async def until(condition: Callable[[], bool]) -> None:
    """Wait in real time, since the test's own stands still."""
    for _ in range(400):
        if condition():
            return
        await asyncio.to_thread(time.sleep, 0.01)
    raise AssertionError("it has not happened")


async def moment(hass: HomeAssistant) -> None:
    """Let what is under way go on for a moment."""
    for _ in range(5):
        await hass.async_block_till_done()
        await asyncio.to_thread(time.sleep, 0.01)


def is_told(cloud: EmporiaCloud, changes: int) -> bool:
    """Tell whether the stream has told so many changes."""
    return cloud.stream.told >= changes


@pytest.fixture
async def streaming(
    hass: HomeAssistant, cloud: EmporiaCloud
) -> AsyncIterator[MockConfigEntry]:
    """Set up an entry that streams, with a hungry car at its charger."""
    cloud.apply({"plug_in": {"device_gid": gid_of(cloud, "solar_home", "charger")}})
    entry = await make_entry(hass, cloud, "solar_home", stream=True, days=0.1)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    await entry.runtime_data.history.async_settled()
    yield entry
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    "look",
    [
        {},
        {"crlf": True, "split": True, "named": True},
        {"multi_line": True, "noise": True, "rubbish": True, "whole_lists": True},
    ],
    ids=str,
)
async def test_an_event_shows_at_once(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    streaming: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    look: dict[str, Any],
) -> None:
    """Without any poll, and with one a little later for the rest."""
    charger = gid_of(cloud, "solar_home", "charger")
    cloud.apply({"stream": look} if look else {"stream": {"reset": True}})
    await until(lambda: streaming.runtime_data.stream.is_open)
    assert state(hass, f"{charger}_charger_status") == "charging"
    before = requests(cloud, "/customers/devices/status")
    cloud.apply({"plug_out": charger})
    cloud.stream.poke()
    await until(lambda: state(hass, f"{charger}_charger_status") == "not_plugged_in")
    assert state(hass, f"{charger}_plugged_in", "binary_sensor") == "off"
    assert requests(cloud, "/customers/devices/status") == before
    at_noon.tick(4)
    async_fire_time_changed(hass, dt_util.utcnow())
    await until(lambda: requests(cloud, "/customers/devices/status") > before)
    assert state(hass, f"{charger}_charger_status") == "not_plugged_in"


async def test_sessions_follow_an_event(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    streaming: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """That a car has left is known by then, and what it has taken is not."""
    charger = gid_of(cloud, "solar_home", "charger")
    await until(lambda: streaming.runtime_data.stream.is_open)
    before = requests(cloud, "/evses/sessions")
    cloud.apply({"plug_out": charger})
    cloud.stream.poke()
    await until(lambda: state(hass, f"{charger}_charger_status") == "not_plugged_in")
    at_noon.tick(4)
    async_fire_time_changed(hass, dt_util.utcnow())
    await until(lambda: requests(cloud, "/evses/sessions") > before)


async def test_strange_events(
    hass: HomeAssistant, cloud: EmporiaCloud, streaming: MockConfigEntry
) -> None:
    """Whatever is told, the next true event shows, and nothing of it stays."""
    charger = gid_of(cloud, "solar_home", "charger")
    stream = streaming.runtime_data.stream
    await until(lambda: stream.is_open)
    before = shown(hass, streaming)
    for kind in (*SOMEWHERE, *BODIES):
        told = cloud.stream.told
        cloud.apply({"stream": {"strange": kind}, "plug_out": charger})
        cloud.stream.poke()
        await until(partial(is_told, cloud, told + 1))
        cloud.apply({"stream": {"reset": True}, "plug_in": {"device_gid": charger}})
        cloud.stream.poke()
        await until(partial(is_told, cloud, told + 2))
        await until(lambda: state(hass, f"{charger}_charger_status") == "charging")
        assert stream.is_open, kind
        assert sorted(before - shown(hass, streaming)) == [], kind
        assert_can_be_saved(hass)
    assert reauths(hass, streaming) == 0
    assert not streaming.runtime_data.connection.net.caught


async def test_a_dropped_stream_comes_back(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    streaming: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """After a pause, with what has changed; polls are more frequent meanwhile."""
    runtime, charger = streaming.runtime_data, gid_of(cloud, "solar_home", "charger")
    await until(lambda: runtime.stream.is_open)
    cloud.apply({"plug_in": {"device_gid": charger}})
    cloud.stream.poke()
    await until(lambda: state(hass, f"{charger}_charger_status") == "charging")
    slow = runtime.status.update_interval
    cloud.apply({"drop_stream": True})
    await until(lambda: not runtime.stream.is_open)
    assert runtime.status.update_interval < slow
    cloud.apply({"plug_out": charger})
    for seconds in (6, 20):
        at_noon.tick(seconds)
        async_fire_time_changed(hass, dt_util.utcnow())
        await until(lambda: runtime.stream.is_open)
    await until(lambda: state(hass, f"{charger}_charger_status") != "charging")
    assert requests(cloud, PATH) >= 1


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 401},
        {"kind": "status", "status": 500},
        {"kind": "rate_limited", "retry_after": 120},
        {"kind": "html"},
        {"kind": "empty"},
    ],
    ids=str,
)
async def test_never_a_hot_loop(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    at_noon: FrozenDateTimeFactory,
    fault: dict[str, Any],
) -> None:
    """A stream that can't be had is asked for ever more rarely, and silently."""
    cloud.faults.add(endpoint=f"GET {PATH}", times=10_000, **fault)
    entry = await make_entry(hass, cloud, "newcomer", stream=True)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await moment(hass)
    for _ in range(90):
        at_noon.tick(20)
        async_fire_time_changed(hass, dt_util.utcnow())
        await moment(hass)
    assert 3 <= requests(cloud, PATH) <= 30
    assert not list(entry.async_get_active_flows(hass, {"reauth"}))
    assert entry.runtime_data.status.last_update_success
    cloud.faults.clear()
    at_noon.tick(timedelta(minutes=31).total_seconds())
    async_fire_time_changed(hass, dt_util.utcnow())
    await until(lambda: entry.runtime_data.stream.is_open)
    await hass.config_entries.async_unload(entry.entry_id)


async def test_unload_closes_the_stream(
    hass: HomeAssistant, cloud: EmporiaCloud, streaming: MockConfigEntry
) -> None:
    """Nothing is left of it, here or there."""
    stream = streaming.runtime_data.stream
    await until(lambda: stream.is_open)
    assert await hass.config_entries.async_unload(streaming.entry_id)
    await until(lambda: not stream.is_open)
    await hass.async_block_till_done()
    names = {task.get_name() for task in asyncio.all_tasks()}
    assert not any(streaming.entry_id in name for name in names)
