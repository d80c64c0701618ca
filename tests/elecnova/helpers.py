"""What the tests of this integration have in common."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from math import fsum
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.elecnova.const import CONF_BASE_URL, CONF_MQTT, DOMAIN
from tests.clouds.elecnova import ElecnovaCloud
from tests.recorded import stored

NOW: Final = datetime(2026, 11, 20, 11, 12, tzinfo=UTC)
"""A little past noon in Brussels."""

MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
POLL: Final = timedelta(minutes=6)
"""A little more than the usual interval, with its jitter."""


def person_of(cloud: ElecnovaCloud, name: str = "solar_site") -> dict[str, Any]:
    """Return what the cloud announces of one account."""
    return next(account for account in cloud.accounts if account["name"] == name)


def make_entry(
    hass: HomeAssistant, cloud: ElecnovaCloud, name: str = "solar_site", **options: Any
) -> MockConfigEntry:
    """Make an entry as the flow makes it, without setting it up.

    Without live values, unless the options say so.
    """
    person = person_of(cloud, name)
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=f"Elecnova {name}",
        unique_id=person["client_id"],
        data={
            "client_id": person["client_id"],
            "client_secret": person["client_secret"],
            CONF_BASE_URL: cloud.hosts["api"],
        },
        options={CONF_MQTT: False, **options},
    )
    entry.add_to_hass(hass)
    return entry


async def add_entry(
    hass: HomeAssistant,
    cloud: ElecnovaCloud,
    name: str = "solar_site",
    **options: Any,
) -> MockConfigEntry:
    """Add an entry and set it up."""
    entry = make_entry(hass, cloud, name, **options)
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
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


def inverter_of(cloud: ElecnovaCloud, name: str = "solar_site") -> str:
    """Return the serial of an account's first inverter."""
    return str(person_of(cloud, name)["meter"])


def statistic_of(sn: str) -> str:
    """Return the statistic of an inverter."""
    return f"elecnova:{sn.lower().replace('-', '_')}_pv_energy"


def entity_id(hass: HomeAssistant, unique_id: str, platform: str = "sensor") -> str:
    """Find an entity."""
    found = er.async_get(hass).async_get_entity_id(platform, DOMAIN, unique_id)
    assert found, unique_id
    return found


def state(hass: HomeAssistant, unique_id: str, platform: str = "sensor") -> str:
    """Return an entity's state."""
    found = hass.states.get(entity_id(hass, unique_id, platform))
    assert found, unique_id
    return found.state


def attributes(
    hass: HomeAssistant, unique_id: str, platform: str = "sensor"
) -> Mapping[str, Any]:
    """Return an entity's attributes."""
    found = hass.states.get(entity_id(hass, unique_id, platform))
    assert found, unique_id
    return found.attributes


def true_hours(
    cloud: ElecnovaCloud, sn: str, since: datetime, until: datetime
) -> dict[datetime, float]:
    """Return the kWh of the hours that are published wholly."""
    account = cloud.customers.account(sn)
    intervals = cloud.truth(account.name, since, until)["series"][f"pv_energy/{sn}"]
    parts = defaultdict[datetime, list[float]](list)
    for each in intervals:
        start = datetime.fromisoformat(each["start"])
        if each["published"]:
            parts[start.replace(minute=0)].append(each["value"])
    return {hour: fsum(kwh) for hour, kwh in parts.items() if len(kwh) == 12}


async def assert_statistics_are_true(
    hass: HomeAssistant, cloud: ElecnovaCloud, sn: str, since: datetime
) -> None:
    """Compare the recorder with what the cloud has published."""
    found = await stored(hass, statistic_of(sn))
    truth = true_hours(cloud, sn, since, cloud.clock.now())
    assert truth
    # Power comes in whole watts.
    assert found == pytest.approx(truth, abs=0.001)


def requests(cloud: ElecnovaCloud, part: str = "") -> int:
    """Count the requests so far to paths with this part."""
    return sum(part in entry.path for entry in cloud.requests.entries)


def reauths(hass: HomeAssistant, entry: MockConfigEntry) -> int:
    """Count the requests to the user to log in."""
    return len(list(entry.async_get_active_flows(hass, {"reauth"})))
