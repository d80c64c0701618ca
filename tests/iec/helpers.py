"""What the tests of this integration have in common."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
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
from custom_components.cloud_energy.client.errors import CodeRequired
from custom_components.cloud_energy.client.login import Channel
from custom_components.cloud_energy.client.transport import Transport
from custom_components.cloud_energy.readings import local_midnight
from custom_components.iec.api.client import IecClient
from custom_components.iec.api.const import SITE_ZONE, Endpoints
from custom_components.iec.api.login import Credentials, Login
from custom_components.iec.const import DOMAIN
from custom_components.iec.entry_data import new_entry_data
from custom_components.iec.migration import VERSION
from tests.clouds.iec import IecCloud

NOW = datetime(2026, 7, 15, 9, 0, tzinfo=UTC)
"""Noon in Jerusalem."""

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def person_of(cloud: IecCloud, name: str) -> dict[str, Any]:
    """Return what the cloud announces of one login."""
    return next(account for account in cloud.accounts if account["name"] == name)


def client_of(
    cloud: IecCloud, session: ClientSession, user_id: str, **more: Any
) -> IecClient:
    """Return a client of the simulated cloud."""
    return IecClient(
        Transport(session, budget=RequestBudget(10_000)),
        endpoints=Endpoints(**cloud.hosts),
        credentials=Credentials(user_id),
        **more,
    )


async def log_in(cloud: IecCloud, name: str) -> Login:
    """Log in over the wire."""
    person = person_of(cloud, name)
    async with ClientSession() as session:
        try:
            return await client_of(cloud, session, person["user_id"]).log_in()
        except CodeRequired as err:
            await err.handler.send((await err.handler.deliveries())[0])
            login: Login = await err.handler.submit(person["code"])
            return login


async def make_entry(
    hass: HomeAssistant,
    cloud: IecCloud,
    name: str = "plain_home",
    *,
    contracts: list[str] | None = None,
    **options: Any,
) -> MockConfigEntry:
    """Make an entry as the flow makes it, without setting it up."""
    login = await log_in(cloud, name)
    user_id = person_of(cloud, name)["user_id"]
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=f"IEC of {name}",
        unique_id=user_id,
        data=new_entry_data(user_id, login, Channel.SMS, contracts),
        options={"history_days": 3, **options},
        version=VERSION,
    )
    entry.add_to_hass(hass)
    return entry


async def add_entry(
    hass: HomeAssistant,
    cloud: IecCloud,
    name: str = "plain_home",
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
    """Let everything come to its end."""
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


def series_of(person: Mapping[str, Any], kind: str = "consumption") -> str:
    """Return the id of a statistic of a person's first meter."""
    return f"{DOMAIN}:iec_meter_{person['meter']}_energy_{kind}"


def true_hours(
    cloud: IecCloud,
    account: str,
    start: datetime,
    end: datetime,
    series: str = "consumption",
    meter: str | None = None,
) -> dict[datetime, float]:
    """Return the hours that the cloud has published wholly."""
    truth = cloud.truth(account, start, end, meter=meter)
    hours: dict[datetime, list[float]] = {}
    for item in truth["series"][series]:
        if item["published"]:
            hour = datetime.fromisoformat(item["start"]).replace(minute=0)
            hours.setdefault(hour, []).append(item["value"])
    return {hour: sum(parts) for hour, parts in hours.items() if len(parts) == 4}


def midnight(day: str) -> datetime:
    """Return the first moment of a local day."""
    return local_midnight(date.fromisoformat(day), SITE_ZONE)


def requests(cloud: IecCloud, part: str = "") -> int:
    """Count the requests so far to paths with this part."""
    return sum(part in str(item["path"]) for item in cloud.requests.as_json())
