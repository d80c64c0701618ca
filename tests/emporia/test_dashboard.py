"""What the user wants on the Energy dashboard comes there, with its live power."""

from datetime import timedelta
from typing import Any, cast

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.energy.data import (
    ENERGY_SOURCE_SCHEMA,
    EnergyPreferencesUpdate,
    async_get_manager,
)
from homeassistant.components.energy.validate import async_validate
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from custom_components.cloud_energy.dashboard.pending import CONF_PENDING, pending_data
from custom_components.emporia.const import DOMAIN
from custom_components.emporia.diagnostics import async_get_config_entry_diagnostics
from tests.clouds.emporia import EmporiaCloud
from tests.entries import MINUTE, pass_time, person_of, settle
from tests.flows import opened, walk

from .helpers import gid_of, make_entry

HOME = "solar_home"


async def preferences(hass: HomeAssistant) -> tuple[list[Any], list[Any]]:
    """Return the sources and the devices of the dashboard."""
    manager = await async_get_manager(hass)
    if not manager.data:
        return [], []
    return list(manager.data["energy_sources"]), list(
        manager.data["device_consumption"]
    )


async def prefer(hass: HomeAssistant, **chosen: Any) -> None:
    """Have a user change the dashboard."""
    manager = await async_get_manager(hass)
    await manager.async_update(cast("EnergyPreferencesUpdate", chosen))


async def add_by_flow(
    hass: HomeAssistant, cloud: EmporiaCloud, choice: str = "dashboard_add"
) -> ConfigEntry[Any]:
    """Add the account as a user does."""
    person = person_of(cloud, HOME)
    result = await walk(
        hass,
        await opened(hass, DOMAIN),
        {"next_step_id": "sign_in"},
        {"username": person["username"], "password": person["password"]},
        {"next_step_id": choice},
    )
    # Two years of history are not waited for.
    await hass.async_block_till_done()
    await async_wait_recording_done(hass)
    entry: ConfigEntry[Any] = result["result"]
    return entry


def live_powers(hass: HomeAssistant) -> dict[str, str]:
    """Return the entities of power that there are, by the stem of their channel."""
    registry = er.async_get(hass)
    return {
        item.unique_id.removesuffix("_power"): item.entity_id
        for item in registry.entities.values()
        if item.platform == DOMAIN
        and item.unique_id.endswith("_power")
        and not item.disabled
    }


async def test_every_source_has_its_power(
    hass: HomeAssistant, cloud: EmporiaCloud
) -> None:
    """Grid, sun and each device, as the view *Now* wants them."""
    hass.config.currency = "USD"
    entry = await add_by_flow(hass, cloud)
    sources, devices = await preferences(hass)
    powers = live_powers(hass)
    gid = gid_of(cloud, HOME, "vue")
    grid, sun, battery = sources
    assert battery["power_config"].keys() == {"stat_rate_from", "stat_rate_to"}
    assert grid["stat_rate"] == powers[f"{gid}_mains"]
    assert grid["power_config"] == {"stat_rate": powers[f"{gid}_mains"]}
    assert grid["stat_cost"] and grid["stat_compensation"]
    shown = {sun["stat_energy_from"]: sun}
    shown |= {each["stat_consumption"]: each for each in devices}
    assert len(shown) > 5
    for statistic_id, each in shown.items():
        stem = statistic_id.partition(":")[2].removesuffix("_energy")
        assert each["stat_rate"] == powers[stem], statistic_id
    assert ENERGY_SOURCE_SCHEMA(sources) == sources
    found = (await async_validate(hass)).as_dict()
    undefined = {
        affected
        for issues in (*found["energy_sources"], *found["device_consumption"])
        for issue in issues
        if issue["type"] == "statistics_not_defined"
        for affected, _ in issue["affected_entities"]
    }
    # No states are recorded in tests; of what is imported, nothing is unknown.
    assert not {each for each in undefined if ":" in each}
    await hass.config_entries.async_unload(entry.entry_id)


async def test_a_second_grid_connection(
    hass: HomeAssistant, cloud: EmporiaCloud
) -> None:
    """The step names the first one, and the rest can be had without another."""
    utility = {
        "type": "grid",
        "name": "Dominion Energy",
        "stat_energy_from": "sensor.meter",
        "cost_adjustment_day": 0,
    }
    await prefer(hass, energy_sources=ENERGY_SOURCE_SCHEMA([utility]))
    person = person_of(cloud, HOME)
    result = await walk(
        hass,
        await opened(hass, DOMAIN),
        {"next_step_id": "sign_in"},
        {"username": person["username"], "password": person["password"]},
    )
    assert result["menu_options"] == [
        "dashboard_add",
        "dashboard_add_without_grid",
        "dashboard_skip",
    ]
    placeholders = result["description_placeholders"]
    assert placeholders
    assert "connection: Dominion Energy." in placeholders["notes"]
    assert "counted twice" in placeholders["notes"]
    result = await walk(hass, result, {"next_step_id": "dashboard_add_without_grid"})
    entry = result["result"]
    await hass.async_block_till_done()
    sources, devices = await preferences(hass)
    assert [each["type"] for each in sources] == ["grid", "solar", "battery"]
    assert sources[0]["stat_energy_from"] == "sensor.meter"
    assert "stat_rate" not in sources[0]
    assert devices
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
async def wishing(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> MockConfigEntry:
    """Return an entry whose user has just said Add, before its first set-up."""
    entry = await make_entry(hass, cloud, HOME)
    data = {**entry.data, **pending_data(without_grid=False)}
    hass.config_entries.async_update_entry(entry, data=data)
    return entry


async def restart(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set the entry up again."""
    await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass, entry)


async def test_a_sudden_end(
    hass: HomeAssistant, wishing: MockConfigEntry, at_noon: FrozenDateTimeFactory
) -> None:
    """Preferences that were not written yet are made again."""
    await restart(hass, wishing)
    added = await preferences(hass)
    assert all(added)
    # The disk still has what was before; the entry is written at once.
    await prefer(hass, energy_sources=[], device_consumption=[])
    await restart(hass, wishing)
    assert await preferences(hass) == added


async def test_what_the_user_removes_stays_away(
    hass: HomeAssistant, wishing: MockConfigEntry, at_noon: FrozenDateTimeFactory
) -> None:
    """It was added once, as they wanted it."""
    await restart(hass, wishing)
    await pass_time(hass, at_noon, wishing, 3 * MINUTE)
    (grid, *_), devices = await preferences(hass)
    bare = {k: v for k, v in grid.items() if k not in ("stat_rate", "power_config")}
    await prefer(hass, energy_sources=[bare], device_consumption=devices[1:])
    told = await async_get_config_entry_diagnostics(hass, wishing)
    # Users name entities as they please.
    assert told["entry"]["data"][CONF_PENDING]["already_added"] == "**REDACTED**"
    for _ in range(2):
        await restart(hass, wishing)
        await pass_time(hass, at_noon, wishing, 3 * MINUTE)
        assert await preferences(hass) == ([bare], devices[1:])
    # The action is another word of the user's.
    await hass.services.async_call(
        "cloud_energy",
        "add_to_energy_dashboard",
        {"config_entry_id": wishing.entry_id},
        blocking=True,
    )
    sources, again = await preferences(hass)
    assert sources[0] == grid
    assert {each["stat_consumption"] for each in again} == {
        each["stat_consumption"] for each in devices
    }


async def test_power_that_comes_later(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    wishing: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """The source has been there before its entity, and gets it then."""
    registry = er.async_get(hass)
    gid = gid_of(cloud, HOME, "vue")
    early = registry.async_get_or_create(
        "sensor",
        DOMAIN,
        f"{gid}_mains_power",
        config_entry=wishing,
        disabled_by=er.RegistryEntryDisabler.INTEGRATION,
    )
    await restart(hass, wishing)
    grid = (await preferences(hass))[0][0]
    assert "stat_rate" not in grid
    registry.async_update_entity(early.entity_id, disabled_by=None)
    await pass_time(hass, at_noon, wishing, MINUTE)
    assert (await preferences(hass))[0][0]["stat_rate"] == early.entity_id


async def test_the_wish_ends(
    hass: HomeAssistant, wishing: MockConfigEntry, at_noon: FrozenDateTimeFactory
) -> None:
    """After a day nothing is added without another word."""
    await restart(hass, wishing)
    assert CONF_PENDING in wishing.data
    await pass_time(hass, at_noon, wishing, timedelta(hours=25))
    await prefer(hass, energy_sources=[], device_consumption=[])
    await restart(hass, wishing)
    assert CONF_PENDING not in wishing.data
    assert await preferences(hass) == ([], [])
