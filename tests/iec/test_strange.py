"""A home lives through a cloud that is up, and strange."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from tests.clouds.iec import IecCloud
from tests.entries import HOUR, MINUTE, person_of
from tests.recorded import stored
from tests.strange_home import live_through, lose_nothing, shown, start_through

from .helpers import add_entry, make_entry, midnight, series_of, true_hours


async def assert_hours_are_true(hass: HomeAssistant, cloud: IecCloud) -> None:
    """Compare the recorder with what the cloud has published."""
    since = midnight("2026-07-12")
    hours = await stored(hass, series_of(person_of(cloud, "plain_home")))
    truth = true_hours(cloud, "plain_home", since, cloud.clock.now())
    assert truth
    assert {h: v for h, v in hours.items() if h >= since} == pytest.approx(truth)


@pytest.mark.parametrize("step", range(3))
async def test_at_set_up(
    hass: HomeAssistant, cloud: IecCloud, at_noon: FrozenDateTimeFactory, step: int
) -> None:
    """It succeeds with what there is, or is tried again; then all of it comes."""
    entry = await make_entry(hass, cloud)
    await start_through(hass, at_noon, cloud, entry, step)
    assert shown(hass, entry)
    await assert_hours_are_true(hass, cloud)


async def test_while_running(
    hass: HomeAssistant, cloud: IecCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Nothing is lost, and nothing comes of it."""
    entry = await add_entry(hass, cloud)
    await live_through(hass, at_noon, cloud, entry, 2 * HOUR)
    await assert_hours_are_true(hass, cloud)


async def test_one_endpoint_at_a_time(
    hass: HomeAssistant, cloud: IecCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """What an endpoint does not say costs no other one's entities."""
    entry = await add_entry(hass, cloud)
    await lose_nothing(
        hass,
        at_noon,
        cloud,
        entry,
        20 * MINUTE,
        (
            "GET /iecapi/api/content/{locale}/content/tariffs/contentpages/homeelectricitytariff",
        ),
    )
