"""The Energy dashboard, the action, the endpoints, the feed."""

from datetime import UTC, datetime
from typing import Any

from homeassistant.components.energy.data import async_get_manager
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cloud_energy.endpoints import endpoints_for
from custom_components.cloud_energy.energy_dashboard import (
    BatterySource,
    DeviceSource,
    EnergySource,
    GridSource,
    SolarSource,
    async_add_to_energy_dashboard,
)
from custom_components.cloud_energy.statistics import Series
from custom_components.dominion_energy.api.const import Endpoints

HOME = GridSource(
    name="Home",
    consumption="x:a_consumption",
    return_="x:a_return",
    cost="x:a_cost",
)
SERIES = Series.energy("cloud_energy:meter", "Meter")
START = datetime(2026, 1, 1, tzinfo=UTC)


async def sources(hass: HomeAssistant) -> list[dict[str, Any]]:
    """Return what the dashboard has."""
    manager = await async_get_manager(hass)
    return [dict(s) for s in manager.data["energy_sources"]] if manager.data else []


async def test_an_empty_dashboard(hass: HomeAssistant) -> None:
    """The first source is added whole; twice changes nothing."""
    assert await async_add_to_energy_dashboard(hass, [HOME]) == sorted(
        HOME.statistic_ids
    )
    (source,) = await sources(hass)
    assert source["stat_energy_from"] == "x:a_consumption"
    assert source["stat_energy_to"] == "x:a_return"
    assert source["stat_cost"] == "x:a_cost"
    assert source["stat_compensation"] is None
    assert await async_add_to_energy_dashboard(hass, [HOME]) == []
    assert await sources(hass) == [source]


async def test_what_is_there_stays(hass: HomeAssistant) -> None:
    """Other sources are not touched, not even for what they lack."""
    alone = GridSource(name="Mine", consumption="x:a_consumption")
    await async_add_to_energy_dashboard(hass, [alone])
    before = await sources(hass)
    added = await async_add_to_energy_dashboard(hass, [HOME])
    assert added == ["x:a_return"]
    after = await sources(hass)
    assert after[:1] == before
    assert after[1]["stat_energy_from"] is None
    assert after[1]["stat_cost"] is None
    assert await async_add_to_energy_dashboard(hass, [HOME, alone]) == []


async def test_sun_battery_and_devices(hass: HomeAssistant) -> None:
    """Each kind has its place, entities among them; twice changes nothing."""
    wanted: list[EnergySource] = [
        SolarSource(name="Roof", production="x:sun", power="sensor.sun"),
        SolarSource(name="Shed", production="x:shed"),
        BatterySource(
            name="Battery",
            discharge="sensor.out",
            charge="sensor.in",
            power="sensor.battery",
            state_of_charge="sensor.soc",
            capacity=13.5,
        ),
        BatterySource(name="Spare", discharge="x:out", charge="x:in"),
        DeviceSource(name="Oven", consumption="x:oven"),
        DeviceSource(name="Plug", consumption="x:plug", included_in="x:oven"),
    ]
    added = await async_add_to_energy_dashboard(hass, wanted)
    assert added == sorted(i for source in wanted for i in source.statistic_ids)
    roof, shed, battery, spare = await sources(hass)
    assert (roof["stat_energy_from"], roof["stat_rate"]) == ("x:sun", "sensor.sun")
    assert "stat_rate" not in shed
    assert battery == {
        "type": "battery",
        "name": "Battery",
        "stat_energy_from": "sensor.out",
        "stat_energy_to": "sensor.in",
        "stat_rate": "sensor.battery",
        "power_config": {"stat_rate": "sensor.battery"},
        "stat_soc": "sensor.soc",
        "capacity": 13.5,
    }
    assert spare.keys() == {"type", "name", "stat_energy_from", "stat_energy_to"}
    manager = await async_get_manager(hass)
    assert manager.data
    assert manager.data["device_consumption"] == [
        {"stat_consumption": "x:oven", "name": "Oven"},
        {"stat_consumption": "x:plug", "name": "Plug", "included_in_stat": "x:oven"},
    ]
    assert await async_add_to_energy_dashboard(hass, wanted) == []
    # A battery by the same energy would be counted twice.
    half = BatterySource(name="Half", discharge="x:out", charge="x:other")
    assert await async_add_to_energy_dashboard(hass, [half]) == []


async def test_the_action_needs_an_entry_that_runs(
    hass: HomeAssistant, enable_custom_integrations: None
) -> None:
    """Anything else is refused with a text that helps."""
    assert await async_setup_component(hass, "cloud_energy", {})
    entry = MockConfigEntry(domain="sun")
    entry.add_to_hass(hass)
    for entry_id in ("none", entry.entry_id):
        with pytest.raises(ServiceValidationError) as caught:
            await hass.services.async_call(
                "cloud_energy",
                "add_to_energy_dashboard",
                {"config_entry_id": entry_id},
                blocking=True,
            )
        assert "set up and running" in str(caught.value)


async def test_endpoints(hass: HomeAssistant, enable_custom_integrations: None) -> None:
    """The configuration may name other addresses, one by one."""
    assert endpoints_for(hass, "dominion_energy", Endpoints()) == Endpoints()
    given = {"dominion_energy": {"data": "http://localhost:1"}}
    config = {"cloud_energy": {"endpoints": given}}
    assert await async_setup_component(hass, "cloud_energy", config)
    endpoints = endpoints_for(hass, "dominion_energy", Endpoints())
    assert endpoints.data == "http://localhost:1"
    assert endpoints.gigya == Endpoints().gigya


@pytest.mark.parametrize(
    "config",
    [
        {"endpoints": {"dominion_energy": {"data": "no address"}}},
        {"endpoints": ["x"]},
        {"other": 1},
    ],
)
async def test_bad_configuration(
    hass: HomeAssistant, enable_custom_integrations: None, config: dict[str, Any]
) -> None:
    """A typing error in the configuration is told."""
    assert not await async_setup_component(
        hass, "cloud_energy", {"cloud_energy": config}
    )
