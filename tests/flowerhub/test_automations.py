"""Automations about the hub."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.automations import ask_for, device_id, listen, met, ran
from tests.clouds.flowerhub import FlowerhubCloud
from tests.entries import DAY, pass_time

from .helpers import POLL, attributes

TRIGGERS = ("flowerhub.hub_disconnected", "flowerhub.hub_reconnected")
CONNECTED, DISCONNECTED = "flowerhub.hub_is_connected", "flowerhub.hub_is_disconnected"


async def test_the_hub_is_lost_and_found(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Each starts its automation."""
    target = {"device_id": device_id(hass, entry, entry.data["key"])}
    events = await listen(hass, target, TRIGGERS)
    cloud.apply({"disconnect": "solar_home"})
    await pass_time(hass, at_noon, entry, POLL)
    assert ran(events) == ["flowerhub.hub_disconnected"]
    cloud.apply({"reconnect": "solar_home"})
    await pass_time(hass, at_noon, entry, POLL)
    assert ran(events) == ["flowerhub.hub_reconnected"]


async def test_a_bill_arrives(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """A new invoice starts it once, by the agreement's device."""
    name = next(
        each for each in hass.states.async_entity_ids("event") if "bill" in each
    )
    device = er.async_get(hass).entities[name].device_id
    events = await listen(hass, {"device_id": device}, ["flowerhub.bill_arrived"])
    await pass_time(hass, at_noon, entry, *[DAY] * 20)
    assert ran(events) == ["flowerhub.bill_arrived"]
    assert attributes(hass, entry, "invoice", "event")["period"] == "November 2026"


async def test_what_happens_while_the_cloud_is_away(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Bill and lost hub start their automations once it is back, and once only."""
    own = {each.entity_id for each in er.async_get(hass).entities.values()}
    names = ["flowerhub.bill_arrived", *TRIGGERS]
    events = await listen(hass, {"entity_id": [*own]}, names)
    cloud.faults.add(endpoint="*", kind="status", status=503)
    await pass_time(hass, at_noon, entry, *[DAY] * 20)
    cloud.apply({"disconnect": "solar_home"})
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, *[DAY] * 2)
    assert sorted(ran(events)) == ["flowerhub.bill_arrived", TRIGGERS[0]]


async def test_conditions(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """One of the two is met at a time."""
    target = {"device_id": device_id(hass, entry, entry.data["key"])}
    events = await ask_for(hass, target, [CONNECTED, DISCONNECTED])
    assert await met(hass, events) == [CONNECTED]
    cloud.apply({"disconnect": "solar_home"})
    await pass_time(hass, at_noon, entry, POLL)
    assert await met(hass, events) == [DISCONNECTED]
    cloud.apply({"reconnect": "solar_home"})
    await pass_time(hass, at_noon, entry, POLL)
    assert await met(hass, events) == [CONNECTED]
