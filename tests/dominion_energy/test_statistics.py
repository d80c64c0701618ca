"""The recorder holds what the cloud tells, hour by hour."""

from datetime import UTC, date, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cloud_energy.readings import local_midnight
from custom_components.dominion_energy.api.const import SITE_ZONE
from custom_components.dominion_energy.api.models import MonthlyGeneration, MonthlyUsage
from custom_components.dominion_energy.calculations.net_metering import compensations
from custom_components.dominion_energy.const import CONF_SERIES, DOMAIN
from custom_components.dominion_energy.statistics.series import billed_months
from tests.clouds.dominion_energy import DominionCloud
from tests.entries import pass_time
from tests.full_disk import full_disk
from tests.recorded import stored

from .helpers import NOW, add_entry, assert_recorder_is_true, true_hours

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
RECENT = NOW - timedelta(days=10)


def statistic(entry: MockConfigEntry, name: str) -> str:
    """Return the id of one of the entry's statistics."""
    return f"{DOMAIN}:{entry.data[CONF_SERIES]}_energy_{name}"


@pytest.fixture
async def whole_entry(hass: HomeAssistant, cloud: DominionCloud) -> MockConfigEntry:
    """Set up the home with half hours as far back as the real cloud serves them."""
    cloud.apply({"window_days": 68})
    return await add_entry(hass, cloud, "solar_home")


async def test_first_import(
    hass: HomeAssistant, cloud: DominionCloud, whole_entry: MockConfigEntry
) -> None:
    """Half hours as far back as they are served, billed months before that."""
    hours = await assert_recorder_is_true(hass, cloud, whole_entry, NOW - 60 * DAY)
    fine = [hour for hour in hours if hour + HOUR in hours]
    months = [hour for hour in hours if hour < fine[0]]
    assert 10 <= len(months) <= 13
    assert fine[0] < NOW - timedelta(days=66)
    account = whole_entry.data["account_number"]
    for month, following in zip(months, [*months[1:-1], None], strict=False):
        assert month.astimezone(SITE_ZONE).hour == 0
        if following is None:
            break
        truth = true_hours(cloud, account, "consumption", month, following)
        # Months are billed in whole kWh.
        assert hours[month] == pytest.approx(sum(truth.values()), abs=0.51)


async def test_nothing_is_missing(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, whole_entry: MockConfigEntry
) -> None:
    """A month of which only the bill is known lacks no hours: nobody has them.

    What the sun has paid back makes it less than the hours that have their price.
    """
    await pass_time(hass, freezer, whole_entry, 13 * HOUR)
    assert whole_entry.runtime_data.history.holes.open == []


async def test_all_energy_is_counted_once(
    hass: HomeAssistant, cloud: DominionCloud, whole_entry: MockConfigEntry
) -> None:
    """Months and half hours together are the year's energy."""
    account = whole_entry.data["account_number"]
    for name, series in (("consumption", "consumption"), ("generation", "return")):
        found = await stored(hass, statistic(whole_entry, name))
        end = max(found) + HOUR
        truth = true_hours(cloud, account, series, min(found), end)
        assert sum(found.values()) == pytest.approx(sum(truth.values()), abs=8)


async def test_cost_is_there(
    hass: HomeAssistant, cloud: DominionCloud, entry: MockConfigEntry
) -> None:
    """Every hour of consumption has its cost."""
    hours = await stored(hass, statistic(entry, "consumption"))
    costs = await stored(hass, statistic(entry, "cost"))
    assert costs.keys() == hours.keys()
    day = local_midnight(date(2026, 11, 19), SITE_ZONE)
    energy = sum(value for hour, value in hours.items() if hour >= day)
    cost = sum(value for hour, value in costs.items() if hour >= day)
    rate = entry.runtime_data.coordinator.data.forecast.derived_rate
    assert cost == pytest.approx(energy * rate, abs=0.01)


async def test_a_home_without_sun(hass: HomeAssistant, cloud: DominionCloud) -> None:
    """It has no statistic of returned energy."""
    plain = await add_entry(hass, cloud, "plain_home")
    await assert_recorder_is_true(hass, cloud, plain, RECENT)
    assert not await stored(hass, statistic(plain, "generation"))


async def test_new_days_and_corrections(
    hass: HomeAssistant,
    cloud: DominionCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Each morning brings a day; a correction changes its hour and nothing else."""
    before = await stored(hass, statistic(entry, "consumption"))
    corrected = NOW - timedelta(days=8)
    account = entry.data["account_number"]
    cloud.apply(
        {"correct": {"account": account, "start": corrected.isoformat(), "value": 7.77}}
    )
    await pass_time(hass, at_noon, entry, *[6 * HOUR] * 4)
    after = await assert_recorder_is_true(hass, cloud, entry, RECENT)
    assert len(after) == len(before) + 24
    changed = {hour for hour in before if before[hour] != after[hour]}
    assert changed == {corrected}


@pytest.mark.parametrize("look", ["zeros", "blanks", "missing", "partial", "sparse"])
async def test_days_that_are_not_published(
    hass: HomeAssistant,
    cloud: DominionCloud,
    at_noon: FrozenDateTimeFactory,
    look: str,
) -> None:
    """A day that is not there yet is a gap, however the cloud shows it."""
    name = "solar_home"
    cloud.apply({"layout": {"unpublished": look}})
    for day, delay in (("2026-11-19", 30), ("2026-11-10", 220)):
        late = {"account": name, "day": day, "hours": delay}
        cloud.apply({"late_day": late})
    entry = await add_entry(hass, cloud, name)
    hours = await assert_recorder_is_true(hass, cloud, entry, RECENT)
    gap = local_midnight(date(2026, 11, 10), SITE_ZONE)
    assert not {gap + at * HOUR for at in range(24)} & hours.keys()
    assert max(hours) == local_midnight(date(2026, 11, 19), SITE_ZONE) - HOUR
    await pass_time(hass, at_noon, entry, *[6 * HOUR] * 10)
    hours = await assert_recorder_is_true(hass, cloud, entry, RECENT)
    assert {gap + at * HOUR for at in range(24)} <= hours.keys()


async def test_a_late_half_hour(
    hass: HomeAssistant, cloud: DominionCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """The hour waits for its other half."""
    at = datetime(2026, 11, 18, 15, 30, tzinfo=UTC)
    hole = {
        "account": "solar_home",
        "start": at.isoformat(),
        "end": (at + HOUR / 2).isoformat(),
    }
    cloud.apply({"hole": hole})
    entry = await add_entry(hass, cloud, "solar_home")
    hours = await assert_recorder_is_true(hass, cloud, entry, RECENT)
    assert at - HOUR / 2 not in hours
    cloud.apply({"hole": {**hole, "filled": True}})
    await pass_time(hass, at_noon, entry, *[6 * HOUR] * 4)
    hours = await assert_recorder_is_true(hass, cloud, entry, RECENT)
    assert at - HOUR / 2 in hours


async def test_downtime(
    hass: HomeAssistant,
    cloud: DominionCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Ten days without Home Assistant are refilled at their true hours."""
    assert await hass.config_entries.async_unload(entry.entry_id)
    at_noon.tick(10 * DAY)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await pass_time(hass, at_noon, entry, timedelta(minutes=5))
    hours = await assert_recorder_is_true(hass, cloud, entry, RECENT)
    assert max(hours) > NOW + 9 * DAY


async def test_a_longer_downtime_than_the_cloud_looks_back(
    hass: HomeAssistant, cloud: DominionCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """What the half hours no longer tell, the billed months do."""
    cloud.apply({"window_days": 68})
    entry = await add_entry(hass, cloud, "plain_home")
    assert await hass.config_entries.async_unload(entry.entry_id)
    at_noon.tick(150 * DAY)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await pass_time(hass, at_noon, entry, timedelta(minutes=5))
    now = cloud.clock.now()
    found = await assert_recorder_is_true(hass, cloud, entry, now - 10 * DAY)
    account = entry.data["account_number"]
    truth = true_hours(cloud, account, "consumption", min(found), now)
    assert sum(found.values()) == pytest.approx(sum(truth.values()), rel=0.01)


@pytest.mark.parametrize("new_year", ["2026-03-20", "2026-11-05"])
async def test_days_of_clock_changes(
    hass: HomeAssistant,
    cloud: DominionCloud,
    at_noon: FrozenDateTimeFactory,
    new_year: str,
) -> None:
    """Spring and autumn changes lie within the window."""
    at_noon.move_to(f"{new_year}T12:00:00+00:00")
    entry = await add_entry(hass, cloud, "solar_home")
    now = cloud.clock.now()
    await assert_recorder_is_true(hass, cloud, entry, now - 10 * DAY)


async def test_a_new_meter(
    hass: HomeAssistant,
    cloud: DominionCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """The series goes on, the old meter's last day included.

    Not before what the old one has counted is kept, for the portal may forget it.
    """
    before = entry.data["meter_number"]
    answer = cloud.apply({"replace_meter": {"account": "solar_home"}})
    with full_disk():
        await pass_time(hass, at_noon, entry, *[6 * HOUR] * 5)
        assert entry.data["meter_number"] == before
    await pass_time(hass, at_noon, entry, *[6 * HOUR] * 7)
    assert entry.data["meter_number"] == answer["replace_meter"]["meter"]
    hours = await assert_recorder_is_true(hass, cloud, entry, RECENT)
    assert max(hours) > NOW + DAY


async def test_what_a_period_costs_goes_on_with_a_new_meter(
    hass: HomeAssistant,
    cloud: DominionCloud,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Tiers, what is set off, and sums of the month hold what the old meter counted.

    Even if the portal tells nothing more of it, and after a restart.
    """
    entry = await add_entry(
        hass, cloud, "solar_home", options={"cost_mode": "schedule_1"}
    )
    start = entry.runtime_data.coordinator.data.period.start
    assert NOW - 14 * DAY < start < NOW - DAY
    cloud.apply({"replace_meter": {"account": "solar_home", "forgotten": True}})
    await pass_time(hass, at_noon, entry, *[DAY] * 11)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await pass_time(hass, at_noon, entry, *[6 * HOUR] * 2)
    ever_used = await stored(hass, statistic(entry, "consumption"))
    used = {hour: kwh for hour, kwh in ever_used.items() if hour >= start}
    returned = await stored(hass, statistic(entry, "generation"))
    costs = await stored(hass, statistic(entry, "cost"))
    set_off = await stored(hass, statistic(entry, "compensation"))
    first = start.astimezone(SITE_ZONE).date()
    derived = entry.runtime_data.coordinator.derived
    wanted = compensations(derived.tariff, used, returned, [first])
    assert {hour: set_off[hour] for hour in used} == pytest.approx(wanted, abs=1e-3)
    assert {hour: costs[hour] for hour in used} == pytest.approx(
        derived.tariff.costs(used), abs=1e-3
    )
    snapshot = entry.runtime_data.coordinator.data
    month = snapshot.usage.month_start
    in_month = [kwh for hour, kwh in ever_used.items() if hour >= month]
    assert snapshot.usage.consumption.month == pytest.approx(sum(in_month), abs=0.01)
    assert snapshot.costs.period == pytest.approx(
        sum(costs[hour] - set_off[hour] for hour in used), abs=0.01
    )


async def test_two_homes_at_once(
    hass: HomeAssistant, cloud: DominionCloud, entry: MockConfigEntry
) -> None:
    """Each has its own statistics, session and cookies."""
    other = await add_entry(hass, cloud, "plain_home")
    await assert_recorder_is_true(hass, cloud, entry, RECENT)
    await assert_recorder_is_true(hass, cloud, other, RECENT)
    jars = {
        id(each.runtime_data.connection.session.cookie_jar) for each in (entry, other)
    }
    assert len(jars) == 2


def test_ends_of_billed_months() -> None:
    """The following month's first day tells where a month ends."""
    usages = [
        MonthlyUsage(start=date(2026, 1, 10), end=date(2026, 2, 9), consumption=10.0),
        MonthlyUsage(start=date(2026, 2, 9), end=date(2026, 3, 11), consumption=20.0),
        MonthlyUsage(start=date(2026, 3, 12), end=date(2026, 4, 10), amount=5.0),
        MonthlyUsage(start=None, end=date(2026, 4, 10), consumption=1.0),
        MonthlyUsage(start=date(2026, 5, 10), end=None, consumption=1.0),
    ]
    months = billed_months(usages, [MonthlyGeneration(generation=1.0)])
    ends = [month.end.astimezone(SITE_ZONE).date() for month in months]
    assert ends == [date(2026, 2, 9), date(2026, 3, 12), date(2026, 4, 11)]
    assert [month.consumption for month in months] == [10, 20, None]


async def test_another_cost_mode_prices_the_whole_history(
    hass: HomeAssistant,
    cloud: DominionCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Also hours that the cloud no longer serves; billed months keep their bill."""
    await pass_time(hass, at_noon, entry, *[DAY] * 10)
    energy = await stored(hass, statistic(entry, "consumption"))
    before = await stored(hass, statistic(entry, "cost"))
    options = {"cost_mode": "fixed", "fixed_rate": 1.0}
    hass.config_entries.async_update_entry(entry, options=options)
    await hass.config_entries.async_reload(entry.entry_id)
    await pass_time(hass, at_noon, entry, *[2 * HOUR] * 2)
    after = await stored(hass, statistic(entry, "cost"))
    fine = [hour for hour in energy if hour + HOUR in energy]
    assert fine[0] < cloud.clock.now() - timedelta(days=20)
    assert {hour: after[hour] for hour in fine} == pytest.approx(
        {hour: energy[hour] for hour in fine}, abs=1e-4
    )
    months = [hour for hour in energy if hour < fine[0]]
    assert {hour: after[hour] for hour in months[:-1]} == {
        hour: before[hour] for hour in months[:-1]
    }
    assert entry.data["priced_with"] == options
