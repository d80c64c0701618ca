"""Readings and their hours."""

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from math import fsum
from typing import Self, override
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.cloud_energy.readings import (
    HOUR,
    Reading,
    hourly,
    local_day,
    local_midnight,
    local_month,
)

NEW_YORK = ZoneInfo("America/New_York")
JERUSALEM = ZoneInfo("Asia/Jerusalem")
STOCKHOLM = ZoneInfo("Europe/Stockholm")
NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


def every(minutes: int, start: datetime, values: list[float]) -> list[Reading]:
    """Make readings in a row."""
    step = timedelta(minutes=minutes)
    return [
        Reading(start + at * step, start + (at + 1) * step, value)
        for at, value in enumerate(values)
    ]


@pytest.mark.parametrize("minutes", [5, 15, 30, 60])
def test_hours_are_summed(minutes: int) -> None:
    """Any interval that divides an hour adds up to it."""
    count = 120 // minutes
    hours = hourly(every(minutes, NOON, [0.1] * count))
    assert hours.complete == {
        NOON: pytest.approx(0.05 * count),
        NOON + HOUR: pytest.approx(0.05 * count),
    }
    assert not hours.partial
    assert not hours.coarse


def test_an_hour_waits_for_all_of_its_readings() -> None:
    """A missing half hour is a gap, not a zero."""
    readings = every(30, NOON, [1, 2, 3])
    hours = hourly(readings)
    assert hours.complete == {NOON: 3}
    assert hours.partial == {NOON + HOUR}
    late = Reading(NOON + 3 * HOUR / 2, NOON + 2 * HOUR, 4)
    assert hourly([*readings, late]).complete == {NOON: 3, NOON + HOUR: 7}


def test_order_does_not_matter() -> None:
    """Readings may come in any order."""
    readings = every(15, NOON, [1, 2, 3, 4, 5, 6, 7, 8])
    assert hourly(reversed(readings)) == hourly(readings)


def test_duplicates_count_once() -> None:
    """The same interval twice: the later one is the correction."""
    first, second = every(30, NOON, [1, 2])
    corrected = Reading(first.start, first.end, 5)
    assert hourly([first, second, first]).complete == {NOON: 3}
    assert hourly([first, second, corrected]).complete == {NOON: 7}
    assert hourly([corrected, second, first]).complete == {NOON: 3}


def test_the_finer_of_overlapping_readings_counts() -> None:
    """An hour's reading gives way to its quarters, in either order."""
    whole = Reading(NOON, NOON + HOUR, 9)
    quarters = every(15, NOON, [1, 1, 1, 1])
    assert hourly([whole, *quarters]).complete == {NOON: 4}
    assert hourly([*quarters, whole]).complete == {NOON: 4}


def test_a_shifted_correction_replaces_what_it_overlaps() -> None:
    """Equal lengths that overlap in part: the later one counts."""
    early = Reading(NOON, NOON + HOUR, 1)
    late = Reading(NOON + HOUR / 4, NOON + 5 * HOUR / 4, 2)
    hours = hourly([early, late])
    assert hours.complete == {}
    assert hours.partial == {NOON, NOON + HOUR}


def test_a_reading_over_two_hours_is_shared_by_time() -> None:
    """A reading that crosses a full hour belongs to both."""
    readings = [
        Reading(NOON, NOON + 3 * HOUR / 4, 3),
        Reading(NOON + 3 * HOUR / 4, NOON + 5 * HOUR / 4, 4),
        Reading(NOON + 5 * HOUR / 4, NOON + 2 * HOUR, 5),
    ]
    assert hourly(readings).complete == {NOON: 5, NOON + HOUR: 7}


def test_half_hour_zones() -> None:
    """Hours of a zone with a half-hour offset still fill hours of UTC."""
    india = timezone(timedelta(hours=5, minutes=30))
    start = datetime(2026, 1, 15, 0, tzinfo=india)
    hours = hourly(every(60, start, [2, 4, 6]))
    first = datetime(2026, 1, 14, 19, tzinfo=UTC)
    assert hours.complete == {first: 3, first + HOUR: 5}
    assert hours.partial == {first - HOUR, first + 2 * HOUR}


def test_coarse_readings_are_never_spread() -> None:
    """A day's total is kept as it is."""
    start, end = local_day(date(2026, 1, 15), STOCKHOLM)
    day = Reading(start, end, 24)
    assert hourly([day]) == hourly([day, day])
    assert hourly([day]).coarse == (day,)
    assert hourly([day]).complete == {}


@pytest.mark.parametrize(
    ("zone", "day", "count"),
    [
        (NEW_YORK, date(2026, 3, 8), 23),
        (NEW_YORK, date(2026, 11, 1), 25),
        (JERUSALEM, date(2026, 3, 27), 23),
        (JERUSALEM, date(2026, 10, 25), 25),
        (STOCKHOLM, date(2026, 3, 29), 23),
        (STOCKHOLM, date(2026, 10, 25), 25),
        (STOCKHOLM, date(2026, 1, 15), 24),
    ],
)
def test_days_of_clock_changes(zone: ZoneInfo, day: date, count: int) -> None:
    """A local day has 23, 24 or 25 hours, and each keeps its own amount."""
    start, end = local_day(day, zone)
    assert end - start == count * HOUR
    readings = [
        Reading(r.start.astimezone(zone), r.end.astimezone(zone), r.value)
        for r in every(30, start, [float(at) for at in range(2 * count)])
    ]
    hours = hourly(readings).complete
    assert len(hours) == count
    assert hours == {start + at * HOUR: 4.0 * at + 1 for at in range(count)}


def test_months_begin_at_local_midnight() -> None:
    """A month is bounded by local midnights, across the change of clocks."""
    start, end = local_month(date(2026, 3, 29), STOCKHOLM)
    assert start == datetime(2026, 2, 28, 23, tzinfo=UTC)
    assert end == datetime(2026, 3, 31, 22, tzinfo=UTC)
    assert local_month(date(2026, 12, 31), UTC)[1] == datetime(2027, 1, 1, tzinfo=UTC)


def test_a_midnight_that_does_not_exist() -> None:
    """Where the clocks jump over midnight, the day begins with its first moment."""
    beirut = ZoneInfo("Asia/Beirut")
    midnight = local_midnight(date(2026, 3, 29), beirut)
    assert midnight == datetime(2026, 3, 28, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "value"),
    [
        (NOON, NOON, 1.0),
        (NOON + HOUR, NOON, 1.0),
        (NOON.replace(tzinfo=None), NOON, 1.0),
        (NOON, NOON + HOUR, float("nan")),
        (NOON, NOON + HOUR, float("inf")),
    ],
)
def test_bad_readings_are_refused(start: datetime, end: datetime, value: float) -> None:
    """What can't be placed or added is no reading."""
    with pytest.raises(ValueError, match="reading"):
        Reading(start, end, value)


@given(
    values=st.lists(st.floats(0, 50), min_size=1, max_size=200),
    minutes=st.sampled_from([5, 15, 30, 60]),
    offset=st.integers(0, 11),
    order=st.randoms(use_true_random=False),
)
def test_nothing_is_lost_or_invented(
    values: list[float], minutes: int, offset: int, order: object
) -> None:
    """Complete hours hold exactly what their readings hold."""
    readings = every(minutes, NOON + offset * timedelta(minutes=5), values)
    hours = hourly(readings)
    shuffled = list(readings)
    order.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random
    assert hourly(shuffled).complete == hours.complete
    whole = [
        r
        for r in readings
        if r.start.replace(minute=0) in hours.complete
        and (r.end - timedelta.resolution).replace(minute=0, second=0, microsecond=0)
        in hours.complete
    ]
    held = fsum(hours.complete.values())
    assert held <= fsum(values) + 1e-4
    assert held >= fsum(r.value for r in whole) - 1e-4


def test_times_in_utc_are_not_reckoned_again() -> None:
    """Most readings come in UTC, and all of them again with each poll."""
    asked: list[datetime] = []

    class Noting(datetime):
        @override
        def astimezone(self, tz: tzinfo | None = None) -> Self:
            asked.append(self)
            return super().astimezone(tz)

    start = Noting(2026, 3, 1, tzinfo=UTC)
    readings = [
        Reading(start + at * HOUR / 4, start + (at + 1) * HOUR / 4, 1.0)
        for at in range(8)
    ]
    assert isinstance(readings[0].end, Noting)
    assert hourly(readings).complete == {start: 4.0, start + HOUR: 4.0}
    assert not asked
