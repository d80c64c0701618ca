"""What the tests of this integration have in common."""

from datetime import UTC, datetime
from typing import Any

from aiohttp import ClientSession, CookieJar
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cloud_energy.client.budget import RequestBudget
from custom_components.cloud_energy.client.errors import CodeRequired
from custom_components.cloud_energy.client.transport import Transport
from custom_components.dominion_energy.api.client import DominionClient
from custom_components.dominion_energy.api.const import Endpoints
from custom_components.dominion_energy.api.login import Credentials, Login
from custom_components.dominion_energy.const import (
    CONF_ACCOUNT_NUMBER,
    CONF_SERIES,
    DOMAIN,
)
from custom_components.dominion_energy.entry_data import account_id, new_entry_data
from custom_components.dominion_energy.migration import VERSION
from tests.clouds.dominion_energy import DominionCloud
from tests.entries import person_of, published_hours, set_up
from tests.recorded import stored

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


async def sign_in(cloud: DominionCloud, name: str) -> Login:
    """Log in over the wire, with a code where one is asked for."""
    person = person_of(cloud, name)
    credentials = Credentials(person["username"], person["password"])
    async with ClientSession(cookie_jar=CookieJar()) as session:
        client = DominionClient(
            Transport(session, budget=RequestBudget(1000)),
            endpoints=Endpoints(**cloud.hosts),
            credentials=credentials,
        )
        try:
            return await client.sign_in()
        except CodeRequired as err:
            deliveries = await err.handler.deliveries()
            await err.handler.send(deliveries[0])
            login: Login = await err.handler.submit(person["code"])
            return login


async def make_entry(
    hass: HomeAssistant,
    cloud: DominionCloud,
    name: str,
    *,
    options: dict[str, Any] | None = None,
) -> MockConfigEntry:
    """Make an entry as the flow makes it, without setting it up."""
    person = person_of(cloud, name)
    login = await sign_in(cloud, name)
    unique_id = account_id(person["account"], person["meter"])
    entry = MockConfigEntry(
        domain=DOMAIN,
        version=VERSION,
        title=f"Home of {name}",
        unique_id=unique_id,
        data=new_entry_data(person, login, unique_id),
        options=options or {},
    )
    entry.add_to_hass(hass)
    return entry


async def add_entry(
    hass: HomeAssistant,
    cloud: DominionCloud,
    name: str,
    *,
    options: dict[str, Any] | None = None,
    state: ConfigEntryState = ConfigEntryState.LOADED,
) -> MockConfigEntry:
    """Add an entry and set it up."""
    entry = await make_entry(hass, cloud, name, options=options)
    return await set_up(hass, entry, state)


def true_hours(
    cloud: DominionCloud, account: str, series: str, start: datetime, end: datetime
) -> dict[datetime, float]:
    """Return the hours of which the cloud has published both halves."""
    series_of = cloud.truth(account, start, end)["series"]
    return published_hours(series_of[series], parts=2)


async def assert_recorder_is_true(
    hass: HomeAssistant, cloud: DominionCloud, entry: MockConfigEntry, start: datetime
) -> dict[datetime, float]:
    """Compare the recorder with the truth from a time on; return the consumption."""
    account = entry.data[CONF_ACCOUNT_NUMBER]
    names = {"consumption": "consumption", "generation": "return"}
    kept: dict[datetime, float] = {}
    for name, series in names.items():
        statistic_id = f"{DOMAIN}:{entry.data[CONF_SERIES]}_energy_{name}"
        found = await stored(hass, statistic_id)
        if series not in cloud.truth(account, start, start)["series"]:
            assert not found
            continue
        recent = {hour: value for hour, value in found.items() if hour >= start}
        truth = true_hours(cloud, account, series, start, cloud.clock.now())
        assert recent == pytest.approx(truth, abs=1e-4)
        kept = kept or found
    return kept
