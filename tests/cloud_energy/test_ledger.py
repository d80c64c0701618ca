"""The arithmetic of hourly statistics."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from math import fsum

from hypothesis import given, strategies as st
import pytest

from custom_components.cloud_energy.ledger import JOB_ROWS, Ledger, Row, Step
from custom_components.cloud_energy.readings import HOUR, Reading

START = datetime(2026, 1, 1, tzinfo=UTC)


def hour(at: int) -> datetime:
    """Return the start of an hour by its number."""
    return START + at * HOUR


def carry_out(table: dict[datetime, Row], steps: Iterable[Step]) -> list[Step]:
    """Do to a table what the recorder does with the steps."""
    done = list(steps)
    for step in done:
        table.update(step.rows)
        if step.shift_from:
            for at in [at for at in table if at >= step.shift_from]:
                table[at] = Row(table[at].state, table[at].sum + step.shift)
        assert len(step.rows) <= JOB_ROWS
    return done


def ledger(table: Mapping[datetime, Row]) -> Ledger:
    """Read a table as it is stored."""
    return Ledger({at: table[at] for at in sorted(table)})


def add(table: dict[datetime, Row], hours: dict[datetime, float]) -> list[Step]:
    """Bring amounts into a table, each step leaving it true."""
    done = []
    for step in list(ledger(table).add(hours)):
        done += carry_out(table, [step])
        assert_true(table)
    return done


def assert_true(table: Mapping[datetime, Row]) -> None:
    """Check the promise of every row."""
    before = 0.0
    for at in sorted(table):
        assert table[at].sum - before == pytest.approx(table[at].state, abs=1e-4)
        before = table[at].sum


def states(table: Mapping[datetime, Row]) -> dict[datetime, float]:
    """Return the amounts of a table."""
    return {at: row.state for at, row in table.items()}


def test_first_import_writes_newest_first() -> None:
    """The last 30 days come first, the older ones go in front of them."""
    hours = {hour(at): 1.0 for at in range(2 * JOB_ROWS + 10)}
    table: dict[datetime, Row] = {}
    steps = add(table, hours)
    assert [len(step.rows) for step in steps] == [JOB_ROWS, JOB_ROWS, 10]
    assert steps[0].rows[0][0] == hour(JOB_ROWS + 10)
    assert steps[0].shift_from is None
    assert steps[1].shift_from == hour(JOB_ROWS + 10)
    assert steps[1].shift == JOB_ROWS
    assert table[hour(2 * JOB_ROWS + 9)].sum == 2 * JOB_ROWS + 10


def test_nothing_new_plans_nothing() -> None:
    """The same again writes no row."""
    hours = {hour(at): at / 7 for at in range(100)}
    table: dict[datetime, Row] = {}
    add(table, hours)
    assert add(table, hours) == []
    assert add(table, {hour(5): 5 / 7 + 1e-9}) == []


def test_new_hours_are_appended() -> None:
    """A new hour needs no shift."""
    table = {hour(0): Row(1, 1)}
    steps = add(table, {hour(1): 2.0, hour(2): 3.0})
    assert steps == [Step(rows=[(hour(1), Row(2.0, 3.0)), (hour(2), Row(3.0, 6.0))])]


def test_a_correction_writes_one_row() -> None:
    """A correction in the middle is one row and one shift."""
    table: dict[datetime, Row] = {}
    add(table, {hour(at): 1.0 for at in range(1000)})
    steps = add(table, {hour(at): 3.0 if at == 500 else 1.0 for at in range(1000)})
    assert [len(step.rows) for step in steps] == [1]
    assert steps[0].shift_from == hour(501)
    assert steps[0].shift == 2


def test_neighbouring_corrections_share_a_step() -> None:
    """A few unchanged rows between two corrections are written with them."""
    table: dict[datetime, Row] = {}
    add(table, {hour(at): 1.0 for at in range(1000)})
    near = add(table, {hour(500): 2.0, hour(510): 2.0})
    assert [len(step.rows) for step in near] == [11]
    far = add(table, {hour(100): 2.0, hour(900): 2.0})
    assert [len(step.rows) for step in far] == [1, 1]


def test_a_hole_is_filled() -> None:
    """Hours that come late go to their place."""
    table: dict[datetime, Row] = {}
    add(table, {hour(at): 1.0 for at in (0, 1, 5, 6)})
    add(table, {hour(at): 2.0 for at in (2, 3, 4)})
    assert states(table) == {
        hour(at): 2.0 if at in (2, 3, 4) else 1.0 for at in range(7)
    }
    assert table[hour(6)].sum == 10


def test_a_lost_shift_is_healed() -> None:
    """Rows written without the shift behind them leave one break."""
    table: dict[datetime, Row] = {}
    add(table, {hour(at): 1.0 for at in range(50)})
    steps = ledger(table).add({hour(10): 6.0})
    carry_out(table, [Step(rows=step.rows) for step in steps])
    healing = carry_out(table, ledger(table).heal())
    assert healing == [Step(shift_from=hour(11), shift=5.0)]
    assert_true(table)


def test_a_lost_write_is_healed() -> None:
    """A shift whose rows were never written leaves one break as well."""
    table: dict[datetime, Row] = {}
    add(table, {hour(at): 1.0 for at in range(50)})
    steps = ledger(table).add({hour(10): 6.0})
    carry_out(
        table, [Step(shift_from=step.shift_from, shift=step.shift) for step in steps]
    )
    carry_out(table, ledger(table).heal())
    assert_true(table)
    assert table[hour(49)].sum == 50


def test_states_of_another_program_are_put_right() -> None:
    """Where `state` holds something else throughout, the sums are the truth."""
    table = {hour(at): Row(1000.0 + at, 2.0 * (at + 1)) for at in range(1000)}
    steps = carry_out(table, ledger(table).heal())
    assert sum(len(step.rows) for step in steps) == 1000
    assert table[hour(999)] == Row(2.0, 2000.0)
    assert_true(table)


def days(first: int, value: float, count: int = 48) -> Reading:
    """Make a coarse reading of two days that begins with an hour."""
    return Reading(hour(first), hour(first + count), value)


def test_a_coarse_reading_goes_to_its_first_hour() -> None:
    """Nothing finer is known: the whole amount, in one row."""
    table: dict[datetime, Row] = {}
    for reading in (days(0, 24), days(0, 24, 23)):
        rest = ledger(table).rest_of(reading, {})
        assert rest
        assert (rest.hour, rest.value) == (hour(0), 24)


def test_coarse_never_replaces_finer() -> None:
    """Hours cover the time: the total adds nothing, right or wrong."""
    fine = {hour(at): 1.0 for at in range(48)}
    table: dict[datetime, Row] = {}
    assert ledger(table).rest_of(days(0, 60), fine) is None
    add(table, fine)
    assert ledger(table).rest_of(days(0, 60), {}) is None
    assert ledger(table).rest_of(days(0, 60), {hour(3): 9.0}) is None


def test_a_short_gap_stays_a_gap() -> None:
    """It would get what the finer and the coarser source differ by."""
    fine = {hour(at): 1.0 for at in range(48) if at not in (6, 7)}
    table: dict[datetime, Row] = {}
    add(table, fine)
    assert ledger(table).rest_of(days(0, 60), {}) is None


def test_the_rest_of_a_coarse_reading() -> None:
    """Finer data begin in the middle: the rest stands in front, once."""
    table: dict[datetime, Row] = {}
    fine = {hour(at): 1.0 for at in range(34, 48)}
    rest = ledger(table).rest_of(days(0, 60), fine)
    assert rest
    assert (rest.hour, rest.value) == (hour(0), 46)
    add(table, fine | {rest.hour: rest.value})
    again = ledger(table).rest_of(days(0, 60), {})
    assert again
    assert add(table, {again.hour: again.value}) == []
    # Finer data that come later take their part of the rest.
    more = {hour(at): 1.0 for at in range(25, 34)}
    add(table, more)
    rest = ledger(table).rest_of(days(0, 60), more)
    assert rest
    add(table, {rest.hour: rest.value})
    assert fsum(states(table).values()) == 60


def test_the_rest_behind_finer_data() -> None:
    """Finer data end in the middle: the rest stands behind them."""
    table: dict[datetime, Row] = {}
    add(table, {hour(at): 1.0 for at in range(10)})
    rest = ledger(table).rest_of(days(0, 60), {})
    assert rest
    assert (rest.hour, rest.value) == (hour(10), 50)


def test_finer_data_that_hold_more_leave_no_rest() -> None:
    """Nothing negative is ever invented."""
    fine = {hour(at): 2.0 for at in range(24, 48)}
    assert ledger({}).rest_of(days(0, 40), fine) is None
    assert ledger({}).rest_of(days(0, 48), fine) is None


def test_a_coarse_zero_is_a_value() -> None:
    """A day without consumption is known to be one."""
    rest = ledger({}).rest_of(days(0, 0), {})
    assert rest
    assert rest.value == 0


batches = st.lists(
    st.dictionaries(
        st.integers(0, 300), st.floats(0, 100).map(lambda v: round(v, 3)), max_size=60
    ),
    max_size=8,
)


@given(batches=batches, crash=st.lists(st.booleans(), min_size=8, max_size=8))
def test_any_history_of_batches_is_true(
    batches: list[dict[int, float]], crash: list[bool]
) -> None:
    """Whatever comes in which order, and wherever a shift gets lost."""
    table: dict[datetime, Row] = {}
    truth: dict[datetime, float] = {}
    for batch, crashes in zip(batches, crash, strict=False):
        hours = {hour(at): value for at, value in batch.items()}
        truth |= hours
        book = ledger(table)
        steps = [*book.heal(), *book.add(hours)]
        if crashes and steps:
            steps[-1] = Step(rows=steps[-1].rows)
        carry_out(table, steps)
    book = ledger(table)
    carry_out(table, [*book.heal(), *book.add(truth)])
    assert_true(table)
    assert states(table) == {at: pytest.approx(v, abs=1e-4) for at, v in truth.items()}


def test_years_are_planned_in_time() -> None:
    """The tail of five years is shifted without being written."""
    table: dict[datetime, Row] = {}
    add(table, {hour(at): 1.0 for at in range(100)})
    front = {hour(-at): 1.0 for at in range(1, 1000)}
    steps = carry_out(table, ledger(table).add(front))
    assert sum(len(step.rows) for step in steps) == 999
    assert_true(table)
