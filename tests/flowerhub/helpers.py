"""What the tests of this integration have in common."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
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

from custom_components.flowerhub.const import DOMAIN
from custom_components.flowerhub.entry_data import id_data, login_data
from tests.clouds.flowerhub import FlowerhubCloud
from tests.recorded import stored, stored_rows

NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
"""One in the afternoon in Stockholm."""

MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
POLL: Final = timedelta(minutes=14)
"""A little more than the longest interval of the status, with its jitter."""


def person_of(cloud: FlowerhubCloud, name: str = "solar_home") -> dict[str, Any]:
    """Return what the cloud announces of one login."""
    return next(account for account in cloud.accounts if account["name"] == name)


def make_entry(
    hass: HomeAssistant, cloud: FlowerhubCloud, name: str = "solar_home", **options: Any
) -> MockConfigEntry:
    """Make an entry as the flow makes it, without setting it up."""
    person = person_of(cloud, name)
    ids = id_data(person["asset_owner_id"], person["asset_id"])
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=f"Flowerhub {person['asset_id']}",
        unique_id=person["account"],
        data=login_data(person) | ids,
        options=options,
    )
    entry.add_to_hass(hass)
    return entry


async def add_entry(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    name: str = "solar_home",
    *,
    state: ConfigEntryState = ConfigEntryState.LOADED,
    **options: Any,
) -> MockConfigEntry:
    """Add an entry and set it up."""
    entry = make_entry(hass, cloud, name, **options)
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass, entry)
    assert entry.state is state
    return entry


async def settle(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Let everything come to its end."""
    await hass.async_block_till_done(wait_background_tasks=True)
    if entry.state is ConfigEntryState.LOADED:
        await entry.runtime_data.feed.async_settled()
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


def _unique_id(entry: MockConfigEntry, key: str) -> str:
    """Return the unique id of an entity of the hub, or else of the account."""
    registry = er.async_get(entry.runtime_data.coordinator.hass)
    ids = {
        item.unique_id
        for item in er.async_entries_for_config_entry(registry, entry.entry_id)
    }
    of_hub = f"{entry.data['key']}_{key}"
    return of_hub if of_hub in ids else f"owner_{entry.data['asset_owner_id']}_{key}"


def state(
    hass: HomeAssistant, entry: MockConfigEntry, key: str, platform: str = "sensor"
) -> str:
    """Return an entity's state."""
    found = hass.states.get(entity_id(hass, platform, _unique_id(entry, key)))
    assert found, key
    return found.state


def attributes(
    hass: HomeAssistant, entry: MockConfigEntry, key: str, platform: str = "sensor"
) -> Mapping[str, Any]:
    """Return an entity's attributes."""
    found = hass.states.get(entity_id(hass, platform, _unique_id(entry, key)))
    assert found, key
    return found.attributes


async def stored_means(hass: HomeAssistant, statistic_id: str) -> dict[datetime, float]:
    """Read the means of a statistic."""
    rows = await stored_rows(hass, statistic_id, "mean", "min", "max")
    assert all(row["mean"] == row["min"] == row["max"] for row in rows)
    return {dt_util.utc_from_timestamp(row["start"]): row["mean"] for row in rows}


def true_months(
    cloud: FlowerhubCloud, series: str, name: str = "solar_home"
) -> dict[datetime, float]:
    """Return what the cloud has told of the months that are over."""
    found = cloud.truth(name, None, None)["series"][series]
    now = cloud.clock.now()
    return {
        datetime.fromisoformat(item["start"]): item["value"]
        for item in found
        if datetime.fromisoformat(item["end"]) <= now
    }


def statistic_ids(cloud: FlowerhubCloud, name: str = "solar_home") -> dict[str, str]:
    """Return the statistics that are sums: id -> series of the truth."""
    person = person_of(cloud, name)
    site, production = person["site_id"], person["production_site_id"]
    ids = {
        f"flowerhub:consumption_{site}": f"consumption/{site}",
        f"flowerhub:invoiced_{person['asset_owner_id']}": "invoiced",
    }
    if production:
        ids[f"flowerhub:production_{production}"] = f"production/{production}"
    return ids


async def assert_statistics_are_true(
    hass: HomeAssistant, cloud: FlowerhubCloud, name: str = "solar_home"
) -> None:
    """Compare the recorder with what the cloud has told."""
    for statistic_id, series in statistic_ids(cloud, name).items():
        truth = true_months(cloud, series, name)
        assert await stored(hass, statistic_id) == pytest.approx(truth, abs=1e-4)
    uptime = f"flowerhub:uptime_{person_of(cloud, name)['asset_id']}"
    assert await stored_means(hass, uptime) == true_months(cloud, "uptime", name)


def requests(cloud: FlowerhubCloud, part: str = "") -> int:
    """Count the requests so far to paths with this part."""
    return sum(part in entry.path for entry in cloud.requests.entries)


def reauths(hass: HomeAssistant, entry: MockConfigEntry) -> int:
    """Count the requests to the user to log in."""
    return len(list(entry.async_get_active_flows(hass, {"reauth"})))
