"""What a home or a circuit always draws, and whether its latest day stands out."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.cloud_energy.prices.intervals import PriceInterval, mean_price
from custom_components.cloud_energy.readings import HOUR, local_midnight
from custom_components.cloud_energy.summary.habits import (
    USUAL_DAYS,
    Habits,
    days_that_count,
    habits_of,
    yearly_cost,
)

ZONE = ZoneInfo("America/New_York")
TODAY = date(2026, 11, 20)


def days(values: list[float], today: date = TODAY) -> dict[datetime, float]:
    """Return whole days up to yesterday, each with the same energy in all its hours."""
    found: dict[datetime, float] = {}
    for at, value in enumerate(reversed(values)):
        day = today - timedelta(days=at + 1)
        hour = local_midnight(day, ZONE)
        while hour < local_midnight(day + timedelta(days=1), ZONE):
            found[hour] = value
            hour += HOUR
    return found


def test_usual_days() -> None:
    """The lowest hour of a usual night, and nothing that stands out."""
    hours = days([0.3] * 15)
    hours |= {local_midnight(TODAY - timedelta(days=2), ZONE): 0.1}
    found = habits_of(hours, ZONE)
    assert found.base_load == pytest.approx(300)
    assert (found.is_unusual, found.day) == (False, date(2026, 11, 19))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1.0, 1.1] * 7 + [1.2], True),
        ([1.0, 1.1] * 7 + [1.1], False),
        # A circuit that is never used, and then for a moment
        ([0.0] * 14 + [0.4 / 24], False),
        ([0.0] * 14 + [0.6 / 24], True),
        # Too few days to know what is usual
        ([1.0] * 6 + [5.0], None),
        ([1.0] * 7 + [5.0], True),
    ],
)
def test_an_unusual_day(values: list[float], expected: bool | None) -> None:
    """Far above the days before it, or not."""
    assert habits_of(days(values), ZONE).is_unusual is expected


def test_days_with_holes_do_not_count() -> None:
    """A day of which an hour is missing is neither the latest nor a usual one."""
    hours = days([1.0] * 8 + [9.0])
    del hours[local_midnight(TODAY, ZONE) - HOUR]
    found = habits_of(hours, ZONE)
    assert (found.day, found.is_unusual) == (date(2026, 11, 18), False)
    assert habits_of({}, ZONE) == Habits()
    # The hour that is repeated when clocks go back may be part of the one before it
    fall = date(2026, 11, 2)
    hours = days([1.0], fall)
    assert len(hours) == 25
    del hours[datetime(2026, 11, 1, 6, tzinfo=UTC)]
    assert habits_of(hours, ZONE).day == date(2026, 11, 1)


@given(st.dates(date(2025, 1, 1), date(2027, 12, 31)))
def test_what_is_read_does_not_grow(today: date) -> None:
    """The days that count, whatever the clocks do."""
    start, end = days_that_count(today, ZONE)
    assert abs((end - start) / HOUR - 24 * (USUAL_DAYS + 1)) <= 1
    found = habits_of(days([1.0] * (USUAL_DAYS + 1), today), ZONE)
    assert found.day == today - timedelta(days=1)


def test_what_it_costs() -> None:
    """A year at the mean price; nothing where one of both is unknown."""
    start = datetime(2026, 11, 20, tzinfo=UTC)
    prices = [
        PriceInterval(start, start + HOUR, 0.1),
        PriceInterval(start + HOUR, start + 4 * HOUR, 0.5),
    ]
    price = mean_price(prices)
    assert price == pytest.approx(0.4)
    assert yearly_cost(100, price) == pytest.approx(0.1 * 8766 * 0.4)
    assert mean_price([]) is None
    assert yearly_cost(None, price) is yearly_cost(100, None) is None
