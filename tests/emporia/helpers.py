"""What the tests of this integration have in common."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.cloud_energy.client.budget import RequestBudget
from custom_components.cloud_energy.client.transport import Transport
from custom_components.emporia.api.client import EmporiaClient
from custom_components.emporia.api.const import Endpoints
from custom_components.emporia.api.login import Credentials, Login
from custom_components.emporia.const import CONF_STREAM, DOMAIN
from custom_components.emporia.entry_data import entry_data
from tests.clouds.emporia import EmporiaCloud

NOW = datetime(2026, 11, 20, 19, 30, tzinfo=UTC)
"""Half past noon in Denver."""

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def person_of(cloud: EmporiaCloud, name: str) -> dict[str, Any]:
    """Return what the cloud announces of one login."""
    return next(account for account in cloud.accounts if account["name"] == name)


def gid_of(cloud: EmporiaCloud, name: str, kind: str) -> int:
    """Return the gid of the first device of a kind."""
    devices = person_of(cloud, name)["devices"]
    return next(int(d["device_gid"]) for d in devices if d["kind"] == kind)


async def log_in(cloud: EmporiaCloud, name: str) -> Login:
    """Log in over the wire."""
    person = person_of(cloud, name)
    async with ClientSession() as session:
        client = EmporiaClient(
            Transport(session, budget=RequestBudget(1000)),
            endpoints=Endpoints(**cloud.hosts),
            credentials=Credentials(person["username"], person["password"]),
        )
        return await client.log_in()


async def make_entry(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    name: str,
    *,
    store_password: bool = True,
    stream: bool = False,
    days: float = 1,
) -> MockConfigEntry:
    """Make an entry as the flow makes it, without setting it up."""
    person = person_of(cloud, name)
    login = await log_in(cloud, name)
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=f"Account of {name}",
        unique_id=person["account"],
        data=entry_data(person | {"store_password": store_password}, login),
        options={CONF_STREAM: stream, "history_days": days},
    )
    entry.add_to_hass(hass)
    return entry


async def add_entry(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    name: str,
    *,
    state: ConfigEntryState = ConfigEntryState.LOADED,
    **options: Any,
) -> MockConfigEntry:
    """Add an entry and set it up."""
    entry = await make_entry(hass, cloud, name, **options)
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass, entry)
    assert entry.state is state
    return entry


async def settle(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Let everything come to its end; not for entries that stream, which has none."""
    await hass.async_block_till_done(wait_background_tasks=True)
    if entry.state is ConfigEntryState.LOADED:
        await entry.runtime_data.history.async_settled()
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


def entity_id(hass: HomeAssistant, platform: str, unique_id: str) -> str:
    """Find an entity."""
    found = er.async_get(hass).async_get_entity_id(platform, DOMAIN, unique_id)
    assert found, unique_id
    return found


def state(hass: HomeAssistant, platform: str, unique_id: str) -> str:
    """Return an entity's state."""
    found = hass.states.get(entity_id(hass, platform, unique_id))
    assert found, unique_id
    return found.state


def attributes(hass: HomeAssistant, platform: str, unique_id: str) -> Mapping[str, Any]:
    """Return an entity's attributes."""
    found = hass.states.get(entity_id(hass, platform, unique_id))
    assert found, unique_id
    return found.attributes


def true_hours(
    cloud: EmporiaCloud,
    name: str,
    channel: str,
    start: datetime,
    end: datetime,
    sign: int = 1,
) -> dict[datetime, float]:
    """Return the hours of `GID/CHANNEL` that the cloud has published."""
    series = cloud.truth(name, start, end)["series"][channel]
    return {
        datetime.fromisoformat(item["start"]): sign * item["value"]
        for item in series
        if item["published"]
    }


def requests(cloud: EmporiaCloud, part: str = "") -> int:
    """Count the requests so far to paths with this part."""
    return sum(part in str(item["path"]) for item in cloud.requests.as_json())
