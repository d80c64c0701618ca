"""The first days after the set-up of a home with sun: its grid takes a request an hour."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest

from tests.clouds.emporia import EmporiaCloud
from tests.entries import (
    HOUR,
    attributes,
    entity_id,
    pass_time,
    person_of,
    requests,
    set_up,
)
from tests.recorded import first_stored, stored

from .helpers import add_entry, gid_of, make_entry
from .test_statistics import assert_true

DAY = timedelta(days=1)
START = datetime(2026, 7, 15, tzinfo=UTC)
"""Evening in America, when the day's requests have just begun to be counted."""
MINUTE, PACE = timedelta(minutes=1), timedelta(minutes=3)
DELAY = 1.15
"""How much longer an entry waits at most: not all homes ask at once, and for costs."""


async def first_hours(
    hass: HomeAssistant, cloud: EmporiaCloud
) -> tuple[datetime, datetime, datetime]:
    """Return since when the grid, the sun and a circuit are stored."""
    gid = gid_of(cloud, "solar_home", "vue")
    grid, sun, circuit = [
        min(await stored(hass, f"emporia:{gid}_{slug}_energy"))
        for slug in ("grid_import", "circuit_2", "circuit_1")
    ]
    return grid, sun, circuit


@pytest.mark.parametrize(("hour", "days", "waits"), [(0, 31, 5), (20, 50, 1)])
async def test_the_grid_is_as_deep_as_the_sun(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    at_noon: FrozenDateTimeFactory,
    hour: int,
    days: int,
    waits: int,
) -> None:
    """At each moment; what has charts does not wait, and the power returns at the end."""
    now = START + hour * HOUR
    at_noon.move_to(now + 30 * MINUTE)
    entry = await add_entry(hass, cloud, "solar_home", days=days)
    runtime, begin = entry.runtime_data, now - days * DAY
    depths = []
    while runtime.feed.share_done < 1:
        grid, sun, circuit = await first_hours(hass, cloud)
        assert (grid, circuit) == (sun, begin)
        assert PACE <= runtime.coordinator.update_interval <= DELAY * PACE
        assert runtime.connection.budget.left > 0
        depths.append(grid)
        await pass_time(hass, at_noon, entry, 4 * HOUR)
    assert depths == sorted(depths, reverse=True)
    assert waits <= len(depths) <= waits + 1
    assert MINUTE <= runtime.coordinator.update_interval <= DELAY * MINUTE
    # Which day is the first one moves on with the time, while requests are awaited
    grid, sun, circuit = await first_hours(hass, cloud)
    assert begin == circuit <= grid == sun <= begin + 2 * DAY
    await assert_true(hass, cloud, grid, now)
    gid = gid_of(cloud, "solar_home", "vue")
    costs = await stored(hass, f"emporia:{gid}_grid_import_cost")
    assert grid <= min(costs) <= begin + 2 * DAY


@pytest.mark.parametrize("hour", [0, 12, 23])
async def test_a_year_without_sun_at_any_hour(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory, hour: int
) -> None:
    """It is there at once, whenever the home is set up: enough requests are to spare."""
    at_noon.move_to(START + hour * HOUR + 30 * MINUTE)
    entry = await add_entry(hass, cloud, "plain_home", days=365)
    assert entry.runtime_data.feed.share_done == 1
    pace = entry.runtime_data.coordinator.update_interval
    assert MINUTE <= pace <= DELAY * MINUTE


async def test_a_home_since_last_week(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """No request goes to the years before the monitor was there."""
    now = START + 18 * HOUR
    installed = now - 6 * DAY
    at_noon.move_to(now + 30 * MINUTE)
    span = {"start": "2024-01-01T00:00:00+00:00", "end": installed.isoformat()}
    for device in person_of(cloud, "solar_home")["devices"]:
        cloud.apply({"outage": {"device_gid": int(device["device_gid"]), **span}})
    entry = await add_entry(hass, cloud, "solar_home", days=365)
    runtime = entry.runtime_data
    assert runtime.feed.share_done == 1
    # Energy and money of each hour, and some charts without anything
    assert runtime.connection.budget.used < 2 * 6 * 24 + 120
    assert await first_hours(hass, cloud) == (installed,) * 3
    await assert_true(hass, cloud, installed, now)


async def test_yesterday_comes_first(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    at_noon: FrozenDateTimeFactory,
    hass_storage: dict[str, Any],
) -> None:
    """A day of each energy takes few requests: no older one is asked for before."""
    now = START + 30 * MINUTE
    at_noon.move_to(now)
    entry = await make_entry(hass, cloud, "solar_home", days=365)
    hass_storage[f"cloud_energy.{entry.entry_id}"] = {
        "version": 1,
        "data": {"day": START.date().isoformat(), "used": 860},
    }
    await set_up(hass, entry)
    runtime = entry.runtime_data
    # The rest of the day belongs to the polls, more or less by the entry's own pace
    assert 900 < runtime.connection.budget.used < 1040
    names = [each.series.statistic_id for each in runtime.history._sources(now)]
    energies = [name for name in names if name.endswith("_energy")]
    assert len(energies) > 10
    for name in energies:
        assert len(await stored(hass, name)) >= 24, name
    grid, *_ = await first_hours(hass, cloud)
    assert grid >= START - 2 * DAY


async def test_a_day_of_import_within_the_budget(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """The polls find all their requests, and hardly any of the day's are left over."""
    at_noon.move_to(START - 30 * MINUTE)
    entry = await add_entry(hass, cloud, "solar_home", days=90)
    runtime = entry.runtime_data
    await pass_time(hass, at_noon, entry, 31 * MINUTE)
    used = runtime.connection.budget.used
    cloud.requests.clear()
    while datetime.now(UTC) < START + DAY - 5 * MINUTE:
        pace = runtime.coordinator.update_interval
        assert PACE <= pace <= DELAY * PACE
        await pass_time(hass, at_noon, entry, pace + timedelta(seconds=0.6))
        assert not runtime.coordinator.failures
    assert 1800 < requests(cloud) + used < 1995
    assert runtime.connection.budget.left > 5


async def test_the_estimate_is_met(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """*Import progress* tells what it waits for, and on which day it will be done."""
    at_noon.move_to(START + 30 * MINUTE)
    entry = await add_entry(hass, cloud, "solar_home", days=35)
    # Fewer than usual, since there are fewer polls, too: one in two hours
    entry.runtime_data.connection.budget.limit = 400
    sensor = f"{entry.unique_id}_import_progress"
    series = f"emporia:{gid_of(cloud, 'solar_home', 'vue')}_grid_import_energy"
    told, begin = dict[timedelta, date](), dt_util.utcnow()
    while entry.runtime_data.feed.share_done < 1:
        shown = attributes(hass, sensor)
        grid = await first_stored(hass, series)
        assert shown["waits_for"] == "requests"
        if grid > dt_util.utcnow() - 35 * DAY:
            assert shown["oldest_day"] == dt_util.as_local(grid).date().isoformat()
        if shown["likely_done"]:
            told[dt_util.utcnow() - begin] = date.fromisoformat(shown["likely_done"])
        await pass_time(hass, at_noon, entry, 2 * HOUR)
    assert await stored(hass, series)
    today, shown = dt_util.now().date(), attributes(hass, sensor)
    # The first days are not like the others: they begin with less
    errors = {passed: abs(day - today) for passed, day in told.items()}
    assert max(each for passed, each in errors.items() if passed > 4 * DAY) <= 2 * DAY
    assert max([*errors.values()][-24:]) <= DAY
    assert (shown["waits_for"], shown["likely_done"]) == ("nothing", None)


async def test_without_news_the_progress_is_not_written(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Neither its figure nor what is said of it; the recorder keeps only the figure."""
    entry = await add_entry(hass, cloud, "solar_home", days=2)
    sensor = entity_id(hass, f"{entry.unique_id}_import_progress")
    before = hass.states.get(sensor)
    await pass_time(hass, at_noon, entry, *[HOUR] * 6)
    assert hass.states.get(sensor) is before
    assert before and before.attributes["oldest_day"] == "2026-11-18"
    assert before.state_info
    assert before.state_info["unrecorded_attributes"] >= {
        "likely_done",
        "oldest_day",
        "waits_for",
    }
