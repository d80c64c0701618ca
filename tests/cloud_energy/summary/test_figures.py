"""What stored hours come to: never more than is known."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from math import fsum
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.cloud_energy.readings import HOUR, local_day
from custom_components.cloud_energy.summary.figures import (
    Hours,
    StoredHours,
    base_load,
    figures_of,
)
from custom_components.cloud_energy.summary.periods import Length, Period

ZONE = ZoneInfo("America/New_York")
WEEK = Period(
    length=Length.WEEK, first=date(2026, 11, 9), end=date(2026, 11, 16), zone=ZONE
)
MONTH = Period(
    length=Length.MONTH, first=date(2026, 10, 1), end=date(2026, 11, 1), zone=ZONE
)
DST_WEEK = Period(
    length=Length.WEEK, first=date(2026, 10, 26), end=date(2026, 11, 2), zone=ZONE
)


def hours_of(
    period: Period, value: float = 1.0, but: Iterable[int] = (), around: int = 3
) -> dict[datetime, float]:
    """Return the same value for each hour, some before and behind included."""
    left_out = set(but)
    return {
        period.start + at * HOUR: value
        for at in range(-around, period.hours + around)
        if at not in left_out
    }


def imported(*hours: Hours) -> StoredHours:
    """Return what is stored of a home with nothing but a meter."""
    return StoredHours(imported=hours)


def test_a_whole_week() -> None:
    """All hours count, and nothing of the time around."""
    hours = hours_of(WEEK)
    peak = WEEK.start + 40 * HOUR
    found = figures_of(WEEK, imported(hours | {peak: 5.0}))
    assert found.energy == pytest.approx(172)
    assert found.missing_hours == 0
    assert found.is_whole
    assert not found.has_totals
    assert found.peak
    assert found.peak.start == peak
    assert found.worst_day
    assert found.worst_day.day == date(2026, 11, 10)
    assert found.worst_day.energy == pytest.approx(28)
    assert found.best_day
    assert found.best_day.energy == pytest.approx(24)
    assert len(found.days) == 7
    assert found.solar_share is None
    assert found.cost is None


def test_the_week_in_which_the_clocks_go_back() -> None:
    """Its Sunday has 25 hours, and is whole."""
    found = figures_of(DST_WEEK, imported(hours_of(DST_WEEK)))
    assert found.energy == pytest.approx(169)
    assert found.is_whole
    assert [each.energy for each in found.days][-1] == pytest.approx(25)


def test_an_hour_that_nobody_tells() -> None:
    """Where the autumn's two hours have one figure, the second one is not missing."""
    repeated = datetime(2026, 11, 1, 6, tzinfo=UTC)
    hours = hours_of(DST_WEEK) | {repeated - HOUR: 2.0}
    del hours[repeated]

    def stored(hours: Hours) -> StoredHours:
        return StoredHours(imported=[hours], tells=lambda hour: hour != repeated)

    found = figures_of(DST_WEEK, stored(hours))
    assert found.energy == pytest.approx(169)
    assert found.missing_hours == 0
    assert [each.energy for each in found.days][-1] == pytest.approx(25)
    # Should it come all the same, it counts like any other; others are missed
    assert figures_of(DST_WEEK, stored(hours_of(DST_WEEK))).missing_hours == 0
    del hours[repeated + HOUR]
    found = figures_of(DST_WEEK, stored(hours))
    assert found.missing_hours == 1
    assert len(found.days) == 6


def test_missing_hours_are_said() -> None:
    """They are not guessed, and the day they are of is neither best nor worst."""
    found = figures_of(WEEK, imported(hours_of(WEEK, but=[30, 31, 32])))
    assert found.energy == pytest.approx(165)
    assert found.missing_hours == 3
    assert not found.is_whole
    assert date(2026, 11, 10) not in {each.day for each in found.days}
    assert len(found.days) == 6


def test_no_data_at_all() -> None:
    """Nothing stored is no zero."""
    for stored in (StoredHours(), imported({}), imported(hours_of(MONTH, around=0))):
        found = figures_of(WEEK, stored)
        assert found.energy is None
        assert found.missing_hours == 168
        assert found.best_day is None
        assert found.peak is None
        assert found.base_load is None


def test_a_month_as_a_total() -> None:
    """A row that stands alone at a month's beginning is that month."""
    total = {MONTH.start: 900.0, MONTH.stop: 700.0}
    for hours in (total, {MONTH.start: 900.0}):
        found = figures_of(MONTH, imported(hours))
        assert found.energy == pytest.approx(900)
        assert found.is_whole
        assert found.has_totals
        assert found.peak is None
        assert found.days == []


def test_a_total_of_more_than_the_period_is_left_out() -> None:
    """What a month used says nothing of a week in it."""
    first = WEEK.start + 24 * HOUR
    for hours in ({first: 900.0}, {first: 900.0, first + 720 * HOUR: 1.0}):
        found = figures_of(WEEK, imported(hours))
        assert found.energy is None
        assert found.missing_hours == 168


def test_days_as_totals() -> None:
    """A week of them is whole, and has its best and worst day."""
    totals = {
        local_day(day, ZONE)[0]: float(at)
        for at, day in enumerate([*DST_WEEK.days, DST_WEEK.end])
    }
    found = figures_of(DST_WEEK, imported(totals))
    assert found.energy == pytest.approx(21)
    assert found.is_whole
    assert found.has_totals
    assert found.best_day
    assert found.best_day.day == DST_WEEK.first
    assert found.worst_day
    assert found.worst_day.day == DST_WEEK.days[-1]


def test_a_home_with_sun_and_battery() -> None:
    """What it used is what came, less what went; solar covers what was kept."""
    stored = StoredHours(
        imported=[hours_of(WEEK, 1.0)],
        returned=[hours_of(WEEK, 0.5)],
        solar=[hours_of(WEEK, 2.0)],
        discharged=[hours_of(WEEK, 0.3)],
        charged=[hours_of(WEEK, 0.4)],
        cost=[hours_of(WEEK, 0.2)],
        compensation=[{WEEK.start: 1.6}],
    )
    found = figures_of(WEEK, stored)
    assert found.energy == pytest.approx(168 * 2.4)
    assert found.from_grid == pytest.approx(168)
    assert found.to_grid == pytest.approx(84)
    assert found.solar == pytest.approx(336)
    assert found.solar_share == pytest.approx(1.5 / 2.4)
    assert found.cost == pytest.approx(168 * 0.2 - 1.6)


def test_a_roof_that_is_not_measured() -> None:
    """What goes to the grid is then no part of what came from it."""
    stored = StoredHours(
        imported=[hours_of(WEEK, 1.0)], returned=[hours_of(WEEK, 3.0, but=[9])]
    )
    found = figures_of(WEEK, stored)
    assert found.energy == pytest.approx(168)
    assert found.is_whole
    assert found.to_grid == pytest.approx(167 * 3)


def test_several_series_count_where_all_are_known() -> None:
    """An hour that one of them lacks is missing, not half of it."""
    found = figures_of(WEEK, imported(hours_of(WEEK), hours_of(WEEK, 2.0, but=[5, 6])))
    assert found.energy == pytest.approx(166 * 3)
    assert found.missing_hours == 2


def test_an_hour_without_a_cost() -> None:
    """Then the cost of the week is unknown, not lower."""
    stored = StoredHours(imported=[hours_of(WEEK)], cost=[hours_of(WEEK, 0.2, but=[7])])
    assert figures_of(WEEK, stored).cost is None
    assert figures_of(WEEK, stored).is_whole


def test_solar_alone() -> None:
    """Without a grid connection the energy is what the roof gave; it has no base load."""
    stored = StoredHours(solar=[hours_of(WEEK, 0.5)])
    found = figures_of(WEEK, stored)
    assert found.energy == found.solar == pytest.approx(84)
    assert found.from_grid is None
    assert found.solar_share is None
    assert found.base_load is None


def test_base_load() -> None:
    """It is the lowest hour of a usual night, whatever the odd night has."""
    hours = {at: 0.2 if at.astimezone(ZONE).hour == 3 else 1.0 for at in hours_of(WEEK)}
    odd = next(at for at in hours if at.astimezone(ZONE).hour == 3)
    assert base_load(hours | {odd: 0.9}, ZONE) == pytest.approx(200)
    assert base_load(dict.fromkeys(list(hours)[10:13], 1.0), ZONE) is None


@given(
    st.dictionaries(
        st.integers(-50, 250), st.floats(0, 100, allow_nan=False), max_size=120
    )
)
def test_nothing_is_counted_twice_or_made_up(values: dict[int, float]) -> None:
    """The energy is at most what is stored, and known and missing hours add up."""
    hours = {WEEK.start + at * HOUR: value for at, value in values.items()}
    found = figures_of(WEEK, imported(hours))
    within = fsum(v for at, v in hours.items() if WEEK.start <= at < WEEK.stop)
    assert 0 <= found.missing_hours <= 168
    assert (found.energy or 0) <= within + 1e-6
    assert fsum(each.energy for each in found.days) <= within + 1e-6


def test_periods_are_of_their_zone() -> None:
    """The same instant is another day elsewhere."""
    day = Period(
        length=Length.DAY, first=date(2026, 11, 9), end=date(2026, 11, 10), zone=UTC
    )
    assert day.start == WEEK.start - timedelta(hours=5)
    assert figures_of(day, imported(hours_of(day))).days == []
