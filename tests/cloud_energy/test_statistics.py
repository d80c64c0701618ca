"""The statistics engine on the real recorder."""

import asyncio
from collections.abc import Mapping
import contextlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
import sqlite3
from typing import Any
from unittest.mock import patch

from homeassistant.components.recorder import Recorder
from homeassistant.components.recorder.models import StatisticData
from homeassistant.components.recorder.statistics import (
    async_add_external_statistics,
    list_statistic_ids,
    statistics_during_period,
)
from homeassistant.components.recorder.tasks import StopTask
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util
from hypothesis import HealthCheck, given, settings, strategies as st
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)
from sqlalchemy.exc import OperationalError

from custom_components.cloud_energy.readings import HOUR, Reading
from custom_components.cloud_energy.recorder.jobs import RecorderFailed, RecorderGone
from custom_components.cloud_energy.recorder.ledger import Row
from custom_components.cloud_energy.recorder.series import (
    Series,
    async_declare_series,
    async_with_rows,
)
from custom_components.cloud_energy.recorder.series_rows import SeriesRows
from custom_components.cloud_energy.recorder.statistics import (
    Progress,
    async_import_readings,
)
from custom_components.cloud_energy.recorder.stored import (
    async_stored_hours,
    async_stored_range,
)

SERIES = Series.energy("cloud_energy:meter_energy_consumption", "Meter consumption")
START = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def setup(recorder_mock: Recorder, hass: HomeAssistant) -> None:
    """Every test writes to a recorder."""


def readings(
    hours: Mapping[int, float], start: datetime = START, minutes: int = 60
) -> list[Reading]:
    """Make the readings of hours given by number."""
    parts = 60 // minutes
    return [
        Reading(
            start + at * HOUR + part * HOUR / parts,
            start + at * HOUR + (part + 1) * HOUR / parts,
            value / parts,
        )
        for at, value in hours.items()
        for part in range(parts)
    ]


async def stored(hass: HomeAssistant, series: Series = SERIES) -> dict[datetime, Row]:
    """Read what is in the recorder, checking the promise of every row."""
    await async_wait_recording_done(hass)
    found = await get_instance(hass).async_add_executor_job(
        statistics_during_period,
        hass,
        datetime.fromtimestamp(0, UTC),
        None,
        {series.statistic_id},
        "hour",
        None,
        {"state", "sum"},
    )
    rows = {
        dt_util.utc_from_timestamp(row["start"]): Row(row["state"], row["sum"])  # type: ignore[arg-type]
        for row in found.get(series.statistic_id, [])
    }
    before = 0.0
    for row in rows.values():
        assert row.sum - before == pytest.approx(row.state, abs=1e-4)
        before = row.sum
    return rows


async def states(hass: HomeAssistant) -> dict[int, float]:
    """Read the stored amounts by number of hour."""
    return {
        (start - START) // HOUR: row.state
        for start, row in (await stored(hass)).items()
        if row.state is not None
    }


async def write_rows(hass: HomeAssistant, rows: Mapping[int, Row]) -> None:
    """Put rows into the table as they are, quickly."""
    async_declare_series(hass, SERIES)
    by_time = [(START + at * HOUR, row) for at, row in rows.items()]
    await async_with_rows(
        hass, SERIES.statistic_id, lambda found: found.write(by_time, found.between())
    )


async def test_first_import(hass: HomeAssistant) -> None:
    """An empty recorder takes all hours, with what the dashboard needs."""
    reports: list[Progress] = []
    hours = {at: at / 8 for at in range(1500)}
    done = await async_import_readings(
        hass, SERIES, readings(hours, minutes=30), reports.append
    )
    assert await states(hass) == hours
    assert (done.rows_written, done.hours_done, done.hours_total) == (1500,) * 3
    assert done.oldest == START
    assert done.latest == START + 1499 * HOUR
    assert [r.rows_written for r in reports] == [720, 1440, 1500]
    assert reports[0].oldest == START + 780 * HOUR
    ids = await get_instance(hass).async_add_executor_job(list_statistic_ids, hass)
    (entry,) = ids
    assert entry["statistic_id"] == SERIES.statistic_id
    assert entry["unit_class"] == "energy"
    assert entry["has_sum"]
    assert entry["statistics_unit_of_measurement"] == "kWh"


async def test_unchanged_import_writes_nothing(hass: HomeAssistant) -> None:
    """The same again only reads."""
    hours = dict.fromkeys(range(100), 1.5)
    await async_import_readings(hass, SERIES, readings(hours))
    with (
        patch.object(Recorder, "async_import_statistics") as declared,
        patch.object(SeriesRows, "write") as written,
        patch.object(SeriesRows, "shift") as shifted,
    ):
        done = await async_import_readings(hass, SERIES, readings(hours))
    assert (done.rows_written, done.hours_done, done.hours_total) == (0, 100, 100)
    declared.assert_not_called()
    written.assert_not_called()
    shifted.assert_not_called()


async def test_resume(hass: HomeAssistant) -> None:
    """A later window with an overlap adds what is new."""
    await async_import_readings(hass, SERIES, readings(dict.fromkeys(range(48), 1)))
    done = await async_import_readings(
        hass, SERIES, readings(dict.fromkeys(range(24, 72), 1))
    )
    assert done.rows_written == 24
    assert await states(hass) == dict.fromkeys(range(72), 1)


async def test_correction_in_the_middle(hass: HomeAssistant) -> None:
    """One corrected hour changes one row; the sums behind it are shifted."""
    hours = dict.fromkeys(range(2000), 1.0)
    await async_import_readings(hass, SERIES, readings(hours))
    hours[700] = 4.0
    done = await async_import_readings(hass, SERIES, readings(hours))
    assert done.rows_written == 1
    assert await states(hass) == hours


async def test_hours_far_from_each_other(hass: HomeAssistant) -> None:
    """A window reads only what it needs, and the totals between follow."""
    hours = dict.fromkeys(range(3000), 1.0)
    await async_import_readings(hass, SERIES, readings(hours))
    await async_import_readings(hass, SERIES, readings({2: 5, 1500: 2.0, 3000: 1.0}))
    assert await states(hass) == hours | {2: 5, 1500: 2.0, 3000: 1.0}


async def test_a_long_pause(hass: HomeAssistant) -> None:
    """The last row lies further back than any usual window."""
    await async_import_readings(hass, SERIES, readings({0: 1, 1: 1}))
    await async_import_readings(hass, SERIES, readings({1: 1}))
    await async_import_readings(hass, SERIES, readings({2400: 5}))
    await async_import_readings(hass, SERIES, readings({500: 2}))
    assert await states(hass) == {0: 1, 1: 1, 500: 2, 2400: 5}


async def test_older_history_in_front(hass: HomeAssistant) -> None:
    """Older hours go in front and all later sums are shifted once."""
    await async_import_readings(
        hass, SERIES, readings(dict.fromkeys(range(1000, 1100), 1))
    )
    await async_import_readings(hass, SERIES, readings(dict.fromkeys(range(1000), 2)))
    rows = await stored(hass)
    assert len(rows) == 1100
    assert rows[START + 1099 * HOUR].sum == 2100


async def test_a_late_half_hour(hass: HomeAssistant) -> None:
    """An hour is written once it is whole, and a gap never as zero."""
    halves = readings({0: 1, 1: 1, 2: 1}, minutes=30)
    missing = halves.pop(2)
    await async_import_readings(hass, SERIES, halves)
    assert await states(hass) == {0: 1, 2: 1}
    await async_import_readings(hass, SERIES, [*halves, missing])
    assert await states(hass) == {0: 1, 1: 1, 2: 1}


async def test_an_hour_that_is_withdrawn(hass: HomeAssistant) -> None:
    """It keeps its last published value until it is published again."""
    halves = readings({0: 1, 1: 3, 2: 1}, minutes=30)
    await async_import_readings(hass, SERIES, halves)
    await async_import_readings(hass, SERIES, [*halves[:2], *halves[3:]])
    assert await states(hass) == {0: 1, 1: 3, 2: 1}


@pytest.mark.parametrize("fails", ["write", "shift"])
async def test_a_job_that_fails_leaves_nothing_half_done(
    hass: HomeAssistant, fails: str
) -> None:
    """Rows and the shift behind them are there together or not at all."""
    hours = dict.fromkeys(range(200), 1.0)
    await async_import_readings(hass, SERIES, readings(hours))
    error = OperationalError("UPDATE", {}, sqlite3.OperationalError("locked"))
    with (
        patch.object(SeriesRows, fails, side_effect=error),
        pytest.raises(RecorderFailed) as failed,
    ):
        await async_import_readings(hass, SERIES, readings(hours | {20: 5.0}))
    assert failed.value.reason == "OperationalError"
    assert await states(hass) == hours
    await async_import_readings(hass, SERIES, readings(hours | {20: 5.0}))
    assert await states(hass) == hours | {20: 5.0}


async def test_a_write_that_the_database_loses_is_done_once_more(
    hass: HomeAssistant,
) -> None:
    """What was written is read back before it counts as stored."""
    write = SeriesRows.write
    lost: list[Any] = []

    def lose_first(rows: SeriesRows, *args: Any) -> None:
        if lost:
            write(rows, *args)
        lost.append(args)

    hours = dict.fromkeys(range(50), 1.0)
    with patch.object(SeriesRows, "write", lose_first):
        await async_import_readings(hass, SERIES, readings(hours))
    assert await states(hass) == hours
    with (
        patch.object(SeriesRows, "write"),
        pytest.raises(RecorderFailed),
    ):
        await async_import_readings(hass, SERIES, readings({50: 1.0}))


async def test_a_shift_that_the_database_loses_is_seen(hass: HomeAssistant) -> None:
    """The first hour behind what was written is read back as well."""
    await async_import_readings(hass, SERIES, readings({0: 1, 1: 1, 9: 1}))
    with (
        patch.object(SeriesRows, "shift"),
        pytest.raises(RecorderFailed),
    ):
        await async_import_readings(hass, SERIES, readings({0: 5}))


async def test_a_job_that_the_recorder_drops(hass: HomeAssistant) -> None:
    """It does so when it can't write its states first, and nobody waits for ever."""
    error = OperationalError("INSERT", {}, sqlite3.OperationalError("locked"))
    await async_import_readings(hass, SERIES, readings({0: 1}))
    with (
        patch.object(Recorder, "_commit_event_session_or_retry", side_effect=error),
        pytest.raises(RecorderFailed),
    ):
        await async_import_readings(hass, SERIES, readings({1: 1}))
    await async_import_readings(hass, SERIES, readings({1: 1}))
    assert await states(hass) == {0: 1, 1: 1}


async def test_a_recorder_that_has_ended(hass: HomeAssistant) -> None:
    """It is told before long, and nothing waits for ever."""
    recorder = get_instance(hass)
    await async_import_readings(hass, SERIES, readings({0: 1}))
    recorder.queue_task(StopTask())
    await hass.async_add_executor_job(recorder.join)
    with (
        patch("custom_components.cloud_energy.recorder.jobs._LOOK_EVERY", 0.01),
        pytest.raises(RecorderGone),
    ):
        await async_import_readings(hass, SERIES, readings({1: 1}))


async def test_two_imports_at_once(hass: HomeAssistant) -> None:
    """They take turns, and both arrive."""
    first = readings(dict.fromkeys(range(100), 1))
    second = readings(dict.fromkeys(range(50, 150), 2))
    await asyncio.gather(
        async_import_readings(hass, SERIES, first),
        async_import_readings(hass, SERIES, second),
    )
    assert await states(hass) == {at: 1 if at < 50 else 2 for at in range(150)}


async def test_coarse_and_fine(hass: HomeAssistant) -> None:
    """Months stand in their first hour, never over finer hours."""
    months = [
        Reading(START + at * 720 * HOUR, START + (at + 1) * 720 * HOUR, 800.0)
        for at in range(3)
    ]
    fine = dict.fromkeys(range(1000, 2160), 1.0)
    await async_import_readings(hass, SERIES, [*months, *readings(fine)])
    expected = {0: 800.0, 720: 800.0 - 440, **fine}
    assert await states(hass) == expected
    done = await async_import_readings(hass, SERIES, [*months, *readings(fine)])
    assert done.rows_written == 0
    # Much later only the months are still served.
    done = await async_import_readings(hass, SERIES, months)
    assert done.rows_written == 0
    assert await states(hass) == expected


async def test_a_period_that_runs_is_not_written(hass: HomeAssistant) -> None:
    """A month's value comes once the month is over."""
    now = dt_util.utcnow().replace(minute=0, second=0, microsecond=0)
    running = Reading(now - timedelta(days=3), now + timedelta(days=27), 100)
    over = Reading(now - timedelta(days=33), now - timedelta(days=3), 900)
    await async_import_readings(hass, SERIES, [running, over])
    assert [row.state for row in (await stored(hass)).values()] == [900]


async def test_late_series(hass: HomeAssistant) -> None:
    """A series that appears later begins at its own first hour."""
    cost = Series.money("cloud_energy:meter_energy_cost", "Meter cost", "USD")
    await async_import_readings(hass, SERIES, readings(dict.fromkeys(range(100), 1)))
    await async_import_readings(hass, cost, readings({90: 0.5, 91: 0.5}))
    assert [row.sum for row in (await stored(hass, cost)).values()] == [0.5, 1.0]


async def test_a_new_meter_goes_on_where_the_old_one_ended(hass: HomeAssistant) -> None:
    """The register starts anew, the running total does not."""
    await async_import_readings(hass, SERIES, readings({0: 5, 1: 5}))
    await async_import_readings(hass, SERIES, readings({2: 1, 3: 1}))
    rows = list((await stored(hass)).values())
    assert [row.sum for row in rows] == [5, 10, 11, 12]


async def test_five_years(hass: HomeAssistant) -> None:
    """Five years of hours with a correction and older history in front."""
    count = 5 * 8760
    start = START - count * HOUR
    old = dict.fromkeys(range(count), 0.5)
    before = -count
    rows = {before + at: Row(v, 0.5 * (at + 1)) for at, v in old.items()}
    await write_rows(hass, rows)
    hours = {-1: 1.0, 100: 2.0, count - 1: 0.5, count: 0.75}
    done = await async_import_readings(hass, SERIES, readings(hours, start=start))
    assert done.rows_written == 3
    found = await stored(hass)
    assert len(found) == count + 2
    assert list(found.values())[-1].sum == pytest.approx(count / 2 + 1 + 1.5 + 0.75)


async def amounts(hass: HomeAssistant) -> dict[int, float]:
    """Read what each hour adds to the total, by number of hour."""
    found = await async_stored_hours(hass, SERIES.statistic_id)
    return {(at - START) // HOUR: round(value, 4) for at, value in found.items()}


async def test_history_of_another_program(hass: HomeAssistant) -> None:
    """Its rows stay as they are, and ours go on from them."""
    rows = {at: Row(12345.5 + at, 2.0 * (at + 1)) for at in range(10_000)}
    await write_rows(hass, rows)
    await async_import_readings(hass, SERIES, readings({-5: 1.0, 10_000: 3.0}))
    assert await amounts(hass) == {
        -5: 1.0,
        **dict.fromkeys(range(10_000), 2.0),
        10_000: 3.0,
    }


async def test_hours_that_a_user_fills_by_hand(hass: HomeAssistant) -> None:
    """Import tools write some register into `state`: no bar of 12,345 kWh comes."""
    ours = {at: 1.0 for at in range(100) if not 40 <= at < 60}
    await async_import_readings(hass, SERIES, readings(ours))
    rows, total = list[StatisticData](), 40.0
    for at in range(40, 60):
        total += 0.5
        rows.append({"start": START + at * HOUR, "state": 12345.5, "sum": total})
    async_add_external_statistics(hass, SERIES.metadata, rows)
    get_instance(hass).async_adjust_statistics(
        SERIES.statistic_id, START + 60 * HOUR, 10.0, "kWh"
    )
    await async_import_readings(hass, SERIES, readings(ours | {100: 1.0}))
    expected = {at: 0.5 if 40 <= at < 60 else 1.0 for at in range(101)}
    assert await amounts(hass) == expected


async def test_a_sum_that_a_user_has_adjusted(hass: HomeAssistant) -> None:
    """A spike that was taken out stays out until the provider changes the hour."""
    hours = {0: 1.0, 1: 900.0, 2: 1.0, 3: 1.0}
    await async_import_readings(hass, SERIES, readings(hours))
    get_instance(hass).async_adjust_statistics(
        SERIES.statistic_id, START + HOUR, -899.0, "kWh"
    )
    await async_import_readings(hass, SERIES, readings(hours))
    assert await amounts(hass) == {0: 1, 1: 1, 2: 1, 3: 1}
    await async_import_readings(hass, SERIES, readings(hours | {1: 1.5}))
    assert await amounts(hass) == {0: 1, 1: 1.5, 2: 1, 3: 1}


async def test_rows_without_a_state(hass: HomeAssistant) -> None:
    """Rows that hold only a sum are read by their change."""
    async_add_external_statistics(
        hass,
        SERIES.metadata,
        [{"start": START + at * HOUR, "sum": 2.0 * (at + 1)} for at in range(3)],
    )
    await async_import_readings(hass, SERIES, readings({3: 1.0}))
    await async_wait_recording_done(hass)
    found = await async_stored_range(hass, SERIES.statistic_id)
    assert found == (START, START + 3 * HOUR)


async def test_a_declared_series_has_no_hours(hass: HomeAssistant) -> None:
    """It can be picked before its first amount."""
    async_declare_series(hass, SERIES)
    await async_wait_recording_done(hass)
    assert await async_stored_range(hass, SERIES.statistic_id) is None
    ids = await get_instance(hass).async_add_executor_job(list_statistic_ids, hass)
    assert [entry["name"] for entry in ids] == ["Meter consumption"]


async def test_an_hour_that_has_not_ended_is_not_written(hass: HomeAssistant) -> None:
    """Nor does a reading count that a wrong clock has put into the future."""
    now = dt_util.utcnow().replace(minute=0, second=0, microsecond=0)
    hours = dict.fromkeys(range(-2, 3), 1.0)
    done = await async_import_readings(hass, SERIES, readings(hours, start=now))
    assert list(await stored(hass)) == [now - 2 * HOUR, now - HOUR]
    assert (done.hours_total, done.deferred) == (2, True)


@pytest.mark.parametrize("name", ["x" * 400, "Heat pump\ud83d", "Heat\0 pump"])
async def test_a_name_that_no_database_takes(hass: HomeAssistant, name: str) -> None:
    """It never costs a series."""
    series = replace(SERIES, name=name)
    await async_import_readings(hass, series, readings({0: 1.0}))
    assert await states(hass) == {0: 1.0}
    ids = await get_instance(hass).async_add_executor_job(list_statistic_ids, hass)
    assert [entry["name"] for entry in ids] == [
        name[:255].strip("\ud83d").replace("\0", "")
    ]


async def test_a_series_gets_its_new_name(hass: HomeAssistant) -> None:
    """Also where no hour has changed."""
    await async_import_readings(hass, SERIES, readings({0: 1.0}))
    await async_import_readings(hass, replace(SERIES, name="New"), readings({0: 1.0}))
    ids = await get_instance(hass).async_add_executor_job(list_statistic_ids, hass)
    assert [entry["name"] for entry in ids] == ["New"]


few = st.floats(0, 100).map(lambda value: round(value, 3))
batch = st.dictionaries(st.integers(0, 400), few, max_size=120)


@dataclass(frozen=True)
class Turn:
    """One import, and what happens around it."""

    hours: dict[int, float]
    minutes: int
    fails: str | None
    corrected: tuple[int, float]
    foreign: tuple[int, float] | None


turns = st.builds(
    Turn,
    hours=batch,
    minutes=st.sampled_from([15, 30, 60]),
    fails=st.sampled_from([None, "write", "shift", "between", "sum_before"]),
    corrected=st.tuples(st.integers(0, 400), st.sampled_from([-3.0, 0.0, 2.5])),
    foreign=st.none() | st.tuples(st.integers(401, 440), few),
)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(each=st.lists(turns, min_size=1, max_size=5))
async def test_any_sequence_of_imports(hass: HomeAssistant, each: list[Turn]) -> None:
    """Batches, corrections by user and provider, foreign rows, jobs that fail.

    Hours that nobody else has touched equal what the provider says, corrected ones
    what the user made of them, foreign ones what they were.
    """
    await async_wait_recording_done(hass)
    recorder = get_instance(hass)
    recorder.async_clear_statistics([SERIES.statistic_id])
    said: dict[int, float] = {}
    expected: dict[int, float] = {}
    for turn in each:
        if turn.fails:
            error = OperationalError("", {}, sqlite3.OperationalError("locked"))
            with (
                patch.object(SeriesRows, turn.fails, side_effect=error),
                contextlib.suppress(RecorderFailed),
            ):
                await async_import_readings(
                    hass, SERIES, readings(turn.hours, minutes=turn.minutes)
                )
        await async_import_readings(
            hass, SERIES, readings(turn.hours, minutes=turn.minutes)
        )
        news = {at: v for at, v in turn.hours.items() if said.get(at) != v}
        said |= news
        expected |= news
        at, change = turn.corrected
        if at in expected:
            recorder.async_adjust_statistics(
                SERIES.statistic_id, START + at * HOUR, change, "kWh"
            )
            expected[at] += change
        if turn.foreign and turn.foreign[0] > max(expected, default=0):
            at, value = turn.foreign
            total = sum(expected.values()) + value
            row = StatisticData(start=START + at * HOUR, state=12345.5, sum=total)
            async_add_external_statistics(hass, SERIES.metadata, [row])
            expected[at] = value
    assert await amounts(hass) == pytest.approx(expected, abs=1e-3)
