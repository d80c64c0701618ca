"""The Energy dashboard, the action, the endpoints, the feed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

from homeassistant.components.energy.data import (
    ENERGY_SOURCE_SCHEMA,
    EnergyPreferencesUpdate,
    async_get_manager,
)
from homeassistant.components.recorder.statistics import list_statistic_ids
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.recorder import get_instance
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from custom_components.cloud_energy.dashboard.preferences import (
    async_add_to_energy_dashboard,
)
from custom_components.cloud_energy.dashboard.sources import (
    BatterySource,
    DeviceSource,
    EnergySource,
    GridSource,
    Power,
    SolarSource,
    TwoPowers,
)
from custom_components.cloud_energy.entry.endpoints import endpoints_for
from custom_components.cloud_energy.recorder.series import Series
from custom_components.dominion_energy.api.const import Endpoints

HOME = GridSource(
    name="Home",
    consumption="x:a_consumption",
    return_="x:a_return",
    cost="x:a_cost",
)
PAIR = TwoPowers("sensor.out", "sensor.in")
SERIES = Series.energy("cloud_energy:meter", "Meter")
START = datetime(2026, 1, 1, tzinfo=UTC)


async def sources(hass: HomeAssistant) -> list[dict[str, Any]]:
    """Return what the dashboard has."""
    manager = await async_get_manager(hass)
    return [dict(s) for s in manager.data["energy_sources"]] if manager.data else []


async def added(hass: HomeAssistant, *offered: EnergySource) -> Sequence[str]:
    """Add sources, and return what was new."""
    return (await async_add_to_energy_dashboard(hass, offered)).added


async def test_an_empty_dashboard(hass: HomeAssistant) -> None:
    """The first source is added whole; twice changes nothing."""
    assert await added(hass, HOME) == sorted(HOME.statistic_ids)
    (source,) = await sources(hass)
    assert source["stat_energy_from"] == "x:a_consumption"
    assert source["stat_energy_to"] == "x:a_return"
    assert source["stat_cost"] == "x:a_cost"
    assert source["stat_compensation"] is None
    assert await added(hass, HOME) == []
    assert await sources(hass) == [source]


async def test_what_is_there_stays(hass: HomeAssistant) -> None:
    """Other sources are not touched, not even for what they lack."""
    alone = GridSource(name="Mine", consumption="x:a_consumption")
    await added(hass, alone)
    before = await sources(hass)
    assert await added(hass, HOME) == ["x:a_return"]
    after = await sources(hass)
    assert after[:1] == before
    assert after[1]["stat_energy_from"] is None
    assert after[1]["stat_cost"] is None
    assert await added(hass, HOME, alone) == []


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
    every = sorted(i for source in wanted for i in source.statistic_ids)
    assert await added(hass, *wanted) == every
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
    assert await added(hass, *wanted) == []
    # A battery by the same energy would be counted twice.
    half = BatterySource(name="Half", discharge="x:out", charge="x:other")
    assert await added(hass, half) == []


async def prefer(hass: HomeAssistant, *chosen: dict[str, Any]) -> None:
    """Have a user choose sources by hand."""
    manager = await async_get_manager(hass)
    update = {"energy_sources": ENERGY_SOURCE_SCHEMA([*chosen])}
    await manager.async_update(cast("EnergyPreferencesUpdate", update))


def grid(consumption: str, **more: Any) -> dict[str, Any]:
    """Return a grid connection as a user chooses it."""
    return {
        "type": "grid",
        "stat_energy_from": consumption,
        "cost_adjustment_day": 0,
        **more,
    }


async def test_what_would_be_refused_is_left_out(hass: HomeAssistant) -> None:
    """The same power in two connections could never be saved again."""
    power = {"stat_rate": "sensor.power", "power_config": {"stat_rate": "sensor.power"}}
    await prefer(hass, grid("sensor.bought", **power))
    home = replace(HOME, power="sensor.power")
    outcome = await async_add_to_energy_dashboard(hass, [home])
    assert outcome.added == sorted(HOME.statistic_ids)
    assert outcome.left_out == ["sensor.power"]
    stored = await sources(hass)
    assert ENERGY_SOURCE_SCHEMA(stored) == stored
    assert [each.get("stat_rate") for each in stored] == ["sensor.power", None]
    again = await async_add_to_energy_dashboard(hass, [home])
    assert (again.added, again.left_out) == ([], ["sensor.power"])
    assert await sources(hass) == stored


async def test_two_of_ours_with_one_power(hass: HomeAssistant) -> None:
    """The first one has it."""
    one, two = (
        GridSource(name=name, consumption=f"x:{name}", power="sensor.power")
        for name in ("one", "two")
    )
    outcome = await async_add_to_energy_dashboard(hass, [one, two, two])
    assert outcome.added == ["x:one", "x:two"]
    assert outcome.left_out == ["sensor.power"]
    stored = await sources(hass)
    assert ENERGY_SOURCE_SCHEMA(stored) == stored


async def test_preferences_that_are_refused_already(hass: HomeAssistant) -> None:
    """Nothing is stored on top of them."""
    manager = await async_get_manager(hass)
    broken = [grid("x:same"), grid("x:same")]
    update = {"energy_sources": broken}
    await manager.async_update(cast("EnergyPreferencesUpdate", update))
    outcome = await async_add_to_energy_dashboard(hass, [HOME])
    assert outcome.added == []
    assert outcome.left_out == sorted(HOME.statistic_ids)
    assert await sources(hass) == broken


async def test_power_is_completed(hass: HomeAssistant) -> None:
    """Sources of ours get the power that they lack; all else stays as it is."""
    offered: list[EnergySource] = [
        HOME,
        SolarSource(name="Roof", production="x:sun"),
        SolarSource(name="Shed", production="x:shed"),
        BatterySource(name="Battery", discharge="x:out", charge="x:in"),
        DeviceSource(name="Oven", consumption="x:oven"),
    ]
    await added(hass, *offered)
    roof, shed = (dict(each) for each in (await sources(hass))[1:3])
    mine = {"type": "solar", "stat_energy_from": "sensor.mine"}
    renamed = roof | {"name": "My roof", "config_entry_solar_forecast": ["forecast"]}
    chosen = shed | {"stat_rate": "sensor.another"}
    home, *_, battery = await sources(hass)
    foreign = grid("x:a_consumption_2", stat_energy_to="sensor.sold", name="Home")
    await prefer(hass, mine, home, renamed, chosen, battery, foreign)
    before = await sources(hass)
    powers: tuple[Power, ...] = (
        "sensor.grid",
        "sensor.sun",
        "sensor.shed",
        PAIR,
        "sensor.oven",
    )
    powered = [replace(e, power=p) for e, p in zip(offered, powers, strict=True)]
    outcome = await async_add_to_energy_dashboard(hass, powered)
    assert outcome.added == outcome.left_out == []
    assert outcome.completed == [
        "sensor.grid",
        "sensor.sun",
        *("sensor.out", "sensor.in"),
        "sensor.oven",
    ]
    both = {"stat_rate_from": "sensor.out", "stat_rate_to": "sensor.in"}
    net = "sensor.energy_battery_out_in_net_power"
    single = {"stat_rate": "sensor.grid", "power_config": {"stat_rate": "sensor.grid"}}
    expected = list(before)
    expected[1] = before[1] | single
    expected[2] = before[2] | {"stat_rate": "sensor.sun"}
    expected[4] = before[4] | {"stat_rate": net, "power_config": both}
    assert await sources(hass) == expected
    manager = await async_get_manager(hass)
    assert manager.data
    (oven,) = manager.data["device_consumption"]
    assert oven["stat_rate"] == "sensor.oven"
    again = await async_add_to_energy_dashboard(hass, powered)
    assert again.added == again.completed == []
    assert await sources(hass) == expected


@pytest.mark.parametrize("currency", ["ILS", "USD"])
async def test_costs_in_another_currency(hass: HomeAssistant, currency: str) -> None:
    """Home Assistant would add up shekels as dollars."""
    hass.config.currency = "USD"
    home = replace(
        HOME,
        series=(
            Series.energy("x:a_consumption", "Consumption"),
            Series.money("x:a_cost", "Cost", currency),
        ),
    )
    is_foreign = currency != "USD"
    assert home.foreign_currencies("USD") == ({"ILS"} if is_foreign else set())
    await added(hass, home)
    (source,) = await sources(hass)
    assert source["stat_energy_from"] == "x:a_consumption"
    assert source["stat_cost"] == (None if is_foreign else "x:a_cost")
    await async_wait_recording_done(hass)
    ids = await get_instance(hass).async_add_executor_job(list_statistic_ids, hass)
    known = {each["statistic_id"] for each in ids}
    # Nothing of it is unknown to the recorder, although nothing is imported yet.
    assert known == {"x:a_consumption"} | (set() if is_foreign else {"x:a_cost"})


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
