"""What tests do with a simulated cloud and Home Assistant, whichever provider it is."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from math import fsum
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from tests.clouds import Cloud, running

MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)


@asynccontextmanager
async def used[CloudT: Cloud](
    hass: HomeAssistant, cloud: CloudT
) -> AsyncIterator[CloudT]:
    """Serve a cloud, and have this Home Assistant use it."""
    async with running(cloud):
        endpoints = {cloud.provider: cloud.hosts}
        config = {"cloud_energy": {"endpoints": endpoints}}
        assert await async_setup_component(hass, "cloud_energy", config)
        yield cloud


def person_of(cloud: Cloud, name: str | None = None) -> dict[str, Any]:
    """Return what the cloud announces of one login; of its first, an ordinary one."""
    return next(each for each in cloud.accounts if name in (None, each["name"]))


def requests(cloud: Cloud, part: str = "") -> int:
    """Count the requests so far to paths with this part."""
    return sum(part in entry.path for entry in cloud.requests.entries)


async def set_up(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    state: ConfigEntryState = ConfigEntryState.LOADED,
) -> MockConfigEntry:
    """Set up an entry, and return it."""
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass, entry)
    assert entry.state is state
    return entry


async def settle(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Let everything come to its end; not for entries that stream, which has none."""
    await hass.async_block_till_done(wait_background_tasks=True)
    if entry.state is ConfigEntryState.LOADED:
        runtime = entry.runtime_data
        await (runtime.history or runtime.feed).async_settled()
    await hass.async_block_till_done(wait_background_tasks=True)


async def pass_time(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    *steps: timedelta,
) -> None:
    """Let time pass, with all that happens then."""
    for step in steps:
        freezer.tick(step)
        async_fire_time_changed(hass, dt_util.utcnow())
        await settle(hass, entry)


async def assert_leaves_nothing(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    cloud: Cloud,
    entry: MockConfigEntry,
) -> None:
    """Unload an entry and remove it: no session, no task, no request, no entity stays."""
    runtime = entry.runtime_data
    registry = er.async_get(hass)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert entry.state is ConfigEntryState.NOT_LOADED
    for each in er.async_entries_for_config_entry(registry, entry.entry_id):
        found = hass.states.get(each.entity_id)
        assert each.disabled_by or (found and found.state == STATE_UNAVAILABLE)
    assert runtime.connection.session.closed
    assert not runtime.feed.busy
    names = {task.get_name() for task in asyncio.all_tasks()}
    assert not any(entry.entry_id in name for name in names)
    before = requests(cloud)
    await pass_time(hass, freezer, entry, HOUR, HOUR)
    assert requests(cloud) == before
    assert await hass.config_entries.async_remove(entry.entry_id)
    assert not er.async_entries_for_config_entry(registry, entry.entry_id)


async def coming_prices(
    hass: HomeAssistant, entry: MockConfigEntry, **times: str
) -> Any:
    """Ask for the coming prices of an entry's tariff."""
    return await hass.services.async_call(
        "cloud_energy",
        "get_prices",
        {"config_entry_id": entry.entry_id, **times},
        blocking=True,
        return_response=True,
    )


async def summary(
    hass: HomeAssistant, entry: MockConfigEntry, period: str = "week", ago: int = 1
) -> dict[str, Any]:
    """Ask for the summary of an entry."""
    data = {"config_entry_id": entry.entry_id, "period": period, "periods_ago": ago}
    found = await hass.services.async_call(
        "cloud_energy", "get_summary", data, blocking=True, return_response=True
    )
    assert found is not None
    return dict(found)


def reauths(hass: HomeAssistant, entry: MockConfigEntry) -> int:
    """Count the requests to the user to log in."""
    return len(list(entry.async_get_active_flows(hass, {"reauth"})))


def entity_id(hass: HomeAssistant, unique_id: str, platform: str = "sensor") -> str:
    """Find an entity, of whichever integration."""
    entities = er.async_get(hass).entities.values()
    found = [
        each.entity_id
        for each in entities
        if each.unique_id == unique_id and each.domain == platform
    ]
    assert len(found) == 1, unique_id
    return found[0]


def state(hass: HomeAssistant, unique_id: str, platform: str = "sensor") -> str:
    """Return an entity's state."""
    return _state(hass, unique_id, platform).state


def attributes(
    hass: HomeAssistant, unique_id: str, platform: str = "sensor"
) -> Mapping[str, Any]:
    """Return an entity's attributes."""
    return _state(hass, unique_id, platform).attributes


def _state(hass: HomeAssistant, unique_id: str, platform: str) -> State:
    found = hass.states.get(entity_id(hass, unique_id, platform))
    assert found, unique_id
    return found


def published_hours(
    intervals: Iterable[Mapping[str, Any]], parts: int
) -> dict[datetime, float]:
    """Return the hours of which the cloud has published all parts (of the truth)."""
    found = defaultdict[datetime, list[float]](list)
    for each in intervals:
        if each["published"]:
            start = datetime.fromisoformat(each["start"])
            found[start.replace(minute=0)].append(each["value"])
    return {hour: fsum(each) for hour, each in found.items() if len(each) == parts}
