"""Whether power comes in W or kW: nothing is stored before it is known."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from custom_components.cloud_energy.readings import Reading
from custom_components.cloud_energy.recorder.series import Series
from custom_components.cloud_energy.recorder.statistics import async_import_readings
from custom_components.elecnova.diagnostics import async_get_config_entry_diagnostics
from tests.clouds.elecnova import ElecnovaCloud
from tests.entries import DAY, HOUR, pass_time, requests, set_up, state
from tests.recorded import stored

from .helpers import (
    POLL,
    add_entry,
    assert_statistics_are_true,
    inverter_of,
    make_entry,
    statistic_of,
    true_hours,
)

BRUSSELS = ZoneInfo("Europe/Brussels")
START = "2026-11-10"
SINCE = datetime(2026, 11, 10, tzinfo=BRUSSELS)


def fail(cloud: ElecnovaCloud, *lists: str, status: int = 500) -> None:
    """Have lists of energy fail."""
    for name in lists:
        cloud.faults.add(
            endpoint=f"*power-gen/{name}*", kind="status", status=status, times=100_000
        )


@pytest.mark.parametrize("unit", ["W", "kW"])
async def test_the_daily_list_fails_during_set_up(
    hass: HomeAssistant, cloud: ElecnovaCloud, unit: str
) -> None:
    """Any other finished day tells as well."""
    cloud.apply({"look": {"power_unit": unit}})
    fail(cloud, "daily")
    await add_entry(hass, cloud, statistics_start=START)
    await assert_statistics_are_true(hass, cloud, inverter_of(cloud), SINCE)


async def test_nothing_is_stored_before_the_unit_is_known(
    hass: HomeAssistant, cloud: ElecnovaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Nor shown; all of it comes once a list of energy does, without a restart."""
    cloud.apply({"look": {"power_unit": "kW"}})
    fail(cloud, "daily", "monthly")
    entry = await add_entry(hass, cloud, statistics_start=START)
    await pass_time(hass, at_noon, entry, *[POLL] * 3)
    sn = inverter_of(cloud)
    assert not await stored(hass, statistic_of(sn))
    assert state(hass, f"{sn}_pv_power") == "unknown"
    assert entry.runtime_data.feed.share_done < 1
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, *[POLL] * 3)
    # Days are not asked for again and again only to be thrown away.
    assert requests(cloud, "power-cap") <= 3
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, HOUR, POLL)
    await assert_statistics_are_true(hass, cloud, sn, SINCE)
    assert float(state(hass, f"{sn}_pv_power")) > 100
    report = await async_get_config_entry_diagnostics(hass, entry)
    assert sn not in str(report)


async def test_an_inverter_that_was_off_for_eight_days(
    hass: HomeAssistant, cloud: ElecnovaCloud
) -> None:
    """The last week tells nothing; the days before it do."""
    cloud.apply(
        {
            "look": {"power_unit": "kW"},
            "outage": {
                "inverter": inverter_of(cloud),
                "start": "2026-11-11T23:00:00+00:00",
                "end": "2026-11-21T23:00:00+00:00",
            },
        }
    )
    await add_entry(hass, cloud, statistics_start="2026-10-25")
    since = datetime(2026, 10, 25, tzinfo=BRUSSELS)
    found = await stored(hass, statistic_of(inverter_of(cloud)))
    until = datetime(2026, 11, 12, tzinfo=BRUSSELS)
    truth = true_hours(cloud, inverter_of(cloud), since, until)
    early = {hour: kwh for hour, kwh in found.items() if hour < until}
    assert early == pytest.approx(truth, abs=0.001)
    assert not any(found[hour] for hour in found.keys() - early.keys())


async def test_the_unit_is_kept_over_a_restart(
    hass: HomeAssistant, cloud: ElecnovaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """What a day has told counts, although no list comes any more."""
    cloud.apply({"look": {"power_unit": "kW"}})
    entry = await add_entry(hass, cloud, statistics_start=START)
    fail(cloud, "daily", "monthly")
    await hass.config_entries.async_reload(entry.entry_id)
    await pass_time(hass, at_noon, entry, *[HOUR] * 3)
    await assert_statistics_are_true(hass, cloud, inverter_of(cloud), SINCE)


async def store_before(hass: HomeAssistant, cloud: ElecnovaCloud, share: float) -> None:
    """Have the recorder hold hours of an earlier version, a share of the truth."""
    sn = inverter_of(cloud)
    until = datetime(2026, 11, 20, 9, tzinfo=BRUSSELS)
    readings = [
        Reading(hour, hour + HOUR, kwh * share)
        for hour, kwh in true_hours(cloud, sn, SINCE, until).items()
    ]
    series = Series.energy(statistic_of(sn), "Sun (history)")
    await async_import_readings(hass, series, readings)


async def test_rows_of_an_earlier_unit_are_corrected(
    hass: HomeAssistant, cloud: ElecnovaCloud
) -> None:
    """Those that were stored 1,000 times too small, by comparing days with totals."""
    await store_before(hass, cloud, 1 / 1000)
    cloud.apply({"look": {"power_unit": "kW"}})
    entry = make_entry(hass, cloud, statistics_start=START)
    await set_up(hass, entry)
    await assert_statistics_are_true(hass, cloud, inverter_of(cloud), SINCE)


async def test_rows_are_compared_again_after_an_empty_answer(
    hass: HomeAssistant, cloud: ElecnovaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """A list that comes empty for a while does not prove that the rows are right."""
    await store_before(hass, cloud, 1 / 1000)
    style = cloud.looks.style["pv"]
    cloud.apply({"look": {"power_unit": "kW", "style": {"pv": "null_data"}}})
    entry = make_entry(hass, cloud, statistics_start=START, pv_power_unit="kw")
    await set_up(hass, entry)
    cloud.apply({"look": {"style": {"pv": style}}})
    await pass_time(hass, at_noon, entry, POLL, 6 * HOUR, POLL)
    await assert_statistics_are_true(hass, cloud, inverter_of(cloud), SINCE)


async def test_rows_without_any_answer_are_not_compared_for_ever(
    hass: HomeAssistant, cloud: ElecnovaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """After a day the cloud is taken at its word."""
    await store_before(hass, cloud, 1)
    cloud.apply({"look": {"style": {"pv": "null_data"}}})
    entry = make_entry(hass, cloud, statistics_start=START, pv_power_unit="w")
    await set_up(hass, entry)
    inverter = entry.runtime_data.coordinator.inverters[0]
    known = []
    for _ in range(5):
        known.append(entry.runtime_data.coordinator.rows_unit(inverter))
        await pass_time(hass, at_noon, entry, 6 * HOUR)
    assert known == [None, None, None, "w", "w"]


async def test_rows_of_the_right_unit_stay(
    hass: HomeAssistant, cloud: ElecnovaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """They are compared once, for a request per month."""
    await store_before(hass, cloud, 1)
    entry = await add_entry(hass, cloud, statistics_start=START)
    await assert_statistics_are_true(hass, cloud, inverter_of(cloud), SINCE)
    # The last two days are read again anyway, one tells the unit, one is today.
    assert requests(cloud, "power-cap") < 8
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, POLL)
    assert requests(cloud, "monthly") == 0


async def test_the_cloud_changes_the_unit(
    hass: HomeAssistant, cloud: ElecnovaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """The first finished day in it tells, and what was stored meanwhile is corrected."""
    entry = await add_entry(hass, cloud, statistics_start=START)
    cloud.apply({"look": {"power_unit": "kW"}})
    await pass_time(hass, at_noon, entry, *[6 * HOUR] * 6, timedelta(minutes=6))
    await assert_statistics_are_true(hass, cloud, inverter_of(cloud), SINCE)
    assert entry.runtime_data.coordinator.units.factors == (1000,)


async def test_a_new_inverter_has_no_finished_day(
    hass: HomeAssistant, cloud: ElecnovaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Its power is shown by the running day."""
    sn = inverter_of(cloud)
    cloud.apply(
        {
            "look": {"power_unit": "kW"},
            "outage": {
                "inverter": sn,
                "start": (SINCE - 400 * DAY).isoformat(),
                "end": "2026-11-19T23:00:00+00:00",
            },
        }
    )
    await add_entry(hass, cloud, statistics_start="2026-11-20")
    assert float(state(hass, f"{sn}_pv_power")) > 100
