"""Which local days are summarized, and what they are compared with."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.cloud_energy.summary.periods import (
    Comparison,
    Length,
    Period,
    billing_comparison,
    calendar_comparison,
    following_month,
    with_running,
)

JERUSALEM = ZoneInfo("Asia/Jerusalem")
RICHMOND = ZoneInfo("America/New_York")
KOLKATA = ZoneInfo("Asia/Kolkata")
TODAY = date(2026, 11, 20)
CALENDAR = (Length.DAY, Length.WEEK, Length.MONTH)


def spans(found: Comparison) -> list[tuple[date, date] | None]:
    """Return the days of a period, of that before, and of that a year ago."""
    periods = (found.period, found.before, found.year_ago)
    return [(each.first, each.end) if each else None for each in periods]


def test_the_last_day_week_and_month() -> None:
    """Weeks begin on Monday; a year ago is the same weekday, or the same month."""
    assert spans(calendar_comparison(Length.DAY, TODAY, 1, UTC)) == [
        (date(2026, 11, 19), date(2026, 11, 20)),
        (date(2026, 11, 18), date(2026, 11, 19)),
        (date(2025, 11, 20), date(2025, 11, 21)),
    ]
    assert spans(calendar_comparison(Length.WEEK, TODAY, 1, UTC)) == [
        (date(2026, 11, 9), date(2026, 11, 16)),
        (date(2026, 11, 2), date(2026, 11, 9)),
        (date(2025, 11, 10), date(2025, 11, 17)),
    ]
    assert spans(calendar_comparison(Length.MONTH, date(2026, 1, 31), 1, UTC)) == [
        (date(2025, 12, 1), date(2026, 1, 1)),
        (date(2025, 11, 1), date(2025, 12, 1)),
        (date(2024, 12, 1), date(2025, 1, 1)),
    ]


@given(st.sampled_from(CALENDAR), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_periods_follow_each_other(length: Length, today: date) -> None:
    """Each begins where the one before ends, and the running one holds today."""
    running = calendar_comparison(length, today, 0, RICHMOND)
    assert running.period.first <= today < running.period.end
    assert running.before
    assert running.before.end == running.period.first
    assert running.period.start.astimezone(RICHMOND).hour == 0


@pytest.mark.parametrize(
    ("zone", "first", "hours"),
    [
        (RICHMOND, date(2026, 3, 2), 167),
        (RICHMOND, date(2026, 10, 26), 169),
        (RICHMOND, date(2026, 11, 2), 168),
        (JERUSALEM, date(2026, 3, 23), 167),
        (KOLKATA, date(2026, 3, 23), 168),
    ],
)
def test_a_week_of_a_clock_change(zone: ZoneInfo, first: date, hours: int) -> None:
    """It has an hour more or fewer, and begins at its own midnight."""
    today = first + timedelta(days=9)
    week = calendar_comparison(Length.WEEK, today, 1, zone).period
    assert week.first == first
    assert week.hours == hours


def test_half_a_week_is_compared_with_half_a_week() -> None:
    """The others are cut at the same weekday and hour of the clock, in winter too."""
    now = datetime(2026, 11, 4, 17, tzinfo=UTC)  # Wednesday noon in Richmond
    running = calendar_comparison(Length.WEEK, now.date(), 0, RICHMOND).cut(now)
    assert running.period.hours == 60
    assert running.before
    assert running.year_ago
    # The clocks went back on the Sunday before: in the whole week, not in this part.
    assert running.before.stop == datetime(2026, 10, 28, 16, tzinfo=UTC)
    assert running.before.hours == 60
    assert running.year_ago.hours == 60


def test_nothing_is_cut_off_what_is_over() -> None:
    """A later time changes nothing, and one before the beginning leaves nothing."""
    whole = calendar_comparison(Length.WEEK, TODAY, 1, UTC)
    assert whole.cut(datetime(2026, 11, 20, tzinfo=UTC)) == whole
    assert whole.period.cut(datetime(2026, 1, 1, tzinfo=UTC)).hours == 0


BILLED = [
    (date(2025, 10, 13), date(2025, 11, 13)),
    (date(2025, 11, 13), date(2025, 12, 14)),
    (date(2026, 9, 14), date(2026, 10, 14)),
    (date(2026, 10, 14), date(2026, 11, 13)),
]


def test_billing_periods() -> None:
    """The running one is none ago; without one, the last bill is the first that is over."""
    periods = with_running(BILLED, TODAY)
    running = billing_comparison(periods, TODAY, 0, UTC)
    assert running
    assert spans(running) == [
        (date(2026, 11, 13), date(2026, 11, 21)),
        BILLED[3],
        BILLED[1],
    ]
    last = billing_comparison(periods, TODAY, 1, UTC)
    assert last == billing_comparison(BILLED, TODAY, 1, UTC)
    assert last
    assert spans(last) == [BILLED[3], BILLED[2], BILLED[0]]


def test_what_is_no_billing_period() -> None:
    """There is none without bills, before the first, or in the future."""
    assert billing_comparison([], TODAY, 1, UTC) is None
    assert billing_comparison(BILLED, TODAY, 0, UTC) is None
    assert billing_comparison(BILLED, TODAY, 5, UTC) is None
    assert billing_comparison(BILLED, date(2020, 1, 1), 1, UTC) is None
    assert with_running([], TODAY) == []


def test_a_bill_that_is_missing_is_not_skipped() -> None:
    """The period before is the one that ends where this one begins, or none."""
    found = billing_comparison(BILLED, TODAY, 2, UTC)
    assert found
    assert spans(found) == [BILLED[2], None, None]


def test_month_after() -> None:
    """December is followed by January."""
    assert following_month(date(2026, 12, 31)) == date(2027, 1, 1)
    assert following_month(date(2028, 1, 31)) == date(2028, 2, 1)


def test_days_of_a_period() -> None:
    """They are counted by the calendar."""
    week = Period(
        length=Length.WEEK,
        first=date(2026, 10, 26),
        end=date(2026, 11, 2),
        zone=RICHMOND,
    )
    assert week.days == [date(2026, 10, 26) + timedelta(days=at) for at in range(7)]
