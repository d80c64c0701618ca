"""What can be done without holds up nothing else."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest

from tests.clouds.emporia import EmporiaCloud
from tests.entries import HOUR, MINUTE, pass_time, reauths, state

from .helpers import add_entry


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 403},
        {"kind": "html"},
        {"kind": "drop"},
    ],
    ids=str,
)
async def test_the_status_is_down_at_the_start(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    at_noon: FrozenDateTimeFactory,
    fault: dict[str, Any],
) -> None:
    """Power and energy are there, and switches come when they come."""
    cloud.faults.add(endpoint="GET /customers/devices/status", **fault)
    entry = await add_entry(hass, cloud, "solar_home")
    registry = er.async_get(hass)

    def found(platform: str) -> list[str]:
        return [
            each.entity_id
            for each in er.async_entries_for_config_entry(registry, entry.entry_id)
            if each.domain == platform
        ]

    assert not found("switch")
    assert state(hass, f"{entry.unique_id}_last_successful_update") != "unavailable"
    await pass_time(hass, at_noon, entry, *[MINUTE] * 2)
    shown = [hass.states.get(each) for each in found("sensor")]
    assert sum(each is not None and each.state != "unavailable" for each in shown) > 20
    assert reauths(hass, entry) == 0
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, *[MINUTE] * 10, HOUR, MINUTE)
    assert found("switch")
    for each in found("switch"):
        switch = hass.states.get(each)
        assert switch
        assert switch.state in ("on", "off")
