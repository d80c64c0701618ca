"""A home battery: its energy is counted from its power, over restarts."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.energy.data import ENERGY_SOURCE_SCHEMA, async_get_manager
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cloud_energy.dashboard.sources import BatterySource, TwoPowers
from tests.clouds.emporia import EmporiaCloud
from tests.entries import entity_id, pass_time, settle, state

from .helpers import add_entry, gid_of

HOME = "solar_home"
POLL = timedelta(minutes=6, seconds=30)
"""A little more than the usual interval, with its jitter."""


def counted(hass: HomeAssistant, gid: int) -> tuple[float, float]:
    """Return the kWh charged and discharged."""
    charged, discharged = (
        float(state(hass, f"{gid}_{way}_energy_calculated"))
        for way in ("charge", "discharge")
    )
    return charged, discharged


def power(hass: HomeAssistant, gid: int) -> tuple[float, float]:
    """Return the kW that it charges and discharges."""
    charge, discharge = (
        float(state(hass, f"{gid}_{way}_power")) for way in ("charge", "discharge")
    )
    return charge, discharge


async def test_energy_is_counted(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """As much as its power says, in each direction; an absence is not counted."""
    entry = await add_entry(hass, cloud, HOME)
    gid = gid_of(cloud, HOME, "battery")
    assert counted(hass, gid) == (0, 0)
    charged = discharged = 0.0
    for _ in range(40):
        charge, discharge = power(hass, gid)
        before = entry.runtime_data.status.last_success
        await pass_time(hass, at_noon, entry, POLL)
        hours = (entry.runtime_data.status.last_success - before) / timedelta(hours=1)
        charged += max(0, charge - discharge) * hours
        discharged += max(0, discharge - charge) * hours
    assert charged > 1
    assert counted(hass, gid) == pytest.approx((charged, discharged), abs=0.01)
    total = counted(hass, gid)
    await hass.config_entries.async_unload(entry.entry_id)
    at_noon.tick(timedelta(hours=3))
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass, entry)
    assert counted(hass, gid) == total
    await pass_time(hass, at_noon, entry, POLL, POLL)
    assert counted(hass, gid) != total


async def test_it_is_on_the_energy_dashboard(
    hass: HomeAssistant, cloud: EmporiaCloud, entry: MockConfigEntry
) -> None:
    """With power in both directions, charge and capacity; it is no device besides."""
    gid = gid_of(cloud, HOME, "battery")
    (battery,) = (
        each
        for each in entry.runtime_data.energy_sources
        if isinstance(each, BatterySource)
    )
    sensors = {
        key: entity_id(hass, f"{gid}_{key}")
        for key in (
            "charge_energy_calculated",
            "discharge_energy_calculated",
            "charge_power",
            "discharge_power",
            "state_of_charge",
        )
    }
    assert battery == BatterySource(
        name="Battery",
        discharge=sensors["discharge_energy_calculated"],
        charge=sensors["charge_energy_calculated"],
        power=TwoPowers(sensors["discharge_power"], sensors["charge_power"]),
        state_of_charge=sensors["state_of_charge"],
        capacity=13.5,
    )
    await hass.services.async_call(
        "cloud_energy",
        "add_to_energy_dashboard",
        {"config_entry_id": entry.entry_id},
        blocking=True,
    )
    manager = await async_get_manager(hass)
    assert manager.data
    sources: list[Any] = list(manager.data["energy_sources"])
    assert ENERGY_SOURCE_SCHEMA(sources) == sources
    assert [each["type"] for each in sources] == ["grid", "solar", "battery"]
    assert sources[2]["power_config"] == {
        "stat_rate_from": sensors["discharge_power"],
        "stat_rate_to": sensors["charge_power"],
    }
    devices = {each["stat_consumption"] for each in manager.data["device_consumption"]}
    assert not {each for each in devices if f":{gid}_" in each}
