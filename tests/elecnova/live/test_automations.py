"""Automations about what a cabinet tells as it happens."""

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.automations import device_id, listen, ran

from .house import House, until

FAULT, FIRE = "elecnova.fault_reported", "elecnova.fire_alarm"


@pytest.mark.parametrize(
    ("component", "key", "trigger"),
    [("BMS", "fault", FAULT), ("FIRE", "fire_alarm", FIRE)],
)
async def test_an_alarm_by_its_device(
    house: House, entry: MockConfigEntry, component: str, key: str, trigger: str
) -> None:
    """Each starts its automation once for each alarm, and not the other one."""
    await house.publish(entry)
    serial = f"{component}{house.cabinet()}"
    await house.shows(f"{serial}_{key}", "off", "binary_sensor")
    target = {"device_id": device_id(house.hass, entry, serial)}
    events = await listen(house.hass, target, [FAULT, FIRE])
    for _ in range(2):
        await house.apply({"alarm": serial})
        await house.shows(f"{serial}_{key}", "on", "binary_sensor")
        await until(lambda: events)
        assert ran(events) == [trigger]
        await house.apply({"alarm": {"device": serial, "active": False}})
        await house.shows(f"{serial}_{key}", "off", "binary_sensor")
    assert not events
