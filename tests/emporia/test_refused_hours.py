"""What the cloud refuses for a time is not lost: a refusal is no empty answer."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cloud_energy.readings import floor_hour
from tests.clouds.emporia import EmporiaCloud
from tests.entries import HOUR, MINUTE, pass_time, settle, state
from tests.recorded import stored

from .helpers import NOW, add_entry, gid_of, true_hours
from .test_statistics import CHANNELS, assert_true

CIRCUIT = (("1", "circuit_1", 1),)
OTHERS = CHANNELS[:4]


def refusals(cloud: EmporiaCloud, status: int) -> int:
    """Count the requests that were refused so."""
    return sum(each.status == status for each in cloud.requests.entries)


async def import_history(hass: HomeAssistant) -> dict[str, object]:
    """Run the action, and return its answer."""
    answer = await hass.services.async_call(
        "emporia", "import_history", {}, blocking=True, return_response=True
    )
    assert answer
    return dict(answer)


@pytest.mark.parametrize("status", [400, 403])
async def test_charts_refused_for_days(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    at_noon: FrozenDateTimeFactory,
    status: int,
) -> None:
    """An hour after the charts are back no hour is missing, after a restart too."""
    entry = await add_entry(hass, cloud, "solar_home", days=2)
    cloud.apply({"refuse_charts": {"status": status}})
    await pass_time(hass, at_noon, entry, *[6 * HOUR] * 5)
    await hass.config_entries.async_reload(entry.entry_id)
    await pass_time(hass, at_noon, entry, *[6 * HOUR] * 5)
    cloud.apply({"refuse_charts": {"status": None}})
    await pass_time(hass, at_noon, entry, HOUR)
    end = floor_hour(NOW) + 61 * HOUR
    await assert_true(hass, cloud, end - 108 * HOUR, end, OTHERS)
    assert entry.runtime_data.feed.share_done == pytest.approx(1.0)


async def test_new_hours_come_although_charts_are_refused(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """What one request brings of all channels does not wait for the charts."""
    entry = await add_entry(hass, cloud, "solar_home")
    cloud.apply({"refuse_charts": {"status": 404}})
    await pass_time(hass, at_noon, entry, *[3 * HOUR] * 9)
    end = floor_hour(NOW) + 27 * HOUR
    await assert_true(hass, cloud, end - 51 * HOUR, end, OTHERS)


@pytest.mark.parametrize("status", [404, 405])
async def test_one_channel_that_was_never_charted(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    at_noon: FrozenDateTimeFactory,
    status: int,
) -> None:
    """It holds up no other one, is not done, and has its history a day later."""
    gid = gid_of(cloud, "solar_home", "vue")
    refused = {"device_gid": gid, "channel": "1"}
    cloud.apply({"refuse_charts": {**refused, "status": status}})
    entry = await add_entry(hass, cloud, "solar_home", days=2)
    end = floor_hour(NOW)
    await assert_true(hass, cloud, end - 48 * HOUR, end, OTHERS)
    assert not await stored(hass, f"emporia:{gid}_circuit_1_energy")
    assert entry.runtime_data.feed.share_done < 1
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, *[HOUR] * 3)
    assert refusals(cloud, status) == 0
    cloud.apply({"refuse_charts": {**refused, "status": None}})
    await pass_time(hass, at_noon, entry, *[2 * HOUR] * 11)
    await assert_true(hass, cloud, end - 23 * HOUR, end + 25 * HOUR, CIRCUIT)
    assert entry.runtime_data.feed.share_done == pytest.approx(1.0)


async def test_one_channel_that_was_charted(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """It is asked for once in each round, and comes with the first that is answered."""
    entry = await add_entry(hass, cloud, "solar_home")
    gid = gid_of(cloud, "solar_home", "vue")
    refused = {"device_gid": gid, "channel": "1"}
    cloud.apply({"refuse_charts": {**refused, "status": 400}})
    await hass.config_entries.async_unload(entry.entry_id)
    at_noon.tick(12 * HOUR)
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass, entry)
    end = floor_hour(NOW)
    await assert_true(hass, cloud, end, end + 12 * HOUR, OTHERS)
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, *[HOUR] * 2)
    assert refusals(cloud, 400) == 2
    cloud.apply({"refuse_charts": {**refused, "status": None}})
    await pass_time(hass, at_noon, entry, HOUR)
    await assert_true(hass, cloud, end - 24 * HOUR, end + 15 * HOUR, CIRCUIT)


async def test_all_of_the_energy_refused(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """The hours of all channels are refused as well: each is there afterwards."""
    entry = await add_entry(hass, cloud, "solar_home")
    cloud.faults.add(endpoint="GET /AppAPI", kind="status", status=400, times=100_000)
    await pass_time(hass, at_noon, entry, *[HOUR] * 9)
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, HOUR)
    end = floor_hour(NOW)
    await assert_true(hass, cloud, end - 24 * HOUR, end + 10 * HOUR)


async def test_a_device_that_is_refused_for_a_time(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Its hours come once it is permitted again, without a restart."""
    plug = gid_of(cloud, "solar_home", "outlet")
    cloud.apply({"forbid": plug})
    await pass_time(hass, at_noon, entry, *[2 * HOUR] * 3)
    assert plug not in entry.runtime_data.coordinator.permitted
    cloud.apply({"forbid": {"device_gid": plug, "forbidden": False}})
    await pass_time(hass, at_noon, entry, *[2 * HOUR] * 12)
    assert plug in entry.runtime_data.coordinator.permitted
    end = floor_hour(NOW) + 30 * HOUR
    found = await stored(hass, f"emporia:{plug}_mains_energy")
    truth = true_hours(cloud, "solar_home", f"{plug}/1,2,3", floor_hour(NOW), end)
    news = {hour: kwh for hour, kwh in found.items() if hour >= floor_hour(NOW)}
    assert news == pytest.approx(truth, abs=1e-3)


async def test_a_search_that_is_interrupted(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Which device it is that is refused is found out with the next poll."""
    entry = await add_entry(hass, cloud, "solar_home", days=0.1)
    vue, plug = (gid_of(cloud, "solar_home", kind) for kind in ("vue", "outlet"))
    cloud.apply({"forbid": plug})
    alone = {"deviceGids": str(vue)}
    cloud.faults.add(
        endpoint="GET /AppAPI", kind="status", status=500, query=alone, times=1
    )
    await pass_time(hass, at_noon, entry, *[MINUTE] * 8)
    assert not cloud.faults.entries
    assert entry.runtime_data.coordinator.permitted
    assert float(state(hass, f"{vue}_circuit_4_power")) >= 0


async def test_the_action_tells_what_failed(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """It names the statistics that were refused, and fails with the cloud."""
    gid = gid_of(cloud, "solar_home", "vue")
    refused = {"device_gid": gid, "channel": "1"}
    assert await import_history(hass) == {"progress": 100, "failed": []}
    cloud.apply({"refuse_charts": {**refused, "status": 404}})
    at_noon.tick(timedelta(hours=5))
    answer = await import_history(hass)
    assert answer["failed"] == [f"emporia:{gid}_circuit_1_energy"]
    cloud.faults.add(endpoint="*", kind="status", status=503, times=100_000)
    with pytest.raises(HomeAssistantError):
        await import_history(hass)
