"""The statistics are the truth, whatever happens in between."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.models import StatisticMeanType
from homeassistant.components.recorder.statistics import (
    async_add_external_statistics,
    list_statistic_ids,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cloud_energy.readings import local_midnight
from custom_components.iec.api.const import SITE_ZONE
from custom_components.iec.const import CONF_LOGIN, CONF_PRICES
from tests.clouds.iec import IecCloud
from tests.entries import DAY, HOUR, pass_time, person_of, requests, settle, state
from tests.recorded import stored

from .helpers import NOW, add_entry, make_entry, midnight, series_of, true_hours

PRICE = 0.64015


async def assert_truth(
    hass: HomeAssistant,
    cloud: IecCloud,
    since: datetime,
    until: datetime,
    name: str = "plain_home",
    kind: str = "consumption",
) -> dict[datetime, float]:
    """Check that all published hours of some time are stored, and no others."""
    series = "return" if kind == "production" else "consumption"
    hours = await stored(hass, series_of(person_of(cloud, name), kind))
    truth = true_hours(cloud, name, since, until, series)
    assert truth
    found = {hour: kwh for hour, kwh in hours.items() if since <= hour < until}
    assert found == pytest.approx(truth, abs=1e-6)
    return hours


@pytest.mark.parametrize("day", ["2026-03-27", "2026-10-25"])
@pytest.mark.parametrize("look", ["utc", "offset", "naive", "mislabelled"])
async def test_changes_of_the_clock(
    hass: HomeAssistant,
    cloud: IecCloud,
    at_noon: FrozenDateTimeFactory,
    day: str,
    look: str,
) -> None:
    """The days of 23 and 25 hours, however their times are written."""
    cloud.apply({"reading_look": {"intervals": look}})
    at_noon.move_to(midnight(day) + timedelta(days=3, hours=12))
    await add_entry(hass, cloud, history_days=4)
    start = midnight(day)
    following = local_midnight(date.fromisoformat(day) + DAY, SITE_ZONE)
    hours = await assert_truth(hass, cloud, start, following)
    count = sum(start <= hour < following for hour in hours)
    assert count == {"2026-03-27": 23, "2026-10-25": 25}[day]


async def test_costs_are_energy_times_price(
    hass: HomeAssistant, cloud: IecCloud, entry: MockConfigEntry
) -> None:
    """Each hour costs its energy times the price, with VAT added once."""
    person = person_of(cloud, "plain_home")
    hours = await stored(hass, series_of(person))
    costs = await stored(hass, series_of(person, "est_cost"))
    assert costs == pytest.approx(
        {h: kwh * PRICE for h, kwh in hours.items()}, abs=1e-5
    )
    found = await get_instance(hass).async_add_executor_job(
        list_statistic_ids, hass, {series_of(person), series_of(person, "est_cost")}
    )
    units = {
        item["statistic_id"]: item["statistics_unit_of_measurement"] for item in found
    }
    assert units[series_of(person)] == "kWh"
    assert units[series_of(person, "est_cost")] == "ILS"


async def test_a_meter_for_both_ways(hass: HomeAssistant, cloud: IecCloud) -> None:
    """Consumption and return are the truth, and offered to the dashboard."""
    entry = await add_entry(hass, cloud, "solar_home", history_days=5)
    since = midnight("2026-07-10")
    await assert_truth(hass, cloud, since, NOW, "solar_home")
    hours = await assert_truth(hass, cloud, since, NOW, "solar_home", "production")
    assert any(hours.values())
    (source,) = entry.runtime_data.energy_sources
    person = person_of(cloud, "solar_home")
    assert source.return_ == series_of(person, "production")
    meter = f"{person['contract']}_{person['meter']}"
    for key in ("elec_backstream_since_last_invoice", "elec_this_month_backstream"):
        assert float(state(hass, f"{meter}_{key}")) > 0


@pytest.mark.parametrize(
    ("known", "solar", "two_way"),
    [
        ("BackStream", "auto", True),
        ("Backstream", "auto", True),
        ("any", "off", False),
        ("any", "on", True),
    ],
)
async def test_asking_for_both_ways(
    hass: HomeAssistant, cloud: IecCloud, known: str, solar: str, *, two_way: bool
) -> None:
    """Either spelling is found; the user may forbid it."""
    cloud.apply({"reading_look": {"backstream": known}})
    entry = await add_entry(hass, cloud, "solar_home", history_days=1, solar=solar)
    (meter,) = entry.runtime_data.coordinator.data.meters.values()
    assert meter.is_two_way == two_way


async def test_a_meter_that_is_only_said_to_count_both_ways(
    hass: HomeAssistant, cloud: IecCloud
) -> None:
    """Its answers prove otherwise, and no empty series is made."""
    entry = await add_entry(hass, cloud, history_days=2, solar="on")
    person = person_of(cloud, "plain_home")
    (meter,) = entry.runtime_data.coordinator.data.meters.values()
    assert not meter.is_two_way
    assert not await stored(hass, series_of(person, "production"))
    await assert_truth(hass, cloud, midnight("2026-07-13"), NOW)


async def test_a_restart_writes_nothing(
    hass: HomeAssistant, cloud: IecCloud, entry: MockConfigEntry
) -> None:
    """What is stored is not asked for again in full, nor written again."""
    before = await stored(hass, series_of(person_of(cloud, "plain_home")))
    assert await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass, entry)
    progress = entry.runtime_data.feed.progress.values()
    assert sum(each.rows_written for each in progress) == 0
    assert await stored(hass, series_of(person_of(cloud, "plain_home"))) == before


async def test_a_month_of_downtime(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """All days in between are there afterwards, at their own hours."""
    await hass.config_entries.async_unload(entry.entry_id)
    at_noon.tick(35 * DAY)
    cloud.apply({"rotate_refresh": True})
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass, entry)
    await assert_truth(hass, cloud, midnight("2026-07-12"), NOW + 35 * DAY)


async def test_tokens_rotate_meanwhile(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Each renewal is stored at once, and readings go on."""
    cloud.apply({"rotate_refresh": True})
    tokens = {entry.data[CONF_LOGIN]["refresh_token"]}
    for _ in range(3):
        await pass_time(hass, at_noon, entry, 8 * HOUR)
        tokens.add(entry.data[CONF_LOGIN]["refresh_token"])
    assert len(tokens) == 4
    await assert_truth(hass, cloud, midnight("2026-07-12"), NOW + DAY)


async def test_a_corrected_day(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Its hours change and nothing else does; the costs follow."""
    person = person_of(cloud, "plain_home")
    before = await stored(hass, series_of(person))
    moment = midnight("2026-07-12") + 5 * HOUR
    cloud.apply(
        {"correct": {"account": "plain_home", "start": moment.isoformat(), "value": 9}}
    )
    await pass_time(hass, at_noon, entry, *[6 * HOUR] * 2)
    after = await assert_truth(hass, cloud, midnight("2026-07-12"), NOW)
    assert {h for h in before if after[h] != pytest.approx(before[h])} == {moment}
    costs = await stored(hass, series_of(person, "est_cost"))
    assert costs[moment] == pytest.approx(after[moment] * PRICE, abs=1e-5)


async def test_a_correction_long_after(
    hass: HomeAssistant, cloud: IecCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """The month's list of days tells of it, even three weeks later."""
    entry = await add_entry(hass, cloud, history_days=22)
    moment = midnight("2026-06-25") + 5 * HOUR
    correction = {"account": "plain_home", "day": "2026-06-25", "factor": 2}
    cloud.apply({"correct": correction})
    await pass_time(hass, at_noon, entry, *[7 * HOUR] * 3)
    hours = await assert_truth(hass, cloud, midnight("2026-06-24"), NOW)
    assert hours[moment] > 0


async def test_late_days_and_lost_rows(
    hass: HomeAssistant, cloud: IecCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """A late day fills its gap; a lost quarter leaves its hour out until it is found."""
    late = {"account": "plain_home", "day": "2026-07-12", "hours": 72}
    cloud.apply({"late_day": late})
    hole = {
        "account": "plain_home",
        "start": (midnight("2026-07-13") + 3 * HOUR).isoformat(),
        "end": (midnight("2026-07-13") + 3.25 * HOUR).isoformat(),
    }
    cloud.apply({"hole": hole})
    entry = await add_entry(hass, cloud, history_days=5)
    hours = await assert_truth(hass, cloud, midnight("2026-07-10"), NOW)
    assert midnight("2026-07-12") not in hours
    assert midnight("2026-07-13") + 3 * HOUR not in hours
    cloud.apply({"hole": {**hole, "filled": True}})
    await pass_time(hass, at_noon, entry, *[13 * HOUR] * 7)
    end = NOW + 7 * 13 * HOUR
    hours = await assert_truth(hass, cloud, midnight("2026-07-10"), end)
    assert midnight("2026-07-12") in hours
    assert midnight("2026-07-13") + 3 * HOUR in hours


async def test_quarters_three_weeks_late(
    hass: HomeAssistant, cloud: IecCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Month totals come at once, the quarters later: they are waited for."""
    cloud.apply({"publication": {"quarter_hours": 24 * 21}})
    entry = await add_entry(hass, cloud, history_days=25)
    person = person_of(cloud, "plain_home")
    meter = f"{person['contract']}_{person['meter']}"
    month = f"{meter}_elec_this_month_consumption"
    assert float(state(hass, month)) > 0
    await assert_truth(hass, cloud, midnight("2026-06-21"), NOW)
    cloud.apply({"publication": {"quarter_hours": 0}})
    await pass_time(hass, at_noon, entry, 13 * HOUR)
    await assert_truth(hass, cloud, midnight("2026-06-21"), NOW)


async def test_nothing_is_published_at_first(
    hass: HomeAssistant,
    cloud: IecCloud,
    at_noon: FrozenDateTimeFactory,
    all_enabled: None,
) -> None:
    """A new meter's first day is found whenever it comes."""
    cloud.apply({"publication": {"day_hours": 24 * 400}})
    entry = await add_entry(hass, cloud, history_days=5)
    person = person_of(cloud, "plain_home")
    assert not await stored(hass, series_of(person))
    meter = f"{person['contract']}_{person['meter']}"
    assert state(hass, f"{meter}_elec_today_consumption") == "unknown"
    cloud.apply({"publication": {"day_hours": 30}})
    await pass_time(hass, at_noon, entry, 13 * HOUR)
    await assert_truth(hass, cloud, midnight("2026-07-12"), NOW)


async def test_the_running_day(
    hass: HomeAssistant,
    cloud: IecCloud,
    at_noon: FrozenDateTimeFactory,
    all_enabled: None,
) -> None:
    """Where it is published early, it is shown and stored as far as it goes."""
    cloud.apply({"publication": {"running_hours": 4}})
    entry = await add_entry(hass, cloud, history_days=3)
    person = person_of(cloud, "plain_home")
    today = f"{person['contract']}_{person['meter']}_elec_today_consumption"
    hours = await assert_truth(hass, cloud, midnight("2026-07-12"), NOW)
    start = midnight("2026-07-15")
    known = sum(kwh for hour, kwh in hours.items() if hour >= start)
    assert float(state(hass, today)) == pytest.approx(known, abs=1e-3)
    await pass_time(hass, at_noon, entry, *[2.5 * HOUR] * 2)
    assert float(state(hass, today)) > known


async def test_a_replaced_meter(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """The series goes on with the new register; entities and ids stay."""
    person = person_of(cloud, "plain_home")
    series = series_of(person)
    meter = f"{person['contract']}_{person['meter']}"
    at_noon.tick(3 * DAY)
    replacement = {"account": "plain_home", "day": "2026-07-17"}
    cloud.apply({"replace_meter": replacement})
    await pass_time(hass, at_noon, entry, *[13 * HOUR] * 8)
    now = NOW + 3 * DAY + 8 * 13 * HOUR
    (state_of_meter,) = entry.runtime_data.coordinator.data.meters.values()
    assert state_of_meter.meter.address.serial != person["meter"]
    assert state_of_meter.meter.key == meter
    since = midnight("2026-07-12")
    truth = true_hours(cloud, "plain_home", since, now)
    hours = await stored(hass, series)
    assert hours == pytest.approx(truth, abs=1e-6)
    assert max(hours) > midnight("2026-07-18")
    register = float(state(hass, f"{meter}_elec_latest_meter_reading"))
    assert register < 1000
    # What both have counted belongs to the month, and to the next bill.
    until = max(hours) + HOUR
    assert until <= midnight("2026-07-23")

    def used_since(day: str) -> float:
        found = true_hours(cloud, "plain_home", midnight(day), until)
        return sum(found.values())

    month = float(state(hass, f"{meter}_elec_this_month_consumption"))
    assert month == pytest.approx(used_since("2026-07-01"), abs=0.1)
    begin = state_of_meter.running_from
    assert begin
    assert begin < date(2026, 7, 1)
    unbilled = used_since(begin.isoformat())
    for key in ("elec_consumption_since_last_invoice", "elec_forecasted_usage"):
        assert float(state(hass, f"{meter}_{key}")) == pytest.approx(unbilled, abs=0.1)
    # Long after, a restart knows again how far back to look: not before the first.
    await pass_time(hass, at_noon, entry, 20 * DAY)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass, entry)
    coordinator = entry.runtime_data.coordinator
    (meter_now,) = coordinator.smart_meters
    assert meter_now.earlier
    start = coordinator.reader.since(meter_now)
    assert start
    assert start < min(truth).date()


@pytest.mark.parametrize("minutes", [30, 60, 240])
async def test_older_days_are_coarser(
    hass: HomeAssistant, cloud: IecCloud, minutes: int
) -> None:
    """Half hours and hours are hours; longer rows are not spread."""
    look = {"coarse_after_days": 31, "coarse_minutes": minutes}
    cloud.apply({"reading_look": look})
    await add_entry(hass, cloud, history_days=34)
    hours = await stored(hass, series_of(person_of(cloud, "plain_home")))
    since = midnight("2026-06-11")
    truth = true_hours(cloud, "plain_home", since, midnight("2026-07-14"))
    fine = {h: kwh for h, kwh in truth.items() if h >= midnight("2026-06-15")}
    assert {h: kwh for h, kwh in hours.items() if h in fine} == pytest.approx(fine)
    total = sum(kwh for hour, kwh in hours.items() if hour >= since)
    assert total == pytest.approx(sum(truth.values()), rel=0.001)
    assert (len([h for h in hours if h >= since]) == len(truth)) == (minutes < 240)


async def test_history_to_the_start_of_the_meter(
    hass: HomeAssistant, cloud: IecCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Day by day within the budget, the newest first, over several days."""
    at_noon.move_to(datetime(2024, 10, 28, 9, tzinfo=UTC))
    entry = await add_entry(hass, cloud, history_days=3650)
    person = person_of(cloud, "plain_home")
    hours = await stored(hass, series_of(person))
    assert min(hours) == midnight("2024-09-22")
    assert len(hours) == (midnight("2024-10-27") - midnight("2024-09-22")) / HOUR
    assert state(hass, f"{entry.entry_id}_import_progress") == "100"
    costs = await stored(hass, series_of(person, "est_cost"))
    assert costs.keys() == hours.keys()


async def test_history_begins_with_a_whole_day(
    hass: HomeAssistant, cloud: IecCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Late in the evening, too, with a change of the clock in between."""
    at_noon.move_to(datetime(2026, 10, 30, 21, 25, tzinfo=UTC))
    await add_entry(hass, cloud, history_days=31)
    hours = await stored(hass, series_of(person_of(cloud, "plain_home")))
    assert min(hours) == midnight("2026-09-29")


async def test_the_budget_ends_the_day(
    hass: HomeAssistant,
    cloud: IecCloud,
    at_noon: FrozenDateTimeFactory,
    hass_storage: dict[str, Any],
) -> None:
    """History stops while the polls still have their requests, and goes on later."""
    entry = await make_entry(hass, cloud, history_days=45)
    hass_storage[f"cloud_energy.{entry.entry_id}"] = {
        "version": 1,
        "data": {"day": "2026-07-15", "used": 770},
    }
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass, entry)
    person = person_of(cloud, "plain_home")
    first = min(await stored(hass, series_of(person)))
    assert first == midnight("2026-06-15")
    assert entry.runtime_data.connection.budget.left > 100
    progress = f"{entry.entry_id}_import_progress"
    assert 0 < int(state(hass, progress)) < 100
    await pass_time(hass, at_noon, entry, *[7 * HOUR] * 4)
    hours = await stored(hass, series_of(person))
    assert min(hours) <= midnight("2026-06-02")
    truth = true_hours(cloud, "plain_home", min(hours), NOW)
    assert {h: kwh for h, kwh in hours.items() if h < NOW} == pytest.approx(truth)


@pytest.mark.parametrize("future", ["null", "missing", "sentinel"])
async def test_registers_that_are_not_told(
    hass: HomeAssistant, cloud: IecCloud, future: str
) -> None:
    """They are unknown, not zero; another answer may tell them."""
    person = person_of(cloud, "plain_home")
    unique_id = f"{person['contract']}_{person['meter']}_elec_latest_meter_reading"
    cloud.apply({"reading_look": {"future_info": future}})
    entry = await add_entry(hass, cloud, history_days=2)
    assert state(hass, unique_id) == "unknown"
    cloud.apply({"reading_look": {"future_info": future, "broken_resolutions": [3]}})
    await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass, entry)
    assert float(state(hass, unique_id)) > 0
    await assert_truth(hass, cloud, midnight("2026-07-14") - DAY, NOW)


async def test_statistics_of_the_earlier_integration(
    hass: HomeAssistant, cloud: IecCloud
) -> None:
    """They go on: the ids, the sums, and the costs that were reckoned then."""
    person = person_of(cloud, "plain_home")
    start = midnight("2026-07-03")
    truth = true_hours(cloud, "plain_home", start, start + 30 * HOUR)
    for kind, unit, factor in (("consumption", "kWh", 1.0), ("est_cost", "₪", 0.5)):
        total, rows = 0.0, []
        for hour, kwh in truth.items():
            total += kwh * factor
            rows.append({"start": hour, "state": kwh * factor, "sum": total})
        metadata: Any = {
            "mean_type": StatisticMeanType.NONE,
            "has_sum": True,
            "name": "IEC",
            "source": "iec",
            "statistic_id": series_of(person, kind),
            "unit_class": "energy" if unit == "kWh" else None,
            "unit_of_measurement": unit,
        }
        async_add_external_statistics(hass, metadata, rows)  # type: ignore[arg-type]  # rows as they are
    await add_entry(hass, cloud, history_days=14)
    ids = {series_of(person), series_of(person, "est_cost")}
    found = await get_instance(hass).async_add_executor_job(
        list_statistic_ids, hass, ids
    )
    assert {item["statistics_unit_of_measurement"] for item in found} == {"kWh", "ILS"}
    hours = await stored(hass, series_of(person))
    assert {h: v for h, v in hours.items() if h >= start} == pytest.approx(
        true_hours(cloud, "plain_home", start, NOW), abs=1e-6
    )
    costs = await stored(hass, series_of(person, "est_cost"))
    assert costs[start] == pytest.approx(truth[start] * 0.5)
    later = midnight("2026-07-12")
    assert costs[later] == pytest.approx(hours[later] * PRICE, abs=1e-5)


async def test_the_discount_of_a_private_supplier(
    hass: HomeAssistant, cloud: IecCloud, entry: MockConfigEntry
) -> None:
    """Changed options reckon all costs anew, without a request for any day."""
    person = person_of(cloud, "plain_home")
    before = await stored(hass, series_of(person, "est_cost"))
    cloud.requests.clear()
    options = {
        "history_days": 3,
        "discount": 20.0,
        "discount_start": 23.0,
        "discount_end": 7.0,
        "discount_days": ["sun", "mon", "tue", "wed", "thu"],
    }
    hass.config_entries.async_update_entry(entry, options=options)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass, entry)
    after = await stored(hass, series_of(person, "est_cost"))
    assert after.keys() == before.keys()
    # The 12th of July 2026 was a Sunday; its night belongs to Saturday.
    for hour in after:
        local = hour.astimezone(SITE_ZONE)
        evening = (local - 7 * HOUR).weekday()
        is_cheap = (local.hour >= 23 or local.hour < 7) and evening in (6, 0, 1, 2, 3)
        factor = 0.8 if is_cheap else 1
        assert after[hour] == pytest.approx(before[hour] * factor, abs=1e-5)
    assert any(after[hour] < before[hour] - 1e-3 for hour in after)
    days = requests(cloud, "RemoteReadingRange")
    assert days < 12


async def test_a_new_price(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """It counts from the day on which it was seen; what was before stays."""
    person = person_of(cloud, "plain_home")
    before = await stored(hass, series_of(person, "est_cost"))
    cloud.apply({"rates": {"home": 0.6}})
    await pass_time(hass, at_noon, entry, *[25 * HOUR] * 4)
    assert [price for _, price in entry.data[CONF_PRICES]] == [PRICE, 0.708]
    costs = await stored(hass, series_of(person, "est_cost"))
    hours = await stored(hass, series_of(person))
    assert {h: costs[h] for h in before} == pytest.approx(before)
    latest = max(hours)
    assert latest > midnight("2026-07-17")
    assert costs[latest] == pytest.approx(hours[latest] * 0.708, abs=1e-5)


async def test_own_price_and_no_price(hass: HomeAssistant, cloud: IecCloud) -> None:
    """The user's own counts; without any there are no costs until there is one."""
    for page in ("gadget", "period"):
        cloud.faults.add(
            endpoint=f"GET */calculators/{page}", kind="status", status=500
        )
    cloud.apply({"tariff_page": "blank"})
    person = person_of(cloud, "plain_home")
    entry = await add_entry(hass, cloud)
    hours = await stored(hass, series_of(person))
    assert hours
    assert not await stored(hass, series_of(person, "est_cost"))
    options = {"history_days": 3, "price": 0.5}
    hass.config_entries.async_update_entry(entry, options=options)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass, entry)
    costs = await stored(hass, series_of(person, "est_cost"))
    assert costs == pytest.approx({h: kwh * 0.5 for h, kwh in hours.items()}, abs=1e-5)
