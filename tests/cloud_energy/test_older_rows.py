"""What the rows of another statistic say of the time before ours."""

from datetime import UTC, datetime, timedelta
from math import fsum, inf

from hypothesis import given, strategies as st
import pytest

from custom_components.cloud_energy.readings import HOUR
from custom_components.cloud_energy.recorder.older_rows import OlderRows, older_rows
from custom_components.cloud_energy.recorder.series_rows import Stored

START = datetime(2024, 1, 1, tzinfo=UTC)


def rows_of(
    *values: tuple[float, float | None, float | None],
) -> dict[datetime, Stored]:
    """Make rows of hours (by number), states and sums."""
    return {
        START + at * HOUR: Stored(id=n, state=state, sum=total, mean=None)
        for n, (at, state, total) in enumerate(values)
    }


def read(rows: dict[datetime, Stored], *, is_hourly: bool = False) -> OlderRows:
    """Read rows of Wh."""
    return older_rows(rows, lambda value: value / 1000, is_hourly=is_hourly)


def hours(found: OlderRows) -> dict[tuple[float, float], float]:
    """Return kWh by the hours (by number) of begin and end."""
    return {
        ((r.start - START) / HOUR, (r.end - START) / HOUR): round(r.value, 6)
        for r in found.readings
    }


def test_the_statistic_of_an_entity() -> None:
    """What the meter showed at first is nobody's hour; the others are differences."""
    found = read(rows_of((0, 9_000, 0), (1, 9_500, 500), (2, 10_500, 1_500)))
    assert hours(found) == {(1, 2): 0.5, (2, 3): 1.0}
    assert found.left_out == 1
    assert found.energy == pytest.approx(1.5)


def test_hourly_amounts() -> None:
    """Where the state is the hour's amount, even the first one is known."""
    found = read(rows_of((0, 500, 500), (1, 700, 1_200)), is_hourly=True)
    assert hours(found) == {(0, 1): 0.5, (1, 2): 0.7}
    assert found.left_out == 0


def test_a_reset_is_no_energy() -> None:
    """A total that falls tells nothing of its hour, and the next one counts again."""
    found = read(rows_of((0, 0, 0), (1, 0, 8_000), (2, 0, 100), (3, 0, 400)))
    assert hours(found) == {(1, 2): 8.0, (3, 4): 0.3}
    assert found.left_out == 2


def test_a_gap_of_a_meter_is_in_what_follows() -> None:
    """It is one reading over the gap, never an hour of it."""
    found = read(rows_of((0, 0, 0), (1, 0, 500), (5, 0, 2_500)))
    assert hours(found) == {(1, 2): 0.5, (2, 6): 2.0}


def test_a_gap_of_hourly_amounts_stays_one() -> None:
    """The hour behind it tells its own amount only."""
    found = read(rows_of((0, 500, 500), (5, 700, 1_200)), is_hourly=True)
    assert hours(found) == {(0, 1): 0.5, (5, 6): 0.7}


def test_rows_that_are_none() -> None:
    """Rows without a total, beside the hour, or without end are passed over."""
    rows = rows_of((0, 0, 0), (1, 0, None), (1.5, 0, 100), (2, 0, inf), (3, 0, 600))
    assert hours(read(rows)) == {(1, 4): 0.6}


def test_nonsense_is_left_out() -> None:
    """No home uses more than ten thousand kWh in an hour."""
    found = read(rows_of((0, 0, 0), (1, 0, 5e9), (2, 0, 5e9 + 100)))
    assert hours(found) == {(2, 3): 0.1}
    assert found.left_out == 2


@given(
    st.dictionaries(
        st.integers(0, 60), st.floats(-5_000, 5_000, allow_nan=False), max_size=40
    ),
    st.booleans(),
)
def test_nothing_is_made_up(
    amounts: dict[int, float], is_hourly: bool
) -> None:  # from hypothesis
    """Readings are never negative, never overlap, and are at most what was added."""
    total, values = 0.0, []
    for at in sorted(amounts):
        total += amounts[at]
        values.append((at, amounts[at], total))
    found = read(rows_of(*values), is_hourly=is_hourly)
    assert all(r.value >= 0 for r in found.readings)
    for one, other in zip(found.readings, found.readings[1:], strict=False):
        assert one.end <= other.start
        assert one.start - START >= timedelta(0)
    added = fsum(max(0.0, value) for value in amounts.values()) / 1000
    assert found.energy <= added + 1e-6
    assert len(found.readings) + found.left_out == len(values)
