"""The arithmetic of the sun, without anything around it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.cloud_energy.readings import floor_hour, hourly, local_day
from custom_components.elecnova.api.models import PvPoint
from custom_components.elecnova.calculations.pv import SLOT, Inverter, energy
from custom_components.elecnova.calculations.pv_totals import PvAnswers, pv_state
from custom_components.elecnova.statistics.history import earliest_of
from custom_components.elecnova.statistics.series import PvDay, day_readings, pv_series

BRUSSELS = ZoneInfo("Europe/Brussels")
INVERTER = Inverter("PV-1", "1", "Sun", BRUSSELS)
NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)
TODAY = date(2026, 11, 20)
DAYS = (date(2026, 3, 29), date(2026, 6, 21), date(2026, 10, 25))
"""Of 23, 24 and 25 hours."""


def points(begin: datetime, *watts: float) -> tuple[PvPoint, ...]:
    """Return five minutes one after the other."""
    return tuple(PvPoint(begin + at * SLOT, value) for at, value in enumerate(watts))


def answers(
    sun: tuple[PvPoint, ...] | None = None,
    days: dict[date, float] | None = None,
    month: dict[date, float] | None = None,
    year: dict[date, float] | None = None,
    years: float | None = None,
) -> PvAnswers:
    """Return what the cloud has told."""
    return PvAnswers(points=sun, days=days, month=month, year=year, years=years)


def test_nothing_is_known() -> None:
    """Then nothing is shown: least of all a zero."""
    state = pv_state(INVERTER, answers(), NOON)
    values = (state.power, state.peak_power, state.energy_today, state.energy_yesterday)
    assert values == (None, None, None, None)
    assert (state.energy_month, state.energy_year, state.energy_lifetime) == (
        None,
        None,
        None,
    )


def test_power_is_about_now() -> None:
    """A point of long ago is no power, one of the future neither."""
    for age, watts in ((5, 700), (20, 700), (21, None), (-5, None)):
        begin = NOON - timedelta(minutes=age)
        state = pv_state(INVERTER, answers(points(begin, 700)), NOON)
        assert state.power == watts, age


def test_power_goes_on_at_midnight() -> None:
    """The day before has the latest five minutes then, and they are no part of today."""
    midnight = datetime(2026, 11, 19, 23, tzinfo=UTC)
    before = points(midnight - 2 * SLOT, 600, 700)
    state = pv_state(INVERTER, answers(before), midnight + timedelta(minutes=3))
    assert (state.power, state.latest) == (700, before[-1])
    assert (state.points, state.peak_power, state.energy_today) == ((), None, None)


def test_longer_periods_go_on_with_the_day() -> None:
    """The running day, month and year are what their parts are."""
    sun = points(NOON - 2 * SLOT, 12_000, 6_000)
    state = pv_state(
        INVERTER,
        answers(
            sun,
            days={date(2026, 11, 19): 10, TODAY: 1},
            month={date(2026, 11, 18): 4, date(2026, 11, 19): 9, TODAY: 0.5},
            year={date(2026, 10, 1): 100, date(2026, 11, 1): 13},
            years=1000,
        ),
        NOON,
    )
    assert state.energy_today == 1.5
    assert state.energy_yesterday == 10
    assert state.energy_month == 14.5
    assert state.energy_year == 114.5
    assert state.energy_lifetime == 1114.5
    assert state.peak_power == 12_000
    assert state.yesterday_began == datetime(2026, 11, 18, 23, tzinfo=UTC)


def test_a_period_without_its_parts_is_unknown() -> None:
    """A lifetime needs all years, a year its months."""
    sun = points(NOON - SLOT, 12_000)
    state = pv_state(INVERTER, answers(sun, month={}), NOON)
    assert state.energy_today == state.energy_month == 1
    assert state.energy_year is None
    state = pv_state(INVERTER, answers(sun, month={}, year={}), NOON)
    assert state.energy_year == 1
    assert state.energy_lifetime is None


@pytest.mark.parametrize("day", DAYS, ids=str)
@given(
    watts=st.lists(st.integers(0, 60_000), min_size=300, max_size=300),
    lost=st.sets(st.integers(0, 299), max_size=299),
)
def test_no_energy_is_made_up_or_lost(
    day: date, watts: list[int], lost: set[int]
) -> None:
    """Hours with all their points are what those are, and the day is its total."""
    begin, end = local_day(day, BRUSSELS)
    count = (end - begin) // SLOT
    whole = points(begin, *watts[:count])
    kept = tuple(p for at, p in enumerate(whole) if at not in lost)
    total = energy(whole)
    found = PvDay(inverter=INVERTER, day=day, points=kept, total=total)
    hours = hourly(day_readings(found, end))
    untouched = 0
    for hour, kwh in hours.complete.items():
        inside = [p for p in whole if hour <= p.time < hour + timedelta(hours=1)]
        if all(point in kept for point in inside):
            untouched += 1
            assert kwh == pytest.approx(energy(inside), abs=1e-5)
    if found.lost is None:
        # What nobody knows is not there.
        assert len(hours.complete) == untouched
    else:
        assert not hours.coarse
        is_whole = len(hours.complete) == count // 12
        assert is_whole or found.agrees
        if is_whole and (not found.agrees or found.completed_hours):
            assert sum(hours.complete.values()) == pytest.approx(total, abs=1e-3)


@given(
    watts=st.lists(st.integers(0, 60_000), min_size=288, max_size=288),
    lost=st.sets(st.integers(1, 286), min_size=1, max_size=286),
)
def test_what_is_lost_between_points_is_never_left_out(
    watts: list[int], lost: set[int]
) -> None:
    """With a point before and one behind it, all that the total says has its place.

    Only sunny hours without any point, of which the total has nothing, stay out.
    """
    begin, end = local_day(date(2026, 6, 21), BRUSSELS)
    whole = points(begin, *watts)
    kept = tuple(p for at, p in enumerate(whole) if at not in lost)
    found = PvDay(inverter=INVERTER, day=DAYS[1], points=kept, total=energy(whole))
    complete = hourly(day_readings(found, end)).complete
    left_out = {begin + at * timedelta(hours=1) for at in range(24)} - complete.keys()
    assert not left_out & {floor_hour(point.time) for point in kept}
    rounding = max(0.05, 0.01 * energy(whole)) if left_out else 1e-3
    assert sum(complete.values()) == pytest.approx(energy(whole), abs=rounding)


def test_a_straight_line_over_what_is_lost() -> None:
    """Each missing point weighs what the points around it say."""
    begin, end = local_day(TODAY, BRUSSELS)
    watts = [0.0] * 120 + [1200.0] * 24 + [2400.0] * 24 + [0.0] * 120
    kept = tuple(
        p
        for at, p in enumerate(points(begin, *watts))
        if not (at in (125, 126, 127) or at == 150)
    )
    total = energy(points(begin, *watts)) + 0.4
    found = PvDay(inverter=INVERTER, day=TODAY, points=kept, total=total)
    share = (total - energy(kept)) / (3 * 1200 + 2400)
    assert found.lost == pytest.approx(
        {
            begin + 125 * SLOT: 1200 * share,
            begin + 126 * SLOT: 1200 * share,
            begin + 127 * SLOT: 1200 * share,
            begin + 150 * SLOT: 2400 * share,
        }
    )
    assert found.completed_hours == 2
    assert len(hourly(day_readings(found, end)).complete) == 24
    # While the day runs, nobody knows what it will be.
    assert len(hourly(day_readings(found, end - SLOT)).complete) == 22


@pytest.mark.parametrize(
    "gone", [range(120, 125), range(276, 288), range(3)], ids=["noon", "last", "first"]
)
def test_what_is_lost_in_one_hour_is_exact(gone: range) -> None:
    """Whatever the points around it say."""
    begin, _ = local_day(TODAY, BRUSSELS)
    whole = points(begin, *[0.0] * 120, *[6000.0] * 24, *[0.0] * 144)
    kept = tuple(point for at, point in enumerate(whole) if at not in gone)
    found = PvDay(inverter=INVERTER, day=TODAY, points=kept, total=energy(whole) + 2)
    assert found.lost is not None
    assert found.lost.keys() == {begin + at * SLOT for at in gone}
    assert sum(found.lost.values()) == pytest.approx(energy(whole) + 2 - energy(kept))


def test_what_a_night_left_out_does_not_get() -> None:
    """Before the first and behind the last point no line tells what was there."""
    sun = points(NOON, *[6000] * 24, *[60] * 6)
    for total, lost in ((energy(sun) + 4, False), (energy(sun) + 0.06, True)):
        found = PvDay(inverter=INVERTER, day=TODAY, points=sun, total=total)
        assert (found.lost is not None) == lost


def test_what_a_total_proves() -> None:
    """What is left out is nothing if the rest is all there was, and not before."""
    begin, end = local_day(TODAY, BRUSSELS)
    sun = points(NOON, *[6000] * 12)
    for total, hours in ((6.0, 24), (6.04, 24), (7.0, 1), (None, 1)):
        found = PvDay(inverter=INVERTER, day=TODAY, points=sun, total=total)
        assert len(hourly(day_readings(found, end)).complete) == hours, total
        assert len(hourly(day_readings(found, end - SLOT)).complete) == 1
    empty = PvDay(inverter=INVERTER, day=TODAY, points=(), total=0.0)
    assert day_readings(empty, end) == []
    (coarse,) = day_readings(
        PvDay(inverter=INVERTER, day=TODAY, points=(), total=3.5), end
    )
    assert (coarse.start, coarse.end, coarse.value) == (begin, end, 3.5)


def test_ids_of_statistics() -> None:
    """They hold what Home Assistant takes, and tell inverters apart."""
    ids = {
        sn: pv_series(Inverter(sn, "1", "", UTC)).statistic_id
        for sn in ("PV-1", "pv__2", "_PV.3_")
    }
    assert ids == {
        "PV-1": "elecnova:pv_1_pv_energy",
        "pv__2": "elecnova:pv_2_pv_energy",
        "_PV.3_": "elecnova:pv_3_pv_energy",
    }


def test_a_month_that_is_over() -> None:
    """Until the new month's list is there, the old one's days are none of its days."""
    new_year = datetime(2027, 1, 1, 0, 10, tzinfo=BRUSSELS)
    old = {date(2026, 12, day): 3.0 for day in range(1, 32)}
    state = pv_state(
        INVERTER,
        PvAnswers(
            points=None,
            days={date(2026, 12, 31): 3.0, date(2027, 1, 1): 0.2},
            month=old,
            year={date(2026, 12, 1): 93.0, date(2026, 11, 1): 100.0},
            years=5000.0,
        ),
        new_year,
    )
    assert state.energy_yesterday == 3.0
    assert (state.energy_month, state.energy_year) == (0.2, 0.2)


@pytest.mark.parametrize(
    ("days", "earliest"),
    [
        (["2026-04-27"], datetime(2026, 4, 26, 22, tzinfo=UTC)),
        (["2026-04-27", "2026-10-01"], datetime(2026, 9, 30, 22, tzinfo=UTC)),
        (["2026-10-01", "0001-01-01"], datetime(2026, 9, 30, 22, tzinfo=UTC)),
        (["0001-01-01"], None),
        (["9999-12-31", "soon", "", None], None),
    ],
)
def test_since_when(days: list[str | None], earliest: datetime | None) -> None:
    """A day that nobody has entered says nothing, and overflows nowhere."""
    now = datetime(2026, 11, 20, tzinfo=UTC)
    found = earliest_of(days, ZoneInfo("Europe/Brussels"), now)
    assert found == earliest or (earliest is None and found.year < 2010)
