"""Half hours and published days (wire 4.4, 5)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.dominion_energy.api.const import SITE_ZONE
from custom_components.dominion_energy.api.intervals import (
    IntervalUsage,
    interval_start,
    joined,
    published_days,
)

DAY = date(2026, 1, 15)
MIDNIGHT = datetime(2026, 1, 15, 5, tzinfo=UTC)
CLOCKS = [time(hour, minute) for hour in range(24) for minute in (0, 30)]


def usages(
    consumption: Sequence[float | None],
    generation: Sequence[float | None] | None = None,
    midnight: datetime = MIDNIGHT,
) -> list[IntervalUsage]:
    """Return a day's half hours."""
    generation = generation or [None] * len(consumption)
    return [
        IntervalUsage(midnight + n * timedelta(minutes=30), drawn, sent)
        for n, (drawn, sent) in enumerate(zip(consumption, generation, strict=True))
    ]


@given(
    st.dates(min_value=date(2010, 1, 1), max_value=date(2040, 1, 1)),
    st.sampled_from(CLOCKS),
)
def test_wall_clock(day: date, clock: time) -> None:
    """On every day each time of the wall clock is found where the clock shows it."""
    start = interval_start(day, clock)
    assert start is not None
    local = start.astimezone(SITE_ZONE)
    skipped = local.time() != clock
    assert local.date() == day
    assert not skipped or (clock.hour == 2 and local.hour == 3)
    again = interval_start(day, clock, again=True)
    assert again is None or again - start == timedelta(hours=1)


@pytest.mark.parametrize(
    ("day", "starts", "repeated"),
    [("2026-01-15", 48, 0), ("2026-03-08", 46, 0), ("2026-11-01", 48, 2)],
)
def test_days_of_all_lengths(day: str, starts: int, repeated: int) -> None:
    """A day of 23 hours has fewer half hours; one of 25 has two that come again."""
    on = date.fromisoformat(day)
    assert len({interval_start(on, clock) for clock in CLOCKS}) == starts
    again = [interval_start(on, clock, again=True) for clock in CLOCKS]
    assert len([start for start in again if start]) == repeated


FULL = [0.2] * 48
ZERO = [0.0] * 48


@pytest.mark.parametrize(
    ("consumption", "generation", "is_published"),
    [
        (FULL, None, True),
        (FULL[:44], None, False),  # ends before 22:00
        ([None] * 4 + FULL[4:], None, True),
        ([None] * 5 + FULL[5:], None, False),
        (ZERO, None, False),
        ([None] * 48, None, False),
        ([0.2] * 3 + [0.0] * 45, None, False),
        ([0.2] * 4 + [0.0] * 44, None, True),
        (FULL[:20] + [None] * 28, None, False),
        # A home that lives on its own sun.
        (ZERO, FULL, True),
        ([None] * 48, FULL, True),
        (ZERO, [0.2] * 3 + [0.0] * 45, False),
        (ZERO, ZERO, False),
    ],
)
def test_published_days(
    consumption: list[float | None],
    generation: list[float | None] | None,
    is_published: bool,
) -> None:
    """A day counts when it is full and something happened on it."""
    found = published_days(usages(consumption, generation))
    assert found == ({DAY} if is_published else set())


def test_published_days_at_clock_changes() -> None:
    """Days of 23 and 25 hours are full ones, too."""
    spring = usages([0.2] * 46, midnight=datetime(2026, 3, 8, 5, tzinfo=UTC))
    autumn = usages([0.2] * 50, midnight=datetime(2026, 11, 1, 4, tzinfo=UTC))
    gap = [usage for usage in autumn if usage.start.hour != 6]
    days = {date(2026, 3, 8), date(2026, 11, 1)}
    assert published_days([*spring, *autumn]) == days
    assert published_days([*spring, *gap]) == days
    assert published_days([]) == set()


def test_two_meters_that_followed_each_other() -> None:
    """A file that begins before its meter takes nothing from the one before."""
    first, second, third = (
        datetime(2026, 11, 20, 12, minute, tzinfo=UTC) for minute in (0, 15, 30)
    )
    before = [IntervalUsage(first, 1.0, 0.0), IntervalUsage(second, 2.0, None)]
    after = [
        IntervalUsage(first, 0.0, None),
        IntervalUsage(second, 0.0, 0.5),
        IntervalUsage(third, 0.0, None),
    ]
    assert joined(before, after) == [
        before[0],
        IntervalUsage(second, 2.0, 0.5),
        after[2],
    ]
    assert joined(before, []) == before
