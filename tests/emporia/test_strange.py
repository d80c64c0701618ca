"""A home lives through a cloud that is up, and strange."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from tests.clouds.emporia import EmporiaCloud
from tests.entries import HOUR, MINUTE
from tests.recorded import stored
from tests.strange_home import live_through, lose_nothing, shown, start_through

from .helpers import NOW, add_entry, gid_of, make_entry, true_hours


async def assert_hours_are_true(hass: HomeAssistant, cloud: EmporiaCloud) -> None:
    """Compare the recorder with what the cloud has published."""
    vue = gid_of(cloud, "solar_home", "vue")
    start = NOW.replace(minute=0) - 4 * HOUR
    end = cloud.clock.now().replace(minute=0) - HOUR
    hours = await stored(hass, f"emporia:{vue}_mains_energy")
    truth = true_hours(cloud, "solar_home", f"{vue}/1,2,3", start, end)
    found = {hour: value for hour, value in hours.items() if start <= hour < end}
    assert found == pytest.approx(truth, abs=1e-3)


@pytest.mark.parametrize("step", range(3))
async def test_at_set_up(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory, step: int
) -> None:
    """It succeeds with what there is, or is tried again; then all of it comes."""
    entry = await make_entry(hass, cloud, "solar_home", days=0.2)
    await start_through(hass, at_noon, cloud, entry, step)
    assert shown(hass, entry)
    await assert_hours_are_true(hass, cloud)


async def test_while_running(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Nothing is lost, and nothing comes of it."""
    entry = await add_entry(hass, cloud, "solar_home", days=0.2)
    await live_through(hass, at_noon, cloud, entry, 20 * MINUTE)
    await assert_hours_are_true(hass, cloud)


async def test_one_endpoint_at_a_time(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """What an endpoint does not say costs no other one's entities."""
    entry = await add_entry(hass, cloud, "solar_home", days=0.2)
    await lose_nothing(
        hass,
        at_noon,
        cloud,
        entry,
        20 * MINUTE,
        ("GET /customers/devices", "GET /customers/devices/status"),
    )
