"""Automations about the hub."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.automations import device_id, listen, ran
from tests.clouds.flowerhub import FlowerhubCloud
from tests.entries import pass_time

from .helpers import POLL

TRIGGERS = ("flowerhub.hub_disconnected", "flowerhub.hub_reconnected")


async def test_the_hub_is_lost_and_found(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Each starts its automation, and the condition holds at that moment."""
    target = {"device_id": device_id(hass, entry, entry.data["key"])}
    events = await listen(hass, target, TRIGGERS)
    cloud.apply({"disconnect": "solar_home"})
    await pass_time(hass, at_noon, entry, POLL)
    assert ran(events) == ["flowerhub.hub_disconnected"]
    cloud.apply({"reconnect": "solar_home"})
    await pass_time(hass, at_noon, entry, POLL)
    assert ran(events) == ["flowerhub.hub_reconnected"]
