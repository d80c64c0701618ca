"""The arithmetic of the sun, without anything around it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.cloud_energy.readings import hourly, local_day
from custom_components.elecnova.api.models import PvPoint
from custom_components.elecnova.pv import SLOT, Inverter, energy
from custom_components.elecnova.pv_totals import PvAnswers, pv_state
from custom_components.elecnova.statistics import PvDay, day_readings, pv_series

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
    """Whatever is missing: an hour is what its points are, or it is not there."""
    begin, end = local_day(day, BRUSSELS)
    count = (end - begin) // SLOT
    whole = points(begin, *watts[:count])
    kept = tuple(p for at, p in enumerate(whole) if at not in lost)
    total = energy(whole)
    found = PvDay(inverter=INVERTER, day=day, points=kept, total=total)
    hours = hourly(day_readings(found, end))
    for hour, kwh in hours.complete.items():
        inside = [p for p in whole if hour <= p.time < hour + timedelta(hours=1)]
        assert len(inside) == 12
        if not found.agrees:
            assert all(point in kept for point in inside)
            assert kwh == pytest.approx(energy(inside), abs=1e-5)
    if found.agrees:
        assert len(hours.complete) == count // 12
        assert sum(hours.complete.values()) == pytest.approx(energy(kept), abs=1e-3)
        assert not hours.coarse


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
