"""A home lives through a cloud that is up, and strange."""

from datetime import datetime
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clouds.elecnova import ElecnovaCloud
from tests.strange_home import live_through, lose_nothing, shown, start_through

from .helpers import POLL, assert_statistics_are_true, inverter_of, make_entry

SINCE = datetime(2026, 11, 15, tzinfo=ZoneInfo("Europe/Brussels"))


async def test_while_running(
    hass: HomeAssistant,
    cloud: ElecnovaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Nothing is lost, and nothing comes of it."""
    await live_through(hass, at_noon, cloud, entry, POLL)
    await assert_statistics_are_true(hass, cloud, inverter_of(cloud), SINCE)


@pytest.mark.parametrize("step", range(3))
async def test_at_set_up(
    hass: HomeAssistant,
    cloud: ElecnovaCloud,
    at_noon: FrozenDateTimeFactory,
    step: int,
) -> None:
    """It succeeds with what there is, or is tried again; then all of it comes."""
    entry = make_entry(hass, cloud, statistics_start="2026-11-15")
    await start_through(hass, at_noon, cloud, entry, step)
    assert shown(hass, entry)
    await assert_statistics_are_true(hass, cloud, inverter_of(cloud), SINCE)


async def test_one_endpoint_at_a_time(
    hass: HomeAssistant,
    cloud: ElecnovaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """What an endpoint does not say costs no other one's entities."""
    await lose_nothing(
        hass, at_noon, cloud, entry, POLL, ("GET /api/v1/dev", "GET /api/v1/dev/{sn}")
    )
