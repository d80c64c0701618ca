"""A home lives through a cloud that is up, and strange."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from tests.clouds.flowerhub import FlowerhubCloud
from tests.strange_home import live_through, lose_nothing, shown, start_through

from .helpers import POLL, add_entry, assert_statistics_are_true, make_entry


@pytest.mark.parametrize("step", range(3))
async def test_at_set_up(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    at_noon: FrozenDateTimeFactory,
    step: int,
) -> None:
    """It succeeds with what there is, or is tried again; then all of it comes."""
    entry = make_entry(hass, cloud)
    await start_through(hass, at_noon, cloud, entry, step)
    assert shown(hass, entry)
    await assert_statistics_are_true(hass, cloud)


async def test_while_running(
    hass: HomeAssistant, cloud: FlowerhubCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Nothing is lost, and nothing comes of it."""
    entry = await add_entry(hass, cloud)
    await live_through(hass, at_noon, cloud, entry, POLL)
    await assert_statistics_are_true(hass, cloud)


async def test_one_endpoint_at_a_time(
    hass: HomeAssistant, cloud: FlowerhubCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """What an endpoint does not say costs no other one's entities."""
    entry = await add_entry(hass, cloud)
    await lose_nothing(hass, at_noon, cloud, entry, POLL)
