"""Set-up, entities, devices, two accounts, unloading."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.flowerhub import async_remove_config_entry_device
from custom_components.flowerhub.const import DOMAIN
from tests.clouds.flowerhub import FlowerhubCloud
from tests.entries import (
    HOUR,
    assert_leaves_nothing,
    entity_id,
    pass_time,
    person_of,
    requests,
    settle,
)

from .helpers import POLL, add_entry, attributes, make_entry, state

EXPECTED = {
    "status": "Connected",
    "status_message": "Inverter Dongle Found And Components Are Running",
    "fuse_size": "20.0",
    "power_capacity": "10.0",
    "battery_power_capacity": "5.0",
    "energy_capacity": "15.0",
    "compensation_status": "Qualified",
    "compensation_start_date": "2025-06-01",
    "min_available_power": "5.0",
    "last_invoice_due_date": "2026-11-28",
    "last_invoice_status": "Unpaid",
    "last_invoice_period": "October 2026",
    "consumption_agreement_state": "Active",
    "production_agreement_state": "Active",
}


@pytest.mark.usefixtures("all_enabled")
async def test_entities(hass: HomeAssistant, cloud: FlowerhubCloud) -> None:
    """Every entity has a name, a device and a value; the values are the portal's."""
    entry = await add_entry(hass, cloud)
    registry = er.async_get(hass)
    entries = er.async_entries_for_config_entry(registry, entry.entry_id)
    assert len(entries) == 52
    for item in entries:
        assert item.device_id
        if item.disabled_by or item.domain in ("button", "event"):
            continue
        found = hass.states.get(item.entity_id)
        assert found, item.entity_id
        assert found.state not in (STATE_UNAVAILABLE, STATE_UNKNOWN), item.entity_id
        assert "{" not in str(found.name)
    assert {key: state(hass, entry, key) for key in EXPECTED} == EXPECTED
    assert state(hass, entry, "connected", "binary_sensor") == "on"
    assert state(hass, entry, "is_installed", "binary_sensor") == "on"
    assert state(hass, entry, "last_invoice_paid", "binary_sensor") == "off"
    assert state(hass, entry, "flower_notice", "binary_sensor") == "off"
    series = cloud.truth(None, None, None)["series"]
    earned = series["compensation"][-1]["value"]
    assert float(state(hass, entry, "compensation")) == earned
    owed = series["invoiced"][-1]["value"]
    for key in ("compensation", "last_invoice_amount"):
        begun = attributes(hass, entry, key)["last_reset"]
        assert begun == series["invoiced"][-1]["start"]
    assert float(state(hass, entry, "last_invoice_amount")) == owed
    assert float(state(hass, entry, "unpaid_invoices_total")) == max(0, owed)
    site = person_of(cloud)["site_id"]
    used = series[f"consumption/{site}"][-1]
    assert float(state(hass, entry, "monthly_consumption")) == used["value"]
    shown = attributes(hass, entry, "monthly_consumption")
    assert shown["last_reset"] == used["start"]
    assert shown["is_reading"] is True
    last_month = series["uptime"][-2]["value"]
    assert float(state(hass, entry, "last_month_uptime")) == last_month


async def test_uptime_of_the_running_month(
    hass: HomeAssistant, cloud: FlowerhubCloud, entry: MockConfigEntry
) -> None:
    """Seconds are shown in hours; they begin with the Swedish month."""
    connected = float(state(hass, entry, "monthly_uptime"))
    lost = float(state(hass, entry, "monthly_downtime"))
    assert connected + lost == pytest.approx(19 * 24 + 13, abs=0.01)
    shown = attributes(hass, entry, "monthly_uptime")
    assert shown["last_reset"] == "2026-10-31T23:00:00+00:00"
    assert shown["unit_of_measurement"] == "h"
    ratio = float(state(hass, entry, "monthly_uptime_ratio"))
    assert ratio == pytest.approx(100 * connected / (connected + lost), abs=0.01)


async def test_devices(
    hass: HomeAssistant, cloud: FlowerhubCloud, entry: MockConfigEntry
) -> None:
    """Inverter and battery hang behind the hub; the account stands for itself."""
    registry = dr.async_get(hass)
    devices = dr.async_entries_for_config_entry(registry, entry.entry_id)
    by_name = {device.name: device for device in devices}
    title = entry.title
    assert set(by_name) == {
        title,
        f"{title} inverter",
        f"{title} battery",
        f"{title} electricity account",
    }
    hub, battery = by_name[title], by_name[f"{title} battery"]
    assert hub.model == "Hub model X"
    assert hub.serial_number
    assert battery.via_device_id == hub.id
    assert (battery.manufacturer, battery.model) == ("Huawei", "LUNA2000 S0")
    for device in devices:
        assert not await async_remove_config_entry_device(hass, entry, device)
    gone = registry.async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={(DOMAIN, "1")}
    )
    assert await async_remove_config_entry_device(hass, entry, gone)


async def test_unload_and_remove(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Nothing is left behind: no session, no task, no request."""
    await assert_leaves_nothing(hass, at_noon, cloud, entry)


async def test_two_accounts_side_by_side(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """They never share a cookie, whoever logs in or refreshes when."""
    entries = [
        await add_entry(hass, cloud, name) for name in ("solar_home", "plain_home")
    ]
    cloud.requests.clear()
    for minutes in (14, 20, 40, 7, 30):
        await pass_time(hass, at_noon, entries[0], timedelta(minutes=minutes))
        await settle(hass, entries[1])
        jars = [
            {cookie.value for cookie in each.runtime_data.connection.session.cookie_jar}
            for each in entries
        ]
        assert len(jars[0]) == len(jars[1]) == 2
        assert not jars[0] & jars[1]
    asked = cloud.requests.entries
    assert {each.status for each in asked} == {200}
    assert {each.account for each in asked} == {"solar_home", "plain_home"}
    for each in entries:
        assert state(hass, each, "connected", "binary_sensor") == "on"
    cloud.apply({"disconnect": "plain_home"})
    await pass_time(hass, at_noon, entries[0], POLL)
    await settle(hass, entries[1])
    connected = [state(hass, each, "connected", "binary_sensor") for each in entries]
    assert connected == ["on", "off"]


async def test_a_home_without_sun(hass: HomeAssistant, cloud: FlowerhubCloud) -> None:
    """What it does not have is not there, and comes when it is."""
    entry = await add_entry(hass, cloud, "plain_home")
    registry = er.async_get(hass)
    ids = {
        item.unique_id
        for item in er.async_entries_for_config_entry(registry, entry.entry_id)
    }
    owner = f"owner_{entry.data['asset_owner_id']}"
    assert f"{owner}_monthly_consumption" in ids
    assert f"{owner}_monthly_production" not in ids
    assert f"{owner}_production_agreement_state" not in ids
    (source,) = entry.runtime_data.energy_sources
    assert source.return_ is None


async def test_parts_that_come_later(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Inverter, battery and bills appear without a reload."""
    cloud.apply({"look": {"null_parts": True, "zero_fuse": True, "no_revenue": True}})
    entry = await add_entry(hass, cloud)
    registry = dr.async_get(hass)
    assert len(dr.async_entries_for_config_entry(registry, entry.entry_id)) == 2
    assert state(hass, entry, "fuse_size") == STATE_UNKNOWN
    cloud.apply({"look": {"reset": True}})
    await pass_time(hass, at_noon, entry, *[HOUR] * 7)
    assert len(dr.async_entries_for_config_entry(registry, entry.entry_id)) == 4
    assert state(hass, entry, "energy_capacity") == "15.0"
    assert state(hass, entry, "fuse_size") == "20.0"
    assert float(state(hass, entry, "compensation")) > 0


async def test_a_replaced_hub(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Its successor goes on with the same entities, within two polls."""
    before = entity_id(hass, f"{entry.data['key']}_status")
    (new,) = cloud.apply({"replace_hub": "solar_home"}).values()
    await pass_time(hass, at_noon, entry, *[POLL] * 2)
    assert entry.data["asset_id"] == new["asset_id"]
    assert entry.state is ConfigEntryState.LOADED
    assert entity_id(hass, f"{entry.data['key']}_status") == before
    assert state(hass, entry, "connected", "binary_sensor") == "on"


async def test_a_poll_without_news_writes_nothing(
    hass: HomeAssistant, cloud: FlowerhubCloud, entry: MockConfigEntry
) -> None:
    """The same answers again change no state."""
    changed: list[str] = []
    hass.bus.async_listen(
        "state_changed", lambda event: changed.append(event.data["entity_id"])
    )
    entry.runtime_data.account_data.answers.all_due()
    await entry.runtime_data.coordinator.async_refresh()
    await settle(hass, entry)
    assert requests(cloud, "/invoice") == 2
    assert changed == []


async def test_unchanged_entry_data(
    hass: HomeAssistant, cloud: FlowerhubCloud, entry: MockConfigEntry
) -> None:
    """No token is stored anywhere: a login at each start takes its place."""
    assert set(entry.data) == {
        "username",
        "password",
        "asset_owner_id",
        "asset_id",
        "key",
        "invoiced_key",
        "settlement",
        "sites",
        "invoice",
    }
    cloud.requests.clear()
    await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass, entry)
    assert requests(cloud, "/auth/login") == 1
    assert requests(cloud) < 20


@pytest.mark.parametrize("name", ["solar_home", "plain_home"])
async def test_names_of_entities(
    hass: HomeAssistant, cloud: FlowerhubCloud, name: str
) -> None:
    """Entity ids begin with the entry's title and hold nothing personal."""
    entry = make_entry(hass, cloud, name)
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass, entry)
    key = entry.data["key"]
    assert entity_id(hass, f"{key}_status") == f"sensor.flowerhub_{key}_status"
