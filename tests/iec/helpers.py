"""What the tests of this integration have in common."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from aiohttp import ClientSession
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

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
from tests.entries import person_of, published_hours, set_up

NOW = datetime(2026, 7, 15, 9, 0, tzinfo=UTC)
"""Noon in Jerusalem."""


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


async def sign_in(cloud: IecCloud, name: str) -> Login:
    """Log in over the wire."""
    person = person_of(cloud, name)
    async with ClientSession() as session:
        try:
            return await client_of(cloud, session, person["user_id"]).sign_in()
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
    login = await sign_in(cloud, name)
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
    return await set_up(hass, entry, state)


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
    return published_hours(truth["series"][series], parts=4)


def midnight(day: str) -> datetime:
    """Return the first moment of a local day."""
    return local_midnight(date.fromisoformat(day), SITE_ZONE)
