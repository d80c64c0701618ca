"""The statistics engine on the real recorder."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from homeassistant.components.recorder import Recorder
from homeassistant.components.recorder.statistics import (
    async_add_external_statistics,
    list_statistic_ids,
    statistics_during_period,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util
from hypothesis import HealthCheck, given, settings, strategies as st
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from custom_components.cloud_energy.ledger import Row
from custom_components.cloud_energy.readings import HOUR, Reading
from custom_components.cloud_energy.statistics import (
    _SHARED,
    Progress,
    Series,
    async_declare_series,
    async_import_readings,
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
    }


async def test_first_import(hass: HomeAssistant) -> None:
    """An empty recorder takes all hours, with what the dashboard needs."""
    reports: list[Progress] = []
    hours = {at: at / 8 for at in range(1500)}
    done = await async_import_readings(
        hass, SERIES, readings(hours, minutes=30), reports.append
    )
    assert await states(hass) == hours
    assert (done.rows_written, done.rows_total) == (1500, 1500)
    assert done.oldest == START
    assert done.newest == START + 1499 * HOUR
    assert [r.rows_written for r in reports] == [720, 1440, 1500]
    assert reports[0].oldest == START + 780 * HOUR
    ids = await get_instance(hass).async_add_executor_job(list_statistic_ids, hass)
    (entry,) = ids
    assert entry["statistic_id"] == SERIES.statistic_id
    assert entry["unit_class"] == "energy"
    assert entry["has_sum"]
    assert entry["statistics_unit_of_measurement"] == "kWh"


async def test_unchanged_import_writes_nothing(hass: HomeAssistant) -> None:
    """The same again queues no job."""
    hours = dict.fromkeys(range(100), 1.5)
    await async_import_readings(hass, SERIES, readings(hours))
    with (
        patch.object(Recorder, "async_import_statistics") as written,
        patch.object(Recorder, "async_adjust_statistics") as shifted,
    ):
        done = await async_import_readings(hass, SERIES, readings(hours))
    assert done.rows_written == 0
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


async def test_a_correction_far_behind_what_is_known_to_be_in_order(
    hass: HomeAssistant,
) -> None:
    """Once all is seen in order, a window reads only what it needs."""
    hours = dict.fromkeys(range(3000), 1.0)
    await async_import_readings(hass, SERIES, readings(hours))
    await async_import_readings(hass, SERIES, readings({2999: 1.0}))
    assert SERIES.statistic_id in hass.data[_SHARED].verified
    await async_import_readings(hass, SERIES, readings({1500: 2.0, 3000: 1.0}))
    assert await states(hass) == hours | {1500: 2.0, 3000: 1.0}


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


@pytest.mark.parametrize("lost", ["async_adjust_statistics", "async_import_statistics"])
async def test_a_crash_between_write_and_shift(hass: HomeAssistant, lost: str) -> None:
    """Whichever of the two jobs is lost, the next import puts it right."""
    hours = dict.fromkeys(range(200), 1.0)
    await async_import_readings(hass, SERIES, readings(hours))
    await async_import_readings(hass, SERIES, readings(hours))
    hours[20] = 5.0
    with patch.object(Recorder, lost):
        await async_import_readings(hass, SERIES, readings(hours))
    # The next import knows nothing of the hours where it broke.
    await async_import_readings(hass, SERIES, readings({199: 1.0}))
    await stored(hass)
    await async_import_readings(hass, SERIES, readings(hours))
    assert await states(hass) == hours


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
    old = dict.fromkeys(range(count), 0.5)
    async_add_external_statistics(
        hass,
        SERIES.metadata,
        [
            {"start": START + at * HOUR, "state": value, "sum": 0.5 * (at + 1)}
            for at, value in old.items()
        ],
    )
    done = await async_import_readings(
        hass, SERIES, readings({-1: 1.0, 100: 2.0, count - 1: 0.5, count: 0.75})
    )
    assert done.rows_written == 3
    rows = await stored(hass)
    assert len(rows) == count + 2
    assert list(rows.values())[-1].sum == pytest.approx(count / 2 + 1 + 1.5 + 0.75)


async def test_history_of_another_program(hass: HomeAssistant) -> None:
    """Rows whose state is a meter's register keep their changes."""
    async_add_external_statistics(
        hass,
        SERIES.metadata,
        [
            {
                "start": START + at * HOUR,
                "state": 5000.0 + 2 * at,
                "sum": 2.0 * (at + 1),
            }
            for at in range(100)
        ],
    )
    await async_import_readings(hass, SERIES, readings({100: 3.0}))
    assert await states(hass) == {**dict.fromkeys(range(100), 2), 100: 3}


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


amounts = st.floats(0, 100).map(lambda value: round(value, 3))
batch = st.dictionaries(st.integers(0, 400), amounts, max_size=120)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    batches=st.lists(
        st.tuples(batch, st.sampled_from([15, 30, 60]), st.booleans(), st.booleans()),
        min_size=1,
        max_size=5,
    )
)
async def test_any_sequence_of_imports(
    hass: HomeAssistant,
    batches: list[tuple[dict[int, float], int, bool, bool]],
) -> None:
    """Batches, corrections, repeats, restarts, lost jobs: the truth remains."""
    await async_wait_recording_done(hass)
    get_instance(hass).async_clear_statistics([SERIES.statistic_id])
    hass.data.pop(_SHARED, None)
    truth: dict[int, float] = {}
    for hours, minutes, restart, crash in batches:
        truth |= hours
        if restart:
            hass.data.pop(_SHARED, None)
        if crash:
            with patch.object(Recorder, "async_adjust_statistics"):
                await async_import_readings(
                    hass, SERIES, readings(hours, minutes=minutes)
                )
            hass.data.pop(_SHARED, None)
        await async_import_readings(hass, SERIES, readings(hours, minutes=minutes))
    await async_import_readings(hass, SERIES, readings(truth))
    assert await states(hass) == pytest.approx(truth, abs=1e-4)
