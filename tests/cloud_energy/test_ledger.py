"""The arithmetic of hourly statistics."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from math import fsum

from hypothesis import given, strategies as st
import pytest

from custom_components.cloud_energy.readings import HOUR, Reading
from custom_components.cloud_energy.recorder.ledger import Ledger, Row, Step

START = datetime(2026, 1, 1, tzinfo=UTC)


def hour(at: int) -> datetime:
    """Return the start of an hour by its number."""
    return START + at * HOUR


class Table:
    """The rows of a statistic, as the recorder keeps them."""

    def __init__(self, rows: Mapping[datetime, Row] | None = None) -> None:
        """Begin with these rows."""
        self.rows = dict(rows or {})

    def ledger(
        self, start: datetime = hour(-5000), end: datetime = hour(5000)
    ) -> Ledger:
        """Read a span of the table, and the total before it."""
        before = [at for at in self.rows if at < start]
        base = self.rows[max(before)].sum if before else 0.0
        return Ledger(
            {at: self.rows[at] for at in sorted(self.rows) if start <= at < end}, base
        )

    def add(self, hours: Mapping[datetime, float]) -> Step:
        """Bring amounts in, reading no more than their span."""
        if not hours:
            return Step()
        end = max(hours) + HOUR
        step = self.ledger(min(hours), end).plan(hours)
        self.rows.update(step.rows)
        for at in [at for at in self.rows if step.shift and at >= step.shift_from]:
            self.rows[at] = Row(self.rows[at].state, self.rows[at].sum + step.shift)
        return step

    @property
    def amounts(self) -> Mapping[datetime, float]:
        """What each hour adds to the total."""
        return self.ledger().amounts

    @property
    def states(self) -> Mapping[datetime, float | None]:
        """What the provider has last said of each hour."""
        return {at: row.state for at, row in self.rows.items()}


def test_nothing_new_plans_nothing() -> None:
    """The same again writes no row."""
    hours = {hour(at): at / 7 for at in range(100)}
    table = Table()
    table.add(hours)
    assert table.add(hours) == Step()
    assert table.add({hour(5): 5 / 7 + 1e-9}) == Step()


def test_new_hours_are_appended() -> None:
    """A new hour needs no shift that would reach a row."""
    table = Table({hour(0): Row(1, 1)})
    step = table.add({hour(1): 2.0, hour(2): 3.0})
    assert step.rows == ((hour(1), Row(2.0, 3.0)), (hour(2), Row(3.0, 6.0)))


def test_a_correction_writes_one_row() -> None:
    """A correction in the middle is one row and one shift."""
    table = Table()
    table.add({hour(at): 1.0 for at in range(1000)})
    step = table.add({hour(500): 3.0})
    assert step == Step([hour(500)], ((hour(500), Row(3.0, 503.0)),), 2.0)
    assert table.amounts == {hour(at): 3.0 if at == 500 else 1.0 for at in range(1000)}


def test_rows_between_two_corrections_keep_their_amounts() -> None:
    """They are written again with a shifted total."""
    table = Table()
    table.add({hour(at): 1.0 for at in range(1000)})
    step = table.add({hour(500): 2.0, hour(510): 2.0})
    assert [at for at, _ in step.rows] == [hour(at) for at in range(500, 511)]
    assert table.amounts[hour(505)] == 1
    assert table.amounts[hour(511)] == 1


def test_a_hole_is_filled() -> None:
    """Hours that come late go to their place."""
    table = Table()
    table.add({hour(at): 1.0 for at in (0, 1, 5, 6)})
    table.add({hour(at): 2.0 for at in (2, 3, 4)})
    assert table.amounts == {
        hour(at): 2.0 if at in (2, 3, 4) else 1.0 for at in range(7)
    }
    assert table.rows[hour(6)].sum == 10


def test_older_history_goes_in_front() -> None:
    """Every later total is shifted by what comes in front."""
    table = Table()
    table.add({hour(at): 1.0 for at in range(10)})
    assert table.add({hour(at): 2.0 for at in range(-5, 0)}).shift == 10
    assert table.rows[hour(9)].sum == 20


def test_rows_of_another_program_are_left_alone() -> None:
    """A register in `state` is no amount, and the totals count as they are."""
    foreign = {hour(at): Row(5000.0 + 2 * at, 2.0 * (at + 1)) for at in range(10)}
    table = Table(foreign)
    table.add({hour(10): 3.0})
    assert {at: table.rows[at] for at in foreign} == foreign
    assert table.amounts == {**{hour(at): 2.0 for at in range(10)}, hour(10): 3.0}


def test_an_hour_of_another_program_gets_what_the_provider_says() -> None:
    """And no other hour changes."""
    table = Table({hour(at): Row(5000.0 + at, 2.0 * (at + 1)) for at in range(10)})
    table.add({hour(4): 2.5})
    assert table.amounts == {hour(at): 2.5 if at == 4 else 2.0 for at in range(10)}
    assert table.states[hour(4)] == 2.5


def test_a_correction_by_the_user_stays_until_the_provider_changes_the_hour() -> None:
    """The provider says the same as before: that is no news."""
    table = Table()
    table.add({hour(0): 1.0, hour(1): 900.0, hour(2): 1.0})
    for at in (1, 2):
        row = table.rows[hour(at)]
        table.rows[hour(at)] = Row(row.state, row.sum - 899)
    assert table.add({hour(0): 1.0, hour(1): 900.0, hour(2): 1.0}) == Step()
    assert table.amounts[hour(1)] == 1
    table.add({hour(1): 1.2})
    assert table.amounts == pytest.approx({hour(0): 1.0, hour(1): 1.2, hour(2): 1.0})


def days(first: int, value: float, count: int = 48) -> Reading:
    """Make a coarse reading of two days that begins with an hour."""
    return Reading(hour(first), hour(first + count), value)


def rest(
    table: Table, reading: Reading, fine: Mapping[datetime, float] | None = None
) -> tuple[datetime, float] | None:
    """Bring finer hours in and then a coarse reading; returns the row it adds."""
    table.add(fine or {})
    found = table.ledger().rest_of(reading, fine or {})
    if found is None:
        return None
    table.add({found.hour: found.value})
    return found.hour, found.value


def test_a_coarse_reading_goes_to_its_first_hour() -> None:
    """Nothing finer is known: the whole amount, in one row."""
    for reading in (days(0, 24), days(0, 24, 23)):
        assert rest(Table(), reading) == (hour(0), 24)


def test_a_day_that_begins_at_half_past() -> None:
    """Its first hour is the first one that lies wholly in it."""
    half = timedelta(minutes=30)
    reading = Reading(hour(0) + half, hour(24) + half, 24)
    table = Table()
    assert rest(table, reading) == (hour(1), 24)
    assert rest(table, reading) == (hour(1), 24)
    assert list(table.rows) == [hour(1)]


def test_a_day_at_half_past_that_an_earlier_version_has_put_an_hour_before() -> None:
    """It is not counted twice."""
    half = timedelta(minutes=30)
    table = Table({hour(0): Row(24.0, 24.0)})
    assert rest(table, Reading(hour(0) + half, hour(24) + half, 24)) is None


def test_finer_hours_at_the_edges_count_by_their_part() -> None:
    """Half an hour of the day before is no part of the day."""
    half = timedelta(minutes=30)
    fine = {hour(at): 2.0 for at in range(-3, 11)}
    reading = Reading(hour(0) + half, hour(48) + half, 100)
    assert rest(Table(), reading, fine) == (hour(11), 100 - 1 - 20)


def test_a_reading_without_a_whole_hour_is_left_out() -> None:
    """There is no hour that it could stand in."""
    reading = Reading(
        hour(0) + timedelta(minutes=15), hour(1) + timedelta(minutes=50), 1
    )
    assert rest(Table(), reading) is None


def test_coarse_never_replaces_finer() -> None:
    """Hours cover the time: the total adds nothing, right or wrong."""
    table = Table()
    assert rest(table, days(0, 60), {hour(at): 1.0 for at in range(48)}) is None
    assert rest(table, days(0, 60)) is None
    assert rest(table, days(0, 60), {hour(3): 9.0}) is None


def test_a_short_gap_stays_a_gap() -> None:
    """It would get what the finer and the coarser source differ by."""
    fine = {hour(at): 1.0 for at in range(48) if at not in (6, 7)}
    assert rest(Table(), days(0, 60), fine) is None


def test_the_rest_of_a_coarse_reading() -> None:
    """Finer data begin in the middle: the rest stands in front, once."""
    table = Table()
    fine = {hour(at): 1.0 for at in range(34, 48)}
    assert rest(table, days(0, 60), fine) == (hour(0), 46)
    before = dict(table.rows)
    assert rest(table, days(0, 60)) == (hour(0), 46)
    assert table.rows == before
    # Finer data that come later take their part of the rest.
    more = {hour(at): 1.0 for at in range(25, 34)}
    assert rest(table, days(0, 60), more)
    assert fsum(table.amounts.values()) == 60


def test_a_corrected_hour_counts_as_the_user_has_it() -> None:
    """The rest is what the totals leave, whatever the provider has said."""
    table = Table()
    table.add({hour(at): 1.0 for at in range(10)})
    for at in range(9, 10):
        table.rows[hour(at)] = Row(1.0, 14.0)
    assert rest(table, days(0, 60)) == (hour(10), 46)


def test_the_rest_behind_finer_data() -> None:
    """Finer data end in the middle: the rest stands behind them."""
    table = Table()
    table.add({hour(at): 1.0 for at in range(10)})
    assert rest(table, days(0, 60)) == (hour(10), 50)


@pytest.mark.parametrize("total", [40, 48])
def test_finer_data_that_hold_more_leave_no_rest(total: float) -> None:
    """Nothing negative is ever invented."""
    fine = {hour(at): 2.0 for at in range(24, 48)}
    assert rest(Table(), days(0, total), fine) is None


def test_a_coarse_zero_is_a_value() -> None:
    """A day without consumption is known to be one."""
    assert rest(Table(), days(0, 0)) == (hour(0), 0)


amounts = st.floats(0, 100).map(lambda value: round(value, 3))
batches = st.lists(
    st.dictionaries(st.integers(0, 300), amounts, max_size=60), max_size=8
)
foreign = st.dictionaries(st.integers(0, 300), amounts, max_size=60)
corrections = st.lists(
    st.tuples(st.integers(0, 300), st.floats(-50, 50).map(lambda v: round(v, 3))),
    min_size=8,
    max_size=8,
)


@given(batches=batches, foreign=foreign, corrections=corrections)
def test_any_history_is_true(
    batches: list[dict[int, float]],
    foreign: dict[int, float],
    corrections: list[tuple[int, float]],
) -> None:
    """Whatever comes in which order, beside what others write.

    Hours of the provider hold what it says, corrected ones what the user made of
    it until it says something else, foreign ones what they held.
    """
    table, expected, said = Table(), dict[datetime, float](), dict[datetime, float]()
    total = 0.0
    for at in sorted(foreign):
        total += foreign[at]
        table.rows[hour(at)] = Row(12345.5 + total, total)
        expected[hour(at)] = foreign[at]
    for batch, (at, change) in zip(batches, corrections, strict=False):
        hours = {hour(at): value for at, value in batch.items()}
        table.add(hours)
        news = {at: v for at, v in hours.items() if said.get(at) != v}
        said |= news
        expected |= news
        if hour(at) in table.rows:
            expected[hour(at)] += change
            for later in [later for later in table.rows if later >= hour(at)]:
                row = table.rows[later]
                table.rows[later] = Row(row.state, row.sum + change)
    assert table.amounts == pytest.approx(expected, abs=1e-4)
