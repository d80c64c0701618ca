"""Points that nobody knows: shown, told, and given a meaning by the user."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.elecnova.live.report import report

from .house import House, live_of, until

UNKNOWN = {"messages": {"unknown_points": True}}


async def open_step(house: House, entry: MockConfigEntry, step: str) -> dict[str, Any]:
    """Open the options at a step."""
    options = house.hass.config_entries.options
    flow = await options.async_init(entry.entry_id)
    return dict(await options.async_configure(flow["flow_id"], {"next_step_id": step}))


async def submit(house: House, form: dict[str, Any], **values: Any) -> dict[str, Any]:
    """Fill a form in."""
    options = house.hass.config_entries.options
    return dict(await options.async_configure(form["flow_id"], values))


async def assign(
    house: House, entry: MockConfigEntry, key: str, role: str, **more: Any
) -> dict[str, Any]:
    """Say what a point means."""
    form = await submit(house, await open_step(house, entry, "points"), point=key)
    assert form["step_id"] == "point"
    result = await submit(house, form, role=role, inverted=False, **more)
    if result["type"] is FlowResultType.CREATE_ENTRY:
        await until(lambda: entry.state is ConfigEntryState.LOADED)
        await house.connected(entry)
    return result


def offered(form: dict[str, Any]) -> dict[str, str]:
    """Return the points on offer: key -> label."""
    (selector,) = form["data_schema"].schema.values()
    return {each["value"]: each["label"] for each in selector.config["options"]}


def enable(house: House, unique_id: str) -> None:
    """Enable an entity that is disabled at first."""
    registry = er.async_get(house.hass)
    entity_id = house.entity_id(unique_id)
    item = registry.async_get(entity_id)
    assert item
    assert item.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    registry.async_update_entity(entity_id, disabled_by=None)


async def test_unknown_points_are_sensors(house: House) -> None:
    """Disabled at first, under their own names; and the user is told of them."""
    await house.apply(UNKNOWN)
    entry = await house.add()
    await house.publish(entry)
    sn = house.cabinet()
    number, word = f"BMS{sn}_point_zz_17", f"BMS{sn}_point_mode7"
    assert house.issues() == {"unmapped_points"}
    enable(house, number)
    enable(house, word)
    await house.hass.config_entries.async_reload(entry.entry_id)
    await house.connected(entry)
    assert house.state(number) == "unavailable"
    await house.publish(entry)
    await house.shows(number, "3.5")
    await house.shows(word, "eco")
    attributes = house.hass.states.get(house.entity_id(number)).attributes  # type: ignore[union-attr]
    assert attributes["state_class"] == "measurement"
    assert "zz_17" in attributes["friendly_name"]


async def test_a_point_is_given_a_role(house: House) -> None:
    """Its own sensor goes; taking the role away brings it back."""
    await house.apply(UNKNOWN, {"messages": {"missing_points": ["soc"]}})
    entry = await house.add()
    await house.publish(entry)
    sn = house.cabinet()
    key = f"BMS{sn}/zz_17"
    assert not house.exists(f"BMS{sn}_battery_soc")
    form = await open_step(house, entry, "points")
    assert next(iter(offered(form))).endswith(("zz_17", "mode7"))
    assert "zz_17 = 3.5" in offered(form)[key]
    result = await assign(house, entry, key, "battery_soc")
    assert result["data"]["roles"] == {
        key: {"role": "battery_soc", "inverted": False, "unit": ""}
    }
    await house.publish(entry)
    await house.shows(f"BMS{sn}_battery_soc", "3.5")
    assert not house.exists(f"BMS{sn}_point_zz_17")
    await assign(house, entry, key, "automatic")
    assert entry.options["roles"] == {}
    await house.publish(entry)
    assert house.exists(f"BMS{sn}_point_zz_17")


async def test_a_point_that_is_taken_wrongly(house: House) -> None:
    """A role can be taken away, and given to another point."""
    entry = await house.add()
    await house.publish(entry)
    sn = house.cabinet()
    await assign(house, entry, f"BMS{sn}/soh", "battery_soc")
    await house.publish(entry)
    await house.shows(f"BMS{sn}_battery_soc", "99.0")
    await house.shows(f"BMS{sn}_battery_soh", "unavailable")
    assert house.exists(f"BMS{sn}_point_soc")
    await assign(house, entry, f"BMS{sn}/soc", "none")
    await house.publish(entry)
    assert live_of(entry).unmapped == 1


@pytest.mark.parametrize(
    ("role", "values", "error"),
    [
        ("battery_soc", {}, {"role": "role_taken"}),
        ("battery_soh", {"unit": "kW"}, {"unit": "wrong_unit"}),
    ],
)
async def test_meanings_that_can_not_be(
    house: House, role: str, values: dict[str, Any], error: dict[str, str]
) -> None:
    """One role for one point, and a unit that fits; nothing typed is lost."""
    sn = house.cabinet()
    taken = {f"BMS{sn}/soc": {"role": "battery_soc", "inverted": False, "unit": ""}}
    entry = await house.add(roles=taken)
    await house.publish(entry)
    before = dict(entry.options)
    form = await open_step(house, entry, "points")
    form = await submit(house, form, point=f"BMS{sn}/voltage")
    form = await submit(house, form, role=role, inverted=True, **values)
    assert form["errors"] == error
    assert dict(entry.options) == before
    done = await submit(house, form, role="battery_soh", inverted=True)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await house.connected(entry)


async def test_no_points(house: House) -> None:
    """Without live values there is nothing to give a meaning to."""
    entry = await house.add(mqtt=False, connects=False)
    form = await open_step(house, entry, "points")
    assert (form["type"], form["reason"]) == (FlowResultType.ABORT, "no_points")


async def test_the_way_to_the_broker(house: House, entry: MockConfigEntry) -> None:
    """It can be changed, and is checked; the cloud's own host is not stored."""
    form = await open_step(house, entry, "live")
    values = {
        "mqtt": True,
        "mqtt_host": "mqtts://elsewhere:1884",
        "mqtt_port": 1885,
        "mqtt_verify": True,
        "live_power_unit": "w",
        "battery_positive": "charging",
        "grid_positive": "exporting",
    }
    form = await submit(house, form, **values)
    assert form["errors"] == {"mqtt_host": "invalid_broker_host"}
    host = house.cloud.hosts["api"].split("/")[2].split(":")[0]
    result = await submit(house, form, **{**values, "mqtt_host": host})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert "mqtt_host" not in result["data"]
    assert result["data"]["mqtt_port"] == 1885
    assert result["data"]["statistics"] is False
    await until(lambda: entry.state is ConfigEntryState.LOADED)


async def test_a_power_in_the_wrong_unit(house: House) -> None:
    """It is told, nothing is counted, and the option puts it right."""
    look = {"power_unit": "W", "units": False, "counters": False}
    await house.apply({"messages": look})
    entry = await house.add()
    await house.publish(entry)
    sn = house.cabinet()
    await until(lambda: "unit_mismatch" in house.issues())
    await house.shows(f"PCS{sn}_battery_power", "unknown")
    options = {**entry.options, "live_power_unit": "w"}
    house.hass.config_entries.async_update_entry(entry, options=options)
    await house.hass.config_entries.async_reload(entry.entry_id)
    await house.connected(entry)
    assert not house.issues()
    await house.publish(entry)
    await until(lambda: house.state(f"PCS{sn}_battery_power") not in GONE)
    assert -110 < house.number(f"PCS{sn}_battery_power") < -1


GONE = ("unknown", "unavailable")


async def test_rubbish_is_counted(house: House, entry: MockConfigEntry) -> None:
    """It is in the diagnostics, which hold neither serials nor topics."""
    await house.apply({"messages": {"rubbish": True, "unknown_points": True}})
    await house.publish(entry)
    live, sn = live_of(entry), house.cabinet()
    found = report(live)
    assert found["counts"]["undecodable"] > 5
    assert found["connected"]
    assert found["topics"] > 1
    assert found["roles"]["battery_soc"] >= 1
    assert {"name": "zz_17", "numeric": True} in found["unmapped"]
    assert found["last_sample"]
    assert sn not in repr(found)
    assert "demo/" not in repr(found)


async def test_raw_points(house: House, entry: MockConfigEntry) -> None:
    """What came last of each device, with what it is taken for."""
    await house.publish(entry)
    sn = house.cabinet()
    (soc,) = [p for p in live_of(entry).points()[f"BMS{sn}"] if p["name"] == "soc"]
    assert soc["role"] == "battery_soc"
    assert isinstance(soc["value"], float)


async def test_points_of_nobody(house: House) -> None:
    """Of several cabinets nothing tells whose they are: they are the account's."""
    await house.apply({"topics": {"style": "opaque"}})
    entry = await house.add("aggregator")
    sn = house.cabinet("aggregator")
    await house.say(entry, sn, {"soc": 50.0})
    key = f"account_{entry.unique_id}_point_soc"
    await until(lambda: house.exists(key))
