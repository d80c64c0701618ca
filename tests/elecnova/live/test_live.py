"""What is told shows, whatever it looks like."""

from collections import Counter
from datetime import timedelta
from typing import Any

from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.elecnova.api.client import ElecnovaClient
from tests.canaries import told_by_reprs
from tests.clouds.elecnova.points import Measured
from tests.entries import person_of

from .house import House, live_of, until

GONE = ("unavailable", "unknown", "gone")
SHAPES = ("tree", "component", "points", "flat")


def truth(house: House) -> dict[str, float]:
    """Return what the cabinet measures now."""
    cabinet = house.cloud.customers.accounts[0].cabinets[0]
    now = Measured(cabinet, house.cloud.clock.now())
    return {
        "soc": now.charge,
        "battery": now.battery,
        "grid": now.grid,
        "discharged": now.counted("battery_discharge"),
        "bought": now.counted("consumption"),
    }


async def assert_true(house: House) -> None:
    """Compare what is shown with what is measured."""
    sn, true = house.cabinet(), truth(house)
    await until(lambda: house.exists(f"PCS{sn}_battery_power"))
    await until(lambda: house.state(f"BMS{sn}_battery_soc") not in GONE)
    shown = {
        "soc": house.number(f"BMS{sn}_battery_soc"),
        "battery": house.number(f"PCS{sn}_battery_power"),
        "grid": house.number(f"METER{sn}_grid_power"),
        "discharged": house.number(f"PCS{sn}_battery_discharge_energy"),
        "bought": house.number(f"METER{sn}_grid_import_energy"),
    }
    assert shown == pytest.approx(true, abs=0.001)


@pytest.mark.parametrize(
    "look",
    [
        {"cabinet_shape": shape, "component_shape": None, "owner": owner}
        for shape in SHAPES
        for owner in ("location", "serial")
    ]
    + [
        {"names": "other"},
        {"text_numbers": True},
        {"compressed": True},
        {"cabinet_shape": "points", "component_shape": None, "power_unit": "W"},
        {"time_key": "none"},
        {"rubbish": True},
    ],
    ids=str,
)
async def test_every_look(house: House, look: dict[str, Any]) -> None:
    """All values are where they belong, at first sight."""
    await house.apply({"messages": look})
    entry = await house.add()
    await house.publish(entry)
    await assert_true(house)


@pytest.mark.parametrize(
    ("look", "options"),
    [
        ({"power_unit": "W", "units": False}, {"live_power_unit": "w"}),
        ({"battery_positive": "charging"}, {"battery_positive": "charging"}),
        ({"grid_positive": "export"}, {"grid_positive": "exporting"}),
    ],
    ids=str,
)
async def test_conventions(
    house: House, look: dict[str, Any], options: dict[str, Any]
) -> None:
    """The user says what the messages do not."""
    await house.apply({"messages": look})
    entry = await house.add(**options)
    await house.publish(entry)
    await assert_true(house)


async def test_no_repr_tells_an_account(house: House, entry: MockConfigEntry) -> None:
    """No serial of a component that has sent something."""
    await house.publish(entry)
    await assert_true(house)
    assert not told_by_reprs(house.cloud)


async def test_all_that_is_derived(house: House, entry: MockConfigEntry) -> None:
    """Directions, alarms, state; nothing is unknown or left over."""
    await house.publish(entry)
    sn = house.cabinet()
    battery = truth(house)["battery"]
    pcs = f"PCS{sn}"
    assert battery < 0
    await house.shows(f"{pcs}_battery_discharge_power", "0.0")
    await house.shows(f"{pcs}_battery_charge_power", str(-battery))
    await house.shows(f"BMS{sn}_battery_state", "charging")
    await house.shows(f"BMS{sn}_fault", "off", "binary_sensor")
    await house.apply({"alarm": f"BMS{sn}"})
    await house.shows(f"BMS{sn}_fault", "on", "binary_sensor")
    assert not live_of(entry).unmapped
    assert not house.issues()


async def test_no_twins_of_polled_sensors(house: House, entry: MockConfigEntry) -> None:
    """What an inverter has a sensor of without the broker is off at first."""
    await house.publish(entry)
    sn = person_of(house.cloud, "solar_site")["meter"]
    registry = er.async_get(house.hass)
    twins = {"pv_power_live": "pv_power", "pv_energy_total_live": "pv_energy_lifetime"}
    await until(lambda: all(house.exists(f"{sn}_{live}") for live in twins))
    for live, polled in twins.items():
        item = registry.async_get(house.entity_id(f"{sn}_{live}"))
        assert item
        assert item.disabled_by is er.RegistryEntryDisabler.INTEGRATION
        assert house.state(f"{sn}_{polled}") != "gone"


async def test_the_connection_shows(house: House, entry: MockConfigEntry) -> None:
    """On the account's own device."""
    key = f"account_{entry.unique_id}_mqtt_connected"
    await house.shows(key, "on", "binary_sensor")
    await house.apply({"broker": "down"})
    await house.shows(key, "off", "binary_sensor")


async def test_the_last_message_shows(house: House, entry: MockConfigEntry) -> None:
    """It is written now and then, not with every message."""
    key = f"account_{entry.unique_id}_mqtt_last_message"
    registry = er.async_get(house.hass)
    registry.async_update_entity(house.entity_id(key), disabled_by=None)
    # Home Assistant loads the entry anew for that, half a minute later.
    await house.pass_time(timedelta(minutes=1))
    await until(lambda: house.exists(key) and house.state(key) == "unknown")
    await house.connected(entry)
    await house.publish(entry)
    told = live_of(entry).last_message
    await house.pass_time(timedelta(minutes=1))
    assert told
    assert house.state(key) == told.isoformat(timespec="seconds")


async def test_the_load_of_a_cabinet(house: House, entry: MockConfigEntry) -> None:
    """It is the sum of grid, battery and sun, on the cabinet's own device."""
    await house.apply({"messages": {"missing_points": ["loadPower"]}})
    await house.publish(entry)
    sn, true = house.cabinet(), truth(house)
    key = f"{sn}_load_power"
    await until(lambda: house.exists(key) and house.state(key) not in GONE)
    assert house.number(key) == pytest.approx(true["grid"] + true["battery"], abs=0.01)
    item = er.async_get(house.hass).async_get(house.entity_id(key))
    assert item
    device = dr.async_get(house.hass).async_get(item.device_id or "")
    assert isinstance(device, dr.DeviceEntry)
    assert device.serial_number == sn


async def test_topics_wherever_they_lead(house: House) -> None:
    """Names with wildcards, and such that tell nothing."""
    for style in ("wildcard", "opaque"):
        await house.apply({"topics": {"style": style}})
        entry = await house.add("solar_site" if style == "opaque" else "no_sun")
        await house.publish(entry)
        sn = live_of(entry).state.layout.cabinets[0]
        await until(lambda sn=sn: house.exists(f"BMS{sn}_battery_soc"))  # type: ignore[misc]


async def test_large_messages(house: House, entry: MockConfigEntry) -> None:
    """They are read in a thread."""
    sn = f"BMS{house.cabinet()}"
    data = {"soc": 41.0} | {f"x{number}": "y" * 200 for number in range(600)}
    await house.say(entry, sn, {"sn": sn, "data": data})
    await house.shows(f"{sn}_battery_soc", "41.0")
    assert live_of(entry).unmapped == 300


async def test_null_shows_at_once(house: House, entry: MockConfigEntry) -> None:
    """What the cloud does not know is unknown, not what it was before."""
    await house.publish(entry)
    sn = house.cabinet()
    await until(lambda: house.state(f"BMS{sn}_battery_soc") not in GONE)
    await house.apply({"messages": {"null_points": ["soc"]}})
    await house.publish(entry)
    await house.shows(f"BMS{sn}_battery_soc", "unknown")


async def test_topics_that_make_no_sense(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They cost nothing but themselves."""
    ask = ElecnovaClient.get_cabinet_topics

    async def with_nonsense(self: ElecnovaClient, client: str, sn: str) -> list[str]:
        return [*await ask(self, client, sn), "a/#/b", "not/yours"]

    monkeypatch.setattr(ElecnovaClient, "get_cabinet_topics", with_nonsense)
    entry = await house.add()
    await house.publish(entry)
    assert not house.issues()


async def test_how_often_rows_are_written(house: House) -> None:
    """A counter grows with each message: two rows a minute, and never old for long."""
    entry = await house.add()
    await house.publish(entry)
    await until(lambda: house.exists(f"METER{house.cabinet()}_grid_import_energy"))
    sn = house.cabinet()
    counter = house.entity_id(f"METER{sn}_grid_import_energy")
    await house.pass_time(timedelta(minutes=1))
    changes = Counter[str]()
    house.hass.bus.async_listen(
        EVENT_STATE_CHANGED, lambda event: changes.update([event.data["entity_id"]])
    )
    for _ in range(24):
        await house.pass_time(timedelta(seconds=5))
        await house.publish(entry)
    assert 2 <= changes[counter] <= 6
    await house.pass_time(timedelta(seconds=35))
    shown = house.number(f"METER{sn}_grid_import_energy")
    told = live_of(entry).state.timed(f"METER{sn}", "grid_import_energy")
    assert told
    assert shown == told.value


async def test_the_same_cabinet_of_two_accounts(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """Its values are those of the account that was first, and nothing is refused."""
    customers = house.cloud.customers
    customers.account("no_sun").projects[:] = customers.account("solar_site").projects
    first = await house.add("solar_site")
    await house.publish(first)
    await assert_true(house)
    second = await house.add("no_sun")
    await house.publish(first, second)
    sn = house.cabinet()
    owners = {
        er.async_get(house.hass).entities[entity_id].config_entry_id
        for entity_id in (
            house.entity_id(f"BMS{sn}_battery_soc"),
            house.entity_id(f"METER{sn}_grid_power"),
        )
    }
    assert owners == {first.entry_id}
    await assert_true(house)
    assert "does not generate unique IDs" not in caplog.text
    told = [x for x in caplog.messages if x.startswith("Another account already shows")]
    assert told
    assert sn not in str(told)
