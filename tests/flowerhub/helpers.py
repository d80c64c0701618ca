"""What the tests of this integration have in common."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.flowerhub.const import CONF_INVOICED_KEY, DOMAIN
from custom_components.flowerhub.entry_data import id_data, login_data
from tests import entries
from tests.clouds.flowerhub import FlowerhubCloud
from tests.entries import person_of, set_up
from tests.recorded import stored, stored_rows

NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
"""One in the afternoon in Stockholm."""

POLL: Final = timedelta(minutes=14)
"""A little more than the longest interval of the status, with its jitter."""


def make_entry(
    hass: HomeAssistant, cloud: FlowerhubCloud, name: str = "solar_home", **options: Any
) -> MockConfigEntry:
    """Make an entry as the flow makes it, without setting it up."""
    return _make_entry(hass, cloud, name, _ids(cloud, name), **options)


def make_older_entry(
    hass: HomeAssistant, cloud: FlowerhubCloud, name: str = "solar_home"
) -> MockConfigEntry:
    """Make an entry as the flow made it before the statistics had a key of their own."""
    ids = _ids(cloud, name)
    del ids[CONF_INVOICED_KEY]
    return _make_entry(hass, cloud, name, ids)


def _ids(cloud: FlowerhubCloud, name: str) -> dict[str, Any]:
    person = person_of(cloud, name)
    return id_data(person["asset_owner_id"], person["asset_id"])


def _make_entry(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    name: str,
    ids: Mapping[str, Any],
    **options: Any,
) -> MockConfigEntry:
    person = person_of(cloud, name)
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=f"Flowerhub {person['asset_id']}",
        unique_id=person["account"],
        data={**login_data(person), **ids},
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
    return await set_up(hass, entry, state)


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
    return entries.state(hass, _unique_id(entry, key), platform)


def attributes(
    hass: HomeAssistant, entry: MockConfigEntry, key: str, platform: str = "sensor"
) -> Mapping[str, Any]:
    """Return an entity's attributes."""
    return entries.attributes(hass, _unique_id(entry, key), platform)


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
        f"flowerhub:invoiced_{person['asset_id']}": "invoiced",
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
