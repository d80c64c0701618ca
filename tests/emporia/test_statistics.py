"""The statistics against the truth: history, new hours, gaps, corrections."""

from datetime import datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cloud_energy.readings import floor_hour
from tests.clouds.emporia import EmporiaCloud
from tests.entries import HOUR, pass_time, requests, set_up, settle
from tests.recorded import stored

from .helpers import NOW, add_entry, gid_of, make_entry, true_hours

CHANNELS = (
    ("1,2,3", "mains", 1),
    ("2", "circuit_2", -1),
    ("97", "circuit_97", 1),
    ("10", "circuit_10", 1),
    ("MainsFromGrid", "grid_import", 1),
    ("MainsToGrid", "grid_export", -1),
)


async def assert_true(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    start: datetime,
    end: datetime,
    channels: tuple[tuple[str, str, int], ...] = CHANNELS,
) -> None:
    """Compare the hours between two times with what the cloud has published."""
    gid = gid_of(cloud, "solar_home", "vue")
    for number, slug, sign in channels:
        found = await stored(hass, f"emporia:{gid}_{slug}_energy")
        found = {hour: value for hour, value in found.items() if start <= hour < end}
        truth = true_hours(cloud, "solar_home", f"{gid}/{number}", start, end, sign)
        assert found == pytest.approx(truth, abs=1e-3), slug
        assert found, slug


async def test_history_and_new_hours(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """What was before the set-up comes in, and each hour as it ends."""
    entry = await add_entry(hass, cloud, "solar_home")
    end = floor_hour(NOW)
    await assert_true(hass, cloud, end - 24 * HOUR, end)
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, *[HOUR] * 3)
    await assert_true(hass, cloud, end - 24 * HOUR, end + 3 * HOUR)
    # All channels of an hour came with one request, and their costs with another.
    assert requests(cloud, "/AppAPI") < 3 * 8
    charger = gid_of(cloud, "solar_home", "charger")
    assert await stored(hass, f"emporia:{charger}_mains_energy")


async def test_series_are_described_once(entry: MockConfigEntry) -> None:
    """Until the devices are read again, since each poll asks for them several times."""
    history, coordinator = entry.runtime_data.history, entry.runtime_data.coordinator
    before = history._series()
    assert before
    assert history._series() is before
    coordinator.home = dict(list(coordinator.home.items())[:1])
    assert 0 < len(history._series()) < len(before)


async def test_costs(hass: HomeAssistant, cloud: EmporiaCloud) -> None:
    """What is imported costs, what is exported is paid for."""
    await add_entry(hass, cloud, "solar_home")
    gid = gid_of(cloud, "solar_home", "vue")
    for slug, kind in (("grid_import", "cost"), ("grid_export", "compensation")):
        energy = await stored(hass, f"emporia:{gid}_{slug}_energy")
        money = await stored(hass, f"emporia:{gid}_{slug}_{kind}")
        assert len(energy) == 24
        assert money == pytest.approx(
            {hour: value * 0.15 for hour, value in energy.items()}, abs=1e-3
        )


async def test_an_absence(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """After days without Home Assistant the gap is filled at its true hours."""
    entry = await add_entry(hass, cloud, "solar_home", days=2)
    await hass.config_entries.async_unload(entry.entry_id)
    at_noon.tick(timedelta(days=3, minutes=5))
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass, entry)
    end = floor_hour(NOW) + 72 * HOUR
    await assert_true(hass, cloud, end - 100 * HOUR, end, CHANNELS[:5])


async def test_an_outage_of_the_cloud(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Hours that could not be asked for come once the cloud is back."""
    entry = await add_entry(hass, cloud, "solar_home")
    end = floor_hour(NOW)
    cloud.faults.add(endpoint="*", kind="status", status=503, times=100_000)
    await pass_time(hass, at_noon, entry, *[HOUR] * 4)
    assert not list(entry.async_get_active_flows(hass, {"reauth"}))
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, *[HOUR] * 2)
    await assert_true(hass, cloud, end - 24 * HOUR, end + 6 * HOUR)


async def test_an_hour_that_has_just_begun_for_the_cloud(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """It is no whole hour of next to nothing, even if it is over by this clock."""
    behind = timedelta(minutes=40)
    entry = await make_entry(hass, cloud, "solar_home")
    cloud.clock.set(NOW - behind, frozen=False)
    await set_up(hass, entry)
    gid = gid_of(cloud, "solar_home", "vue")
    end = floor_hour(NOW)
    # By then every entry has begun, whatever its own minute is.
    until = end + HOUR + timedelta(minutes=28)
    await pass_time(hass, at_noon, entry, until - NOW)
    assert max(await stored(hass, f"emporia:{gid}_mains_energy")) < end
    await pass_time(hass, at_noon, entry, HOUR)
    await assert_true(hass, cloud, end - 24 * HOUR, end + HOUR)


async def test_late_and_corrected_hours(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """A gap that the cloud fills later, and an hour that it changes."""
    gid = gid_of(cloud, "solar_home", "vue")
    end = floor_hour(NOW)
    late = end - 5 * HOUR
    cloud.apply(
        {
            "late": {
                "device_gid": gid,
                "start": late.isoformat(),
                "end": (late + 2 * HOUR).isoformat(),
                "due": (end + 20 * HOUR).isoformat(),
            }
        }
    )
    entry = await add_entry(hass, cloud, "solar_home")
    found = await stored(hass, f"emporia:{gid}_circuit_1_energy")
    assert late not in found
    cloud.apply(
        {
            "correct": {
                "device_gid": gid,
                "channel": "1",
                "start": (end - 10 * HOUR).isoformat(),
                "value": 3.25,
            }
        }
    )
    await pass_time(hass, at_noon, entry, *[HOUR] * 26)
    found = await stored(hass, f"emporia:{gid}_circuit_1_energy")
    assert found[end - 10 * HOUR] == pytest.approx(3.25)
    assert found[late] == pytest.approx(
        true_hours(cloud, "solar_home", f"{gid}/1", late, late + HOUR)[late], abs=1e-4
    )


@pytest.mark.parametrize(
    "now",
    ["2026-11-01T20:30:00+00:00", "2026-03-08T20:30:00+00:00"],
    ids=["autumn", "spring"],
)
async def test_clock_changes(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory, now: str
) -> None:
    """A day of 25 hours has 25 rows, one of 23 hours has 23."""
    at_noon.move_to(now)
    await add_entry(hass, cloud, "solar_home")
    end = datetime.fromisoformat(now).replace(minute=0)
    await assert_true(hass, cloud, end - 24 * HOUR, end)


async def test_history_waits_for_spare_requests(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """The polls of the day come first; the rest of the history another day."""
    entry = await make_entry(hass, cloud, "solar_home", days=10)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    runtime = entry.runtime_data
    # The end of the day is near, and all that is left is needed.
    runtime.connection.budget.limit = runtime.connection.budget.used + 100
    await settle(hass, entry)
    before = runtime.feed.share_done
    gid = gid_of(cloud, "solar_home", "vue")
    grid = await stored(hass, f"emporia:{gid}_grid_import_energy")
    assert before < 0.9
    runtime.connection.budget.limit = 5000
    await hass.services.async_call(
        "emporia", "import_history", {}, blocking=True, return_response=True
    )
    await settle(hass, entry)
    # What can only be asked for hour by hour reaches as far as the rest, if later.
    whole = await stored(hass, f"emporia:{gid}_grid_import_energy")
    assert len(grid) < len(whole)
    assert min(whole) == floor_hour(NOW) - 10 * 24 * HOUR
    assert runtime.feed.share_done == pytest.approx(1.0)


async def test_restart_goes_on_where_it_stood(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Nothing that is stored is asked for again but the last two days."""
    entry = await add_entry(hass, cloud, "landlord", days=60)
    first = requests(cloud, "/AppAPI")
    cloud.requests.clear()
    assert await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass, entry)
    assert requests(cloud, "/AppAPI") < first
    gid = gid_of(cloud, "landlord", "vue")
    assert len(await stored(hass, f"emporia:{gid}_mains_energy")) >= 59 * 24
