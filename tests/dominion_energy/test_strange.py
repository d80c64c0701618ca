"""A home lives through a cloud that is up, and strange."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from tests.clouds.dominion_energy import DominionCloud
from tests.entries import DAY, HOUR, MINUTE
from tests.strange_home import live_through, lose_nothing, shown, start_through

from .helpers import NOW, add_entry, assert_recorder_is_true, make_entry


@pytest.mark.parametrize("step", range(3))
async def test_at_set_up(
    hass: HomeAssistant, cloud: DominionCloud, at_noon: FrozenDateTimeFactory, step: int
) -> None:
    """It succeeds with what there is, or is tried again; then all of it comes."""
    entry = await make_entry(hass, cloud, "solar_home")
    await start_through(hass, at_noon, cloud, entry, step)
    assert shown(hass, entry)
    await assert_recorder_is_true(hass, cloud, entry, NOW - 5 * DAY)


async def test_while_running(
    hass: HomeAssistant, cloud: DominionCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Nothing is lost, and nothing comes of it."""
    entry = await add_entry(hass, cloud, "solar_home")
    await live_through(hass, at_noon, cloud, entry, 2 * HOUR)
    await assert_recorder_is_true(hass, cloud, entry, NOW - 5 * DAY)


async def test_one_endpoint_at_a_time(
    hass: HomeAssistant, cloud: DominionCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """What an endpoint does not say costs no other one's entities."""
    entry = await add_entry(hass, cloud, "solar_home")
    await lose_nothing(hass, at_noon, cloud, entry, 20 * MINUTE)
