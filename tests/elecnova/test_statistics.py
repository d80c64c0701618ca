"""The sun as hourly statistics: true, whole, and never made up."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from tests.clouds.elecnova import ElecnovaCloud
from tests.entries import DAY, HOUR, pass_time, requests
from tests.recorded import stored

from .helpers import (
    POLL,
    add_entry,
    assert_statistics_are_true,
    inverter_of,
    statistic_of,
    true_hours,
)

BRUSSELS = ZoneInfo("Europe/Brussels")
SINCE = datetime(2026, 11, 10, tzinfo=BRUSSELS)
START = "2026-11-10"


async def test_hours_of_the_last_days(
    hass: HomeAssistant, cloud: ElecnovaCloud
) -> None:
    """Everything since the wanted day, and nothing before it."""
    await add_entry(hass, cloud, statistics_start=START)
    await assert_statistics_are_true(hass, cloud, inverter_of(cloud), SINCE)


async def test_polls_bring_finished_hours(
    hass: HomeAssistant, cloud: ElecnovaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """They cost no requests of their own, and no row is written twice."""
    entry = await add_entry(hass, cloud, statistics_start=START)
    sn = inverter_of(cloud)
    await pass_time(hass, at_noon, entry, POLL)
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, *[POLL] * 10)
    assert requests(cloud, "power-cap") == 10
    await assert_statistics_are_true(hass, cloud, sn, SINCE)


@pytest.mark.parametrize(
    "look",
    [
        {"night": "omit"},
        {"night": "null", "future": "null"},
        {"future": "zero"},
        {"point_time": "utc", "period_time": "utc"},
        {"point_time": "naive", "period_time": "short"},
        {"power_unit": "kW"},
        {"style": {"pv": "bare"}},
        {"daily_today": False},
        {"max_span_hours": 24},
        {"snake_case": True, "extra_keys": True},
    ],
    ids=str,
)
async def test_whatever_the_answers_look_like(
    hass: HomeAssistant,
    cloud: ElecnovaCloud,
    at_noon: FrozenDateTimeFactory,
    look: dict[str, Any],
) -> None:
    """Nobody knows which of them is the real one."""
    cloud.apply({"look": look})
    at_noon.move_to("2026-11-18T09:12:00+00:00")
    entry = await add_entry(hass, cloud, statistics_start=START)
    sn = inverter_of(cloud)
    await pass_time(hass, at_noon, entry, *[6 * HOUR] * 9)
    found = await stored(hass, statistic_of(sn))
    truth = true_hours(cloud, sn, SINCE, cloud.clock.now())
    today = datetime(2026, 11, 20, tzinfo=BRUSSELS)
    missing = truth.keys() - found.keys()
    assert found.keys() <= truth.keys()
    # What was left out is known to be nothing once the day is over.
    assert all(hour >= today for hour in missing)
    assert len(missing) <= 9
    assert found == pytest.approx({hour: truth[hour] for hour in found}, abs=0.001)


@pytest.mark.parametrize("zone", ["null", "other"])
@pytest.mark.parametrize("is_known", [True, False])
async def test_a_cabinet_without_a_time_zone(
    hass: HomeAssistant,
    cloud: ElecnovaCloud,
    at_noon: FrozenDateTimeFactory,
    zone: str,
    *,
    is_known: bool,
) -> None:
    """It is where it was, or where its site is: its hours are not those of UTC."""
    cloud.apply({"look": {"point_time": "naive", "period_time": "short"}})
    if is_known:
        entry = await add_entry(hass, cloud, statistics_start=START)
        cloud.faults.add(endpoint="*/sites*", kind="status", status=403, times=1000)
        cloud.apply({"look": {"cabinet_zone": zone}})
        await hass.config_entries.async_reload(entry.entry_id)
    else:
        cloud.apply({"look": {"cabinet_zone": zone}})
        entry = await add_entry(hass, cloud, statistics_start=START)
    await pass_time(hass, at_noon, entry, *[6 * HOUR] * 5)
    await assert_statistics_are_true(hass, cloud, inverter_of(cloud), SINCE)


async def test_the_unit_can_be_told(hass: HomeAssistant, cloud: ElecnovaCloud) -> None:
    """Where the comparison goes wrong the user has the last word."""
    await add_entry(hass, cloud, pv_power_unit="kw", statistics_start=START)
    found = await stored(hass, statistic_of(inverter_of(cloud)))
    truth = true_hours(cloud, inverter_of(cloud), SINCE, cloud.clock.now())
    assert sum(found.values()) == pytest.approx(1000 * sum(truth.values()), rel=1e-3)


@pytest.mark.parametrize("unit", ["W", "kW"])
async def test_a_day_of_which_most_is_lost_proves_no_unit(
    hass: HomeAssistant, cloud: ElecnovaCloud, unit: str
) -> None:
    """Days before it do."""
    lost = {"start": "2026-11-18T23:00:00+00:00", "end": "2026-11-19T15:10:00+00:00"}
    outage = {"inverter": inverter_of(cloud), "counted": True, **lost}
    cloud.apply({"look": {"power_unit": unit}, "outage": outage})
    entry = await add_entry(hass, cloud, statistics_start=START)
    await assert_statistics_are_true(hass, cloud, inverter_of(cloud), SINCE)
    factor = {"W": 1, "kW": 1000}[unit]
    assert entry.runtime_data.coordinator.units.factors == (factor,)


async def test_an_absence(
    hass: HomeAssistant, cloud: ElecnovaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """What happened meanwhile comes at its true hours."""
    entry = await add_entry(hass, cloud, statistics_start=START)
    await hass.config_entries.async_unload(entry.entry_id)
    at_noon.tick(9 * DAY)
    await hass.config_entries.async_setup(entry.entry_id)
    await pass_time(hass, at_noon, entry, POLL)
    await assert_statistics_are_true(hass, cloud, inverter_of(cloud), SINCE)


async def test_the_cloud_is_away_for_days(
    hass: HomeAssistant, cloud: ElecnovaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """The days in between are not forgotten once it is back."""
    entry = await add_entry(hass, cloud, statistics_start=START)
    cloud.faults.add(endpoint="*", kind="status", status=503, times=100_000)
    await pass_time(hass, at_noon, entry, *[6 * HOUR] * 16)
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, HOUR, POLL)
    await assert_statistics_are_true(hass, cloud, inverter_of(cloud), SINCE)


async def test_late_points_and_corrections(
    hass: HomeAssistant, cloud: ElecnovaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """An hour waits for all of its points; a correction changes its hour only."""
    sn = inverter_of(cloud)
    at_noon.move_to("2026-11-19T11:12:00+00:00")
    cloud.apply(
        {
            "late": {
                "inverter": sn,
                "start": "2026-11-19T09:30:00+00:00",
                "end": "2026-11-19T10:20:00+00:00",
                "due": "2026-11-20T05:00:00+00:00",
            }
        }
    )
    entry = await add_entry(hass, cloud, statistics_start=START)
    found = await stored(hass, statistic_of(sn))
    assert datetime(2026, 11, 19, 8, tzinfo=UTC) in found
    assert datetime(2026, 11, 19, 9, tzinfo=UTC) not in found
    assert datetime(2026, 11, 19, 10, tzinfo=UTC) not in found
    cloud.apply(
        {
            "correct": {
                "inverter": sn,
                "start": "2026-11-19T08:30:00+00:00",
                "watts": 7777,
            }
        }
    )
    await pass_time(hass, at_noon, entry, *[HOUR] * 20)
    await assert_statistics_are_true(hass, cloud, sn, SINCE)


async def test_a_gap_stays_a_gap(
    hass: HomeAssistant, cloud: ElecnovaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Where no point comes before it, nothing tells when a day's energy was made."""
    sn = inverter_of(cloud)
    cloud.apply(
        {
            "outage": {
                "inverter": sn,
                "start": "2026-11-17T23:00:00+00:00",
                "end": "2026-11-18T15:00:00+00:00",
                "counted": True,
            }
        }
    )
    entry = await add_entry(hass, cloud, statistics_start=START)
    found = await stored(hass, statistic_of(sn))
    gap = {datetime(2026, 11, 18, hour, tzinfo=UTC) for hour in range(15)}
    assert not gap & found.keys()
    await assert_statistics_are_true(hass, cloud, sn, SINCE)
    (mismatch,) = entry.runtime_data.history.days.notes.mismatches.items()
    assert mismatch[0][1].isoformat() == "2026-11-18"
    measured, total = mismatch[1]
    assert measured < total


async def test_days_that_are_missing_from_their_month(
    hass: HomeAssistant, cloud: ElecnovaCloud
) -> None:
    """They are asked for all the same: what is not listed is not nothing."""
    cloud.apply({"look": {"unlisted_days": 10}})
    since = datetime(2026, 10, 15, tzinfo=BRUSSELS)
    await add_entry(hass, cloud, statistics_start="2026-10-15")
    await assert_statistics_are_true(hass, cloud, inverter_of(cloud), since)


async def test_totals_where_there_are_no_points(
    hass: HomeAssistant, cloud: ElecnovaCloud
) -> None:
    """A day's total stands in its first local hour, and is not spread."""
    sn = inverter_of(cloud)
    cloud.apply(
        {
            "outage": {
                "inverter": sn,
                "start": "2026-11-09T23:00:00+00:00",
                "end": "2026-11-13T23:00:00+00:00",
                "counted": True,
            }
        }
    )
    await add_entry(hass, cloud, statistics_start=START)
    found = await stored(hass, statistic_of(sn))
    totals = {
        datetime.fromisoformat(each["start"]).astimezone(UTC): each["value"]
        for each in cloud.truth("solar_site", SINCE, SINCE + 4 * DAY)["series"][
            f"pv_day/{sn}"
        ]
    }
    assert len(totals) == 4
    early = {hour: kwh for hour, kwh in found.items() if hour < SINCE + 4 * DAY}
    assert early == pytest.approx(totals, abs=0.01)
    truth = true_hours(cloud, sn, SINCE, cloud.clock.now())
    late = {hour: kwh for hour, kwh in found.items() if hour >= SINCE + 4 * DAY}
    assert late == pytest.approx(truth, abs=0.001)


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
async def test_changes_of_the_clock(
    hass: HomeAssistant,
    cloud: ElecnovaCloud,
    at_noon: FrozenDateTimeFactory,
    day: str,
) -> None:
    """Days of 23 and 25 hours have each of their hours once."""
    noon = datetime.fromisoformat(f"{day}T12:12:00+00:00")
    since = datetime.fromisoformat(day).replace(tzinfo=BRUSSELS) - DAY
    at_noon.move_to(noon + DAY)
    await add_entry(hass, cloud, statistics_start=f"{since:%Y-%m-%d}")
    await assert_statistics_are_true(hass, cloud, inverter_of(cloud), since)


async def test_a_year_of_history(hass: HomeAssistant, cloud: ElecnovaCloud) -> None:
    """It goes back to the day when the site began, month by month."""
    entry = await add_entry(hass, cloud)
    found = await stored(hass, statistic_of(inverter_of(cloud)))
    first = datetime(2025, 10, 20, tzinfo=BRUSSELS)
    assert min(found) == first
    last = datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert len(found) == (last - first.astimezone(UTC)) / HOUR + 1
    assert entry.runtime_data.feed.share_done == 1


async def test_two_cabinets_without_news_of_one(
    hass: HomeAssistant, cloud: ElecnovaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """An inverter that has been silent for weeks still has its history."""
    offline = next(
        each
        for each in cloud.customers.account("aggregator").cabinets
        if each.offline and each.inverter
    )
    assert offline.inverter
    entry = await add_entry(hass, cloud, "aggregator", statistics_start="2026-09-20")
    await pass_time(hass, at_noon, entry, POLL)
    sn = offline.inverter.serial
    found = await stored(hass, statistic_of(sn))
    begin, end = (
        datetime(2026, month, day, tzinfo=BRUSSELS) for month, day in ((9, 20), (10, 1))
    )
    assert found == pytest.approx(true_hours(cloud, sn, begin, end), abs=0.001)
    assert not true_hours(cloud, sn, end + 3 * HOUR, cloud.clock.now())


async def test_an_inverter_that_fails_holds_up_no_other(
    hass: HomeAssistant, cloud: ElecnovaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """What the others have made comes all the same."""
    since = datetime(2026, 11, 18, tzinfo=ZoneInfo("Europe/Lisbon"))
    entry = await add_entry(hass, cloud, "aggregator", statistics_start="2026-11-18")
    parts = [p for _, p in cloud.customers.account("aggregator").parts()]
    first, *_, last = [part for part in parts if part.code == "pv.inv"]
    history = entry.runtime_data.history
    # The cloud no longer knows its serial.
    first.code = "gone"
    at_noon.tick(7 * HOUR)
    history.async_work()
    await history.async_settled()
    await assert_statistics_are_true(hass, cloud, last.serial, since)
