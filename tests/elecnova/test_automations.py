"""Automations about a cabinet's connection."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.automations import device_id, listen, ran
from tests.clouds.elecnova import ElecnovaCloud
from tests.entries import pass_time, person_of

POLL = timedelta(minutes=30)
TRIGGERS = (
    "elecnova.cabinet_disconnected",
    "elecnova.cabinet_reconnected",
    "elecnova.fault_reported",
    "elecnova.fire_alarm",
)


async def test_a_component_is_lost_and_found(
    hass: HomeAssistant,
    cloud: ElecnovaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Each starts its automation, also if it was so while the cloud was away."""
    sn = person_of(cloud, "solar_site")["meter"]
    target = {"device_id": device_id(hass, entry, sn)}
    events = await listen(hass, target, TRIGGERS)
    cloud.apply({"offline": sn})
    await pass_time(hass, at_noon, entry, *[POLL] * 4)
    assert ran(events) == ["elecnova.cabinet_disconnected"]
    cloud.apply({"offline": {"device": sn, "offline": False}})
    await pass_time(hass, at_noon, entry, *[POLL] * 4)
    assert ran(events) == ["elecnova.cabinet_reconnected"]
    cloud.faults.add(endpoint="*", kind="status", status=503)
    await pass_time(hass, at_noon, entry, *[24 * POLL] * 4)
    cloud.apply({"offline": sn})
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, *[24 * POLL] * 2)
    assert ran(events) == ["elecnova.cabinet_disconnected"]
