"""Hours that the cloud has lost for a while, in the middle of a channel's history."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from custom_components.cloud_energy.readings import floor_hour
from tests.clouds.emporia import EmporiaCloud
from tests.entries import DAY, HOUR, pass_time, state
from tests.recorded import stored

from .helpers import NOW, add_entry, gid_of, true_hours


async def test_a_hole_that_is_filled_weeks_later(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Only the channel that lacks them is asked again, and the sum follows."""
    gid = gid_of(cloud, "solar_home", "vue")
    start = floor_hour(NOW) - 9 * DAY
    late = {
        "device_gid": gid,
        "channels": ["1"],
        "start": start.isoformat(),
        "end": (start + 5 * HOUR).isoformat(),
        "due": (NOW + 8 * DAY).isoformat(),
    }
    cloud.apply({"late": late})
    entry = await add_entry(hass, cloud, "solar_home", days=12)
    missing = f"{entry.unique_id}_missing_hours"
    assert state(hass, missing) == "5"
    series = f"emporia:{gid}_circuit_1_energy"
    assert start not in await stored(hass, series)
    await pass_time(hass, at_noon, entry, *[5 * DAY] * 4)
    assert state(hass, missing) == "0"
    hours = await stored(hass, series)
    truth = true_hours(cloud, "solar_home", f"{gid}/1", start, start + 5 * HOUR)
    assert {h: hours[h] for h in truth} == pytest.approx(truth, abs=1e-4)
