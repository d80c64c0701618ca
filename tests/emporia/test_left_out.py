"""What a home is like, while answers leave that out."""

from dataclasses import asdict
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clouds.emporia import EmporiaCloud
from tests.entries import DAY, HOUR, pass_time


@pytest.mark.parametrize("look", ["no_location", "bare_location", "no_kinds"])
async def test_an_answer_leaves_it_out(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    at_noon: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    look: str,
) -> None:
    """What was told before counts: no other zone, and no charger that is a panel."""
    before = _known(entry)
    cloud.apply({"inventory": {look: True}})
    await pass_time(hass, at_noon, entry, *[HOUR] * 2)
    assert _known(entry) == before
    await hass.config_entries.async_reload(entry.entry_id)
    await pass_time(hass, at_noon, entry, *[HOUR] * 2)
    assert _known(entry) == before


@pytest.mark.parametrize("path", ["*/customers/devices", "*/v1/customers/devices"])
async def test_a_list_of_devices_is_refused_for_days(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    at_noon: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    path: str,
) -> None:
    """The other list alone would mean another home: no solar, or unused circuits."""
    before = _known(entry)
    fault = {"kind": "status", "status": 403, "times": 1000}
    cloud.faults.add(endpoint=f"GET {path}", **fault)
    await pass_time(hass, at_noon, entry, *[DAY] * 3)
    assert _known(entry) == before


def _known(entry: MockConfigEntry) -> dict[str, Any]:
    """Return what follows from where the home is."""
    runtime = entry.runtime_data
    home = runtime.coordinator.home.values()
    assert any(device.solar for device in home)
    assert any(device.is_charger for device in home)
    assert str(runtime.zone) == "America/Denver"
    return {
        "sources": [asdict(each) for each in runtime.energy_sources],
        "devices": {device.gid: device for device in home},
    }
