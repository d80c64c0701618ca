"""What is counted and remembered, over hours and restarts."""

from datetime import timedelta
from typing import Any

from homeassistant.components.energy.data import ENERGY_SOURCE_SCHEMA, async_get_manager
from homeassistant.components.energy.validate import async_validate
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, callback
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)
from yarl import URL

from custom_components.cloud_energy.dashboard.pending import pending_data
from custom_components.cloud_energy.dashboard.preferences import (
    async_add_to_energy_dashboard,
)
from custom_components.cloud_energy.dashboard.sources import BatterySource, GridSource
from tests.elecnova.helpers import make_entry
from tests.entries import person_of

from .house import House, live_of, until

MINUTE = timedelta(minutes=1)
NO_COUNTERS = {"messages": {"counters": False}}


async def tell(house: House, entry: MockConfigEntry, power: float) -> None:
    """Have the inverter tell the battery's power."""
    sn = f"PCS{house.cabinet()}"
    await house.say(entry, sn, {"sn": sn, "data": {"activePower": power}})


async def told(house: House, entry: MockConfigEntry, power: float, times: int) -> None:
    """Have it told every five minutes."""
    for _ in range(times):
        await tell(house, entry, power)
        await house.pass_time(5 * MINUTE)


def counted(house: House, entry: MockConfigEntry) -> tuple[float, float]:
    """Return the kWh that were discharged and charged by calculation."""
    state = live_of(entry).state
    integral = state.memory.integrals[f"PCS{house.cabinet()}", "battery_power"]
    return round(integral.positive, 6), round(integral.negative, 6)


async def restart(house: House, entry: MockConfigEntry, *, down: timedelta) -> None:
    """Unload an entry, and load it a while later."""
    assert await house.hass.config_entries.async_unload(entry.entry_id)
    await house.pass_time(down)
    await house.set_up(entry)


async def test_counters_are_calculated(house: House, entry: MockConfigEntry) -> None:
    """Where the cloud has none: exact, marked as calculated, and never over a gap."""
    sn = f"PCS{house.cabinet()}"
    await told(house, entry, 12.0, 3)
    await told(house, entry, -6.0, 2)
    await tell(house, entry, 0.0)
    assert counted(house, entry) == (3.0, 1.0)
    key = f"{sn}_battery_discharge_energy_calculated"
    await house.shows(key, "3.0")
    name = house.hass.states.get(house.entity_id(key)).attributes["friendly_name"]  # type: ignore[union-attr]
    assert "calculated" in name
    await tell(house, entry, 12.0)
    await house.pass_time(20 * MINUTE)
    await tell(house, entry, 12.0)
    assert counted(house, entry) == (3.0, 1.0)


async def test_counters_survive_a_restart(house: House, entry: MockConfigEntry) -> None:
    """A short one is bridged, a long one is a gap."""
    await told(house, entry, 12.0, 2)
    await tell(house, entry, 12.0)
    assert counted(house, entry) == (2.0, 0.0)
    await restart(house, entry, down=5 * MINUTE)
    await tell(house, entry, 12.0)
    assert counted(house, entry)[0] == pytest.approx(3.0, abs=0.02)
    before = counted(house, entry)
    await restart(house, entry, down=30 * MINUTE)
    await tell(house, entry, 12.0)
    assert counted(house, entry) == before


async def test_entities_survive_a_restart(house: House, entry: MockConfigEntry) -> None:
    """They are there before anything comes, and unavailable until then."""
    await house.publish(entry)
    sn = house.cabinet()
    await house.shows(f"PCS{sn}_battery_discharge_power", "0.0")
    await restart(house, entry, down=MINUTE)
    keys = ("battery_soc", "battery_state", "battery_soh")
    assert {house.state(f"BMS{sn}_{key}") for key in keys} == {"unavailable"}
    assert house.state(f"BMS{sn}_fault", "binary_sensor") == "unavailable"
    await house.publish(entry)
    await house.shows(f"PCS{sn}_battery_discharge_power", "0.0")


async def test_values_grow_old(house: House, entry: MockConfigEntry) -> None:
    """A quarter of an hour after the last one they are unavailable, not frozen."""
    await house.publish(entry)
    sn = house.cabinet()
    key = f"PCS{sn}_battery_discharge_power"
    await house.shows(key, "0.0")
    await house.apply({"broker": "down"})
    await house.pass_time(14 * MINUTE)
    assert house.state(key) == "0.0"
    await house.pass_time(2 * MINUTE)
    assert house.state(key) == "unavailable"


async def test_memory_is_written_before_it_is_lost(
    house: House, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    """Within two minutes, although messages never cease; and removed with the entry."""
    key = f"elecnova.{entry.entry_id}.live"
    await tell(house, entry, 12.0)
    for _ in range(5):
        await house.pass_time(timedelta(seconds=50))
        await tell(house, entry, 12.0)
    await until(lambda: key in hass_storage)
    (stored,) = hass_storage[key]["data"]["integrals"]
    assert stored["integral"]["positive"] > 0.2
    await house.hass.config_entries.async_remove(entry.entry_id)
    await house.hass.async_block_till_done()
    assert key not in hass_storage
    assert not house.issues()


async def test_states_once_a_second(house: House, entry: MockConfigEntry) -> None:
    """However many messages come."""
    await house.publish(entry)
    sn = f"BMS{house.cabinet()}"
    await house.shows(f"{sn}_battery_state", "charging")
    await house.pass_time(MINUTE)
    states: list[str] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        states.append(event.data["entity_id"])

    house.hass.bus.async_listen(EVENT_STATE_CHANGED, note)
    entity_id = house.entity_id(f"{sn}_battery_soc")
    for number in range(20):
        await house.say(entry, sn, {"sn": sn, "data": {"soc": 40.0 + number}})
    await house.shows(f"{sn}_battery_soc", "59.0")
    assert 2 <= states.count(entity_id) <= 3


async def test_kept_messages_are_judged_by_their_own_time(
    house: House, entry: MockConfigEntry
) -> None:
    """What the broker kept from yesterday is not shown as if it were now."""
    sn = f"BMS{house.cabinet()}"
    await house.apply({"delivery": {"retain": True}})
    await house.say(entry, sn, {"sn": sn, "data": {"soc": 42.0}, "ts": 1700000000})
    await house.shows(f"{sn}_battery_soc", "42.0")
    await restart(house, entry, down=20 * MINUTE)
    await until(lambda: live_of(entry).counts["messages"])
    assert house.state(f"{sn}_battery_soc") == "unavailable"


async def energy_sources(house: House, entry: MockConfigEntry) -> list[Any]:
    """Wait until battery and grid are complete, and return them."""
    runtime = entry.runtime_data
    await until(
        lambda: {BatterySource, GridSource} <= set(map(type, runtime.energy_sources))
    )
    return list(live_of(entry).energy_sources)


async def test_energy_dashboard(house: House, entry: MockConfigEntry) -> None:
    """Battery with state of charge and capacity, grid with power: all of it valid."""
    await house.publish(entry)
    battery, grid = await energy_sources(house, entry)
    sn = house.cabinet()
    assert battery == BatterySource(
        name="1-1 Demo site",
        discharge=house.entity_id(f"PCS{sn}_battery_discharge_energy"),
        charge=house.entity_id(f"PCS{sn}_battery_charge_energy"),
        power=house.entity_id(f"PCS{sn}_battery_power"),
        state_of_charge=house.entity_id(f"BMS{sn}_battery_soc"),
        capacity=215.0,
    )
    assert grid == GridSource(
        name="1-1 Demo site",
        consumption=house.entity_id(f"METER{sn}_grid_import_energy"),
        return_=house.entity_id(f"METER{sn}_grid_export_energy"),
        power=house.entity_id(f"METER{sn}_grid_power"),
    )
    await until(lambda: house.state(f"BMS{sn}_battery_soc") != "unavailable")
    await async_add_to_energy_dashboard(house.hass, [battery, grid])
    manager = await async_get_manager(house.hass)
    assert manager.data
    stored = {each["type"]: each for each in manager.data["energy_sources"]}
    assert stored["grid"]["stat_rate"] == grid.power
    assert stored["battery"]["stat_rate"] == battery.power
    found = (await async_validate(house.hass)).as_dict()
    kinds = {issue["type"] for each in found["energy_sources"] for issue in each}
    # No states are recorded in tests, and so no statistics are made of them.
    assert kinds <= {"statistics_not_defined", "recorder_untracked"}


async def test_energy_dashboard_with_calculated_counters(
    house: House, entry: MockConfigEntry
) -> None:
    """They serve where there are no others."""
    await house.apply(NO_COUNTERS)
    for _ in range(3):
        await house.publish(entry)
        await house.pass_time(4 * MINUTE)
    await house.publish(entry)
    battery, grid = await energy_sources(house, entry)
    sn = house.cabinet()
    assert battery.charge == house.entity_id(
        f"PCS{sn}_battery_charge_energy_calculated"
    )
    assert grid.consumption == house.entity_id(
        f"METER{sn}_grid_import_energy_calculated"
    )
    assert battery.power and grid.power


async def test_what_turns_up_later_is_added(house: House) -> None:
    """The user has said Add before there was anything but the sun."""
    port = URL(house.cloud.hosts["mqtt"]).port
    entry = make_entry(house.hass, house.cloud, mqtt=True, mqtt_port=port)
    data = {**entry.data, **pending_data(without_grid=False)}
    house.hass.config_entries.async_update_entry(entry, data=data)
    await house.set_up(entry)
    manager = await async_get_manager(house.hass)
    assert manager.data
    (sun,) = manager.data["energy_sources"]
    assert sun["type"] == "solar"
    power = f"{person_of(house.cloud, 'solar_site')['meter']}_pv_power"
    assert sun["stat_rate"] == house.entity_id(power)
    await house.publish(entry)
    battery, grid = await energy_sources(house, entry)
    await house.pass_time(MINUTE)
    async_fire_time_changed(house.hass)
    await until(lambda: manager.data and len(manager.data["energy_sources"]) == 3)
    stored = {each["type"]: dict(each) for each in manager.data["energy_sources"]}
    assert stored["solar"] == sun
    assert stored["battery"]["stat_rate"] == battery.power
    assert stored["grid"]["stat_rate"] == grid.power
    assert ENERGY_SOURCE_SCHEMA(manager.data["energy_sources"])


async def test_capacity_of_a_site_is_shared_out(house: House) -> None:
    """Eight cabinets on two sites; those without parts offer nothing."""
    entry = await house.add("aggregator")
    await house.publish(entry)
    await energy_sources(house, entry)
    sites = house.cloud.customers.account("aggregator").sites
    sources = live_of(entry).energy_sources
    batteries = [each for each in sources if isinstance(each, BatterySource)]
    assert 5 <= len(batteries) <= 7
    total = sum(each.capacity or 0 for each in batteries)
    assert 0 < total <= sum(site.rated_capacity for site in sites) + 1
