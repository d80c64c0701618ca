"""A value is shown for as long as it counts, whenever the next poll is."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clouds.emporia import EmporiaCloud
from tests.entries import HOUR, MINUTE, pass_time, requests, state

from .helpers import gid_of


async def test_power_during_a_long_pause(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Nobody asks for twelve hours, and no power of long ago is shown meanwhile."""
    power = f"{gid_of(cloud, 'solar_home', 'vue')}_circuit_4_power"
    await pass_time(hass, at_noon, entry, *[MINUTE] * 2)
    assert float(state(hass, power)) >= 0
    cloud.faults.add(endpoint="*", kind="rate_limited", retry_after=12 * 3600)
    await pass_time(hass, at_noon, entry, 2 * MINUTE)
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, *[MINUTE] * 12)
    assert state(hass, power) == STATE_UNAVAILABLE
    await pass_time(hass, at_noon, entry, *[HOUR] * 10)
    assert requests(cloud) == 0
    cloud.faults.clear()
    # Not all homes come back at once
    await pass_time(hass, at_noon, entry, 2 * HOUR, 20 * MINUTE, *[MINUTE] * 5)
    assert float(state(hass, power)) >= 0


async def test_power_with_a_spent_budget(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """The same when it is this side that asks no more."""
    power = f"{gid_of(cloud, 'solar_home', 'vue')}_circuit_4_power"
    await pass_time(hass, at_noon, entry, *[MINUTE] * 2)
    entry.runtime_data.connection.budget.limit = 0
    await pass_time(hass, at_noon, entry, *[2 * MINUTE] * 7)
    assert state(hass, power) == STATE_UNAVAILABLE
