"""Actions and diagnostics."""

from datetime import datetime, timedelta
from itertools import pairwise
import json
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.json import ExtendedJSONEncoder
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.emporia import async_remove_config_entry_device
from custom_components.emporia.const import CONF_LOGIN, DOMAIN
from custom_components.emporia.diagnostics import async_get_config_entry_diagnostics
from tests.clouds.emporia import EmporiaCloud
from tests.diagnosed import told_shapes, unknown_values
from tests.entries import HOUR, pass_time, person_of, state

from .helpers import NOW, add_entry, gid_of


async def ask(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    gid: int,
    action: str,
    *,
    returns: bool = True,
    **data: Any,
) -> Any:
    """Call an action on a device."""
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, str(gid)), entry.entry_id
    )
    assert device
    return await hass.services.async_call(
        DOMAIN,
        action,
        {"device_id": device.id, **data},
        blocking=True,
        return_response=returns,
    )


async def test_get_usage(
    hass: HomeAssistant, cloud: EmporiaCloud, entry: MockConfigEntry
) -> None:
    """A channel's chart, by any scale."""
    vue = gid_of(cloud, "solar_home", "vue")
    answer = await ask(hass, entry, vue, "get_usage", channel="circuit_3")
    assert len(answer["values"]) in (24, 25)
    assert answer["unit"] == "kWh"
    rows = answer["rows"]
    assert [row["value"] for row in rows] == answer["values"]
    assert all(value == round(value, 4) for value in answer["values"])
    times = [datetime.fromisoformat(row["start"]) for row in rows]
    assert times[0] == datetime.fromisoformat(answer["first"])
    assert {later - earlier for earlier, later in pairwise(times)} == {HOUR}
    shown = entry.runtime_data.coordinator.home[vue].channels["circuit_3"].name
    named = await ask(hass, entry, vue, "get_usage", channel=f" {shown.upper()}")
    assert named == answer
    wrong: dict[str, Any] = {
        "start": NOW.isoformat(),
        "end": (NOW - HOUR).isoformat(),
    }
    with pytest.raises(ServiceValidationError, match="end is before"):
        await ask(hass, entry, vue, "get_usage", **wrong)
    with pytest.raises(ServiceValidationError, match="no circuit with this name"):
        await ask(hass, entry, vue, "get_usage", channel="circuit_77")
    cloud.faults.add(endpoint="/AppAPI", kind="status", status=500, times=5)
    with pytest.raises(HomeAssistantError):
        await ask(hass, entry, vue, "get_usage")


async def test_get_sessions(
    hass: HomeAssistant, cloud: EmporiaCloud, entry: MockConfigEntry
) -> None:
    """When a car was there and what it took."""
    charger = gid_of(cloud, "solar_home", "charger")
    answer = await ask(hass, entry, charger, "get_sessions")
    assert answer["sessions"]
    assert all(session["plug_in"] for session in answer["sessions"])
    assert sum(session["energy"] for session in answer["sessions"]) > 1


async def test_set_rate(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """The rate is another, and all else of the location is as it was."""
    vue = gid_of(cloud, "solar_home", "vue")
    device = cloud.customers.device(vue)
    before = dict(device.location)
    await ask(hass, entry, vue, "set_rate", returns=False, cents_per_kwh=21.5)
    assert device.location == before | {"usageCentPerKwHour": 21.5}
    await pass_time(hass, at_noon, entry, timedelta(minutes=2))
    assert state(hass, f"{vue}_electricity_rate") == "21.5"


async def test_unknown_devices(
    hass: HomeAssistant, cloud: EmporiaCloud, entry: MockConfigEntry
) -> None:
    """The account itself can't be commanded, and only what is gone be removed."""
    with pytest.raises(ServiceValidationError, match="no such device"):
        await ask(
            hass,
            entry,
            int(entry.unique_id or 0),
            "set_charger",
            returns=False,
            on=True,
        )
    registry = dr.async_get(hass)
    for device in dr.async_entries_for_config_entry(registry, entry.entry_id):
        assert not await async_remove_config_entry_device(hass, entry, device)
    gone = registry.async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={(DOMAIN, "1")}
    )
    assert await async_remove_config_entry_device(hass, entry, gone)


async def test_unknown_values_are_told(
    hass: HomeAssistant, cloud: EmporiaCloud
) -> None:
    """States that nobody knows are unknown, and told; what may be data is not shown."""
    values = {"icon": "CarAway", "status": "Call Anna", "charger_status": "NAPPING"}
    cloud.apply({"values": values | {"outletOn": "perhaps", "type": "HundredAmp"}})
    entry = await add_entry(hass, cloud, "solar_home", days=0.1)
    charger = gid_of(cloud, "solar_home", "charger")
    assert state(hass, f"{charger}_charger_status") == "unknown"
    report = await async_get_config_entry_diagnostics(hass, entry)
    assert unknown_values(report) == {
        "Charger.icon=CarAway",
        "Charger.status=<text>",
        "Evse.charger_status=NAPPING",
        "Outlet.outletOn=perhaps",
        "WireChannel.type=HundredAmp",
    }


async def test_diagnostics(
    hass: HomeAssistant, cloud: EmporiaCloud, entry: MockConfigEntry
) -> None:
    """They tell much, and nothing of the person: above all no PIN."""
    charger = cloud.customers.charger(gid_of(cloud, "solar_home", "charger"))
    assert charger.charger
    charger.charger.pin = "8642"
    await entry.runtime_data.status.async_refresh()
    state = entry.runtime_data.status.data.chargers[charger.gid]
    assert state.charger.breaker_pin == "8642"
    report = await async_get_config_entry_diagnostics(hass, entry)
    text = json.dumps(report, cls=ExtendedJSONEncoder)
    person = person_of(cloud, "solar_home")
    login = entry.data[CONF_LOGIN]
    secrets = ["8642", person["username"], person["password"], person["account"]]
    secrets += [login["id_token"], login["refresh_token"], "Garage EV"]
    secrets += [device["serial"] for device in person["devices"]]
    secrets += [str(device["device_gid"]) for device in person["devices"]]
    chargers = entry.runtime_data.status.data.chargers.values()
    secrets += [str(each.charger.load_gid) for each in chargers]
    assert entry.runtime_data.coordinator.answers.diagnostics.keys() >= {"devices"}
    assert [secret for secret in secrets if secret in text] == []
    assert set(report["drift"]) == {"WireChannel.type=FiftyAmpMerged"}
    assert report["snapshot"]["stream"]["is_open"] is False
    told = report["snapshot"]["devices"]
    assert len(told) == len(entry.runtime_data.coordinator.home)
    assert "circuit_1" in told[0]["measured"]
    assert report["statistics"]
    assert report["connection"]["requests_today"] > 5
    devices = told_shapes(report)["GET /customers/devices"]["devices"]
    assert devices[1]["deviceGid"] == "int"
    assert devices[1]["manufacturerDeviceId"] == "text"


async def test_diagnostics_without_a_car(
    hass: HomeAssistant, all_enabled: None, cloud: EmporiaCloud
) -> None:
    """The number of one that was unlinked is told by nothing, though answers keep it."""
    entry = await add_entry(hass, cloud, "solar_home", days=0.1)
    login = cloud.customers.login("solar_home")
    (vehicle,) = login.vehicles
    login.vehicles.clear()
    coordinator = entry.runtime_data.coordinator
    coordinator.answers.all_due()
    await coordinator.async_refresh()
    assert any("vehicle_" in name for name in coordinator.answers.diagnostics)
    report = await async_get_config_entry_diagnostics(hass, entry)
    text = json.dumps(report, cls=ExtendedJSONEncoder)
    assert str(vehicle["vehicleGid"]) not in text
