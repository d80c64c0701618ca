"""What the home and its circuits always draw, and whether a day stands out."""

from datetime import datetime, timedelta
from statistics import median
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.cloud_energy.entry import habit_book
from custom_components.cloud_energy.recorder.jobs import RecorderFailed
from custom_components.cloud_energy.recorder.stored import async_stored_hours
from custom_components.emporia.const import DOMAIN
from tests.clouds.emporia import EmporiaCloud
from tests.entries import settle

from .helpers import gid_of, make_entry, true_hours
from .test_costs import enable, entity_id

HOUR = timedelta(hours=1)


async def pass_hours(
    hass: HomeAssistant,
    at_noon: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    hours: int,
) -> None:
    """Let hours pass, and the newest ones be imported."""
    at_noon.tick(hours * HOUR)
    async_fire_time_changed(hass)
    await settle(hass, entry)
    await entry.runtime_data.coordinator.async_refresh()
    await settle(hass, entry)
    await entry.runtime_data.habits.async_settled()


async def test_the_base_load_of_the_home_and_a_circuit(
    hass: HomeAssistant,
    at_noon: FrozenDateTimeFactory,
    cloud: EmporiaCloud,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The night's minimum of the stored hours; disabled at first, read once a day."""
    entry = await make_entry(hass, cloud, "plain_home", days=4)
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass, entry)
    registry = er.async_get(hass)
    ours = [
        each
        for each in er.async_entries_for_config_entry(registry, entry.entry_id)
        if "base_load" in each.unique_id or "unusual" in each.unique_id
    ]
    assert ours
    assert all(each.disabled_by for each in ours)
    assert not entry.runtime_data.habits.found

    reads: list[str] = []

    async def counted(hass: HomeAssistant, statistic_id: str, *span: datetime) -> Any:
        reads.append(statistic_id)
        if len(reads) == 1:
            raise RecorderFailed("OperationalError")
        return await async_stored_hours(hass, statistic_id, *span)

    monkeypatch.setattr(habit_book, "async_stored_hours", counted)
    gid = gid_of(cloud, "plain_home", "vue")
    keys = ("base_load", "base_load_cost")
    await enable(hass, entry, *(f"{gid}_mains_{key}" for key in keys))
    await settle(hass, entry)
    await entry.runtime_data.coordinator.async_refresh()
    await entry.runtime_data.habits.async_settled()
    await hass.async_block_till_done()
    assert {*reads} == {f"{DOMAIN}:{gid}_mains_energy"}

    zone = entry.runtime_data.zone
    now = cloud.clock.now().astimezone(zone)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    start = midnight - timedelta(days=3)
    hours = true_hours(cloud, "plain_home", f"{gid}/1,2,3", start, midnight)
    lows = [
        min(hours[start + timedelta(days=day) + at * HOUR] for at in range(6))
        for day in range(3)
    ]
    load, cost = (
        hass.states.get(entity_id(hass, f"{gid}_mains_{key}")) for key in keys
    )
    assert load
    assert cost
    assert float(load.state) == pytest.approx(1000 * median(lows), abs=0.1)
    prices = entry.runtime_data.coordinator.coming_prices(
        gid, now, now + timedelta(days=7)
    )
    assert prices
    mean = sum(p.price * (p.length / HOUR) for p in prices.intervals) / (7 * 24)
    assert float(cost.state) == pytest.approx(
        float(load.state) / 1000 * 8766 * mean, abs=0.02
    )
    # Home Assistant reloads once more by itself after entities were enabled
    await pass_hours(hass, at_noon, entry, 1)
    known = len(reads)
    # The hours of the running day change nothing; its end does
    await pass_hours(hass, at_noon, entry, 2)
    assert len(reads) == known
    await pass_hours(hass, at_noon, entry, 24)
    assert len(reads) == known + 1
    assert entry.runtime_data.habits.found[reads[0]].day == now.date()


async def test_a_home_with_a_battery_has_only_those_of_its_circuits(
    hass: HomeAssistant, at_noon: FrozenDateTimeFactory, cloud: EmporiaCloud
) -> None:
    """What it draws from the grid at night is not what is always on."""
    entry = await make_entry(hass, cloud, "solar_home", days=1)
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass, entry)
    vue = gid_of(cloud, "solar_home", "vue")
    battery = gid_of(cloud, "solar_home", "battery")
    registry = er.async_get(hass)
    habits = {
        each.unique_id
        for each in er.async_entries_for_config_entry(registry, entry.entry_id)
        if each.unique_id.endswith(("_base_load", "_unusual_usage"))
    }
    assert f"{vue}_circuit_4_base_load" in habits
    assert not {f"{vue}_mains_base_load", f"{vue}_mains_unusual_usage"} & habits
    assert not {each for each in habits if each.startswith(f"{battery}_")}
    # Circuit 10 is that of the battery
    assert f"{vue}_circuit_10_base_load" not in habits
