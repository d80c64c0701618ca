"""Automations about chargers."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.automations import device_id, listen, ran
from tests.clouds.emporia import EmporiaCloud
from tests.entries import pass_time

from .helpers import gid_of

SOON = timedelta(minutes=7)
TRIGGERS = (
    "emporia.car_plugged_in",
    "emporia.car_unplugged",
    "emporia.charging_started",
    "emporia.charging_finished",
    "emporia.charger_fault",
)


async def test_a_car_comes_charges_and_leaves(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Each trigger starts its automation, by the charger's device, and no other one."""
    charger = gid_of(cloud, "solar_home", "charger")
    cloud.apply({"plug_out": charger})
    await pass_time(hass, at_noon, entry, SOON)
    target = {"device_id": device_id(hass, entry, str(charger))}
    events = await listen(hass, target, TRIGGERS)

    cloud.apply({"charger": {"device_gid": charger, "on": True}})
    cloud.apply({"plug_in": {"device_gid": charger, "need": 20}})
    await pass_time(hass, at_noon, entry, SOON)
    assert ran(events) == ["emporia.car_plugged_in", "emporia.charging_started"]

    cloud.apply({"charger_fault": {"device_gid": charger, "text": "Ground fault"}})
    await pass_time(hass, at_noon, entry, SOON)
    assert "emporia.charger_fault" in ran(events)
    cloud.apply({"charger_fault": {"device_gid": charger, "text": None}})
    await pass_time(hass, at_noon, entry, SOON)
    ran(events)

    cloud.apply({"plug_out": charger})
    await pass_time(hass, at_noon, entry, SOON)
    found = ran(events)
    assert found[0] == "emporia.car_unplugged"
    assert set(found) == {"emporia.car_unplugged", "emporia.charging_finished"}


@pytest.mark.parametrize(
    ("condition", "runs"),
    [
        ("emporia.car_is_plugged_in", True),
        ("emporia.is_charging", True),
        ("emporia.has_fault", False),
    ],
)
async def test_conditions(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    condition: str,
    *,
    runs: bool,
) -> None:
    """An automation runs only while its condition is met."""
    charger = gid_of(cloud, "solar_home", "charger")
    cloud.apply({"plug_out": charger})
    await pass_time(hass, at_noon, entry, SOON)
    target = {"device_id": device_id(hass, entry, str(charger))}
    started = "emporia.charging_started"
    events = await listen(hass, target, [started], condition)
    cloud.apply({"charger": {"device_gid": charger, "on": True}})
    cloud.apply({"plug_in": {"device_gid": charger, "need": 20}})
    await pass_time(hass, at_noon, entry, SOON)
    assert ran(events) == ([started] if runs else [])
