"""Entries of the earlier integration: history and dashboards survive (wire 6.1)."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.flowerhub.const import DOMAIN
from custom_components.flowerhub.migration import _OLD_KEYS
from tests.clouds.flowerhub import FlowerhubCloud
from tests.entries import pass_time, person_of, reauths, settle

from .helpers import POLL, add_entry


def old_entry(
    hass: HomeAssistant, cloud: FlowerhubCloud, name: str = "solar_home", **data: Any
) -> MockConfigEntry:
    """Make an entry as the earlier integration left it."""
    person = person_of(cloud, name)
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Flowerhub",
        data={"username": person["username"], "password": person["password"]} | data,
        options={"scan_interval": 60},
    )
    entry.add_to_hass(hass)
    return entry


def is_loaded(entry: MockConfigEntry) -> bool:
    """Tell whether the set-up has succeeded in the end."""
    return entry.state is ConfigEntryState.LOADED


async def test_entities_go_on(hass: HomeAssistant, cloud: FlowerhubCloud) -> None:
    """All of them keep their entity ids, names and areas; nothing is lost."""
    entry = old_entry(hass, cloud)
    devices, entities = dr.async_get(hass), er.async_get(hass)
    hub = devices.async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, entry.entry_id)},
        name="Flowerhub",
    )
    devices.async_update_device(hub.id, name_by_user="Batteriet")
    before = {
        key: entities.async_get_or_create(
            "sensor",
            DOMAIN,
            f"{entry.entry_id}_{key}",
            config_entry=entry,
            device_id=hub.id,
            suggested_object_id=f"flower_hub_{key}",
        ).entity_id
        for key in sorted(_OLD_KEYS)
    }
    entities.async_get_or_create("sensor", DOMAIN, "something_else", config_entry=entry)
    for domain in (DOMAIN, "other"):
        ir.async_create_issue(
            hass,
            domain,
            "left_over",
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key="server_update_failures",
        )
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    person = person_of(cloud)
    key = str(person["asset_id"])
    assert entry.unique_id == person["account"]
    for name, entity_id in before.items():
        found = entities.async_get(entity_id)
        assert found, name
        assert found.unique_id == f"{key}_{name}"
        state = hass.states.get(entity_id)
        assert state, name
        assert state.state not in ("unavailable", "unknown"), name
    kept = devices.async_get(hub.id)
    assert kept
    assert kept.name_by_user == "Batteriet"
    assert kept.identifiers == {(DOMAIN, key)}
    assert (DOMAIN, "left_over") not in ir.async_get(hass).issues
    assert ("other", "left_over") in ir.async_get(hass).issues
    assert entities.async_get_entity_id("sensor", DOMAIN, "something_else")
    shown = hass.states.get("sensor.flower_hub_is_installed")
    assert shown
    assert shown.state == "Yes"
    assert entry.runtime_data.coordinator.update_interval.total_seconds() >= 720
    assert entry.options == {"scan_interval": 60}


async def test_adopted_only_once(hass: HomeAssistant, cloud: FlowerhubCloud) -> None:
    """Later starts don't ask for the ids again."""
    entry = old_entry(hass, cloud)
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass, entry)
    data = dict(entry.data)
    await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    assert entry.data == data


async def test_two_entries_of_one_account(
    hass: HomeAssistant, cloud: FlowerhubCloud
) -> None:
    """The second one says why it can't be set up."""
    await add_entry(hass, cloud)
    entry = old_entry(hass, cloud)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "already_configured"
    assert reauths(hass, entry) == 0


@pytest.mark.parametrize(
    "fault",
    [{"kind": "drop"}, {"kind": "status", "status": 500}, {"kind": "html"}],
    ids=str,
)
async def test_network_trouble_at_the_start(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    at_noon: FrozenDateTimeFactory,
    fault: dict[str, Any],
) -> None:
    """It is tried again; nobody is asked to log in."""
    cloud.faults.add(endpoint="*", times=10_000, **fault)
    entry = old_entry(hass, cloud)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert reauths(hass, entry) == 0
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, POLL)
    await settle(hass, entry)
    assert is_loaded(entry)


@pytest.mark.parametrize("name", ["newcomer", "installer"])
async def test_nothing_to_show(
    hass: HomeAssistant, cloud: FlowerhubCloud, name: str
) -> None:
    """Without a hub there is nothing to set up, but it may come."""
    entry = old_entry(hass, cloud, name)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert reauths(hass, entry) == 0


async def test_a_wrong_password(hass: HomeAssistant, cloud: FlowerhubCloud) -> None:
    """The user is asked, and the account is known from then on."""
    entry = old_entry(hass, cloud, password="old")
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.SETUP_ERROR
    (flow,) = entry.async_get_active_flows(hass, {"reauth"})
    person = person_of(cloud)
    result = await hass.config_entries.flow.async_configure(
        flow["flow_id"], {"password": person["password"]}
    )
    assert result["reason"] == "reauth_successful"
    await settle(hass, entry)
    assert is_loaded(entry)
    assert entry.unique_id == person["account"]
