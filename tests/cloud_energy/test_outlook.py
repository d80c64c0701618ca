"""When an import is likely to be done, from the days so far."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.cloud_energy.recorder.outlook import ImportPace

START = datetime(2026, 11, 20, 0, 7, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def expected(left_at: Callable[[timedelta], float], age: timedelta) -> datetime | None:
    """Take what is left each hour, and return when it is likely to be done."""
    pace = ImportPace()
    for hours in range(age // HOUR + 1):
        pace.note(START + hours * HOUR, left_at(hours * HOUR))
    return pace.likely_done(START + age, left_at(age))


@pytest.mark.parametrize("age", [HOUR, 22 * HOUR])
def test_unknown_on_the_first_day(age: timedelta) -> None:
    """Requests are counted per day: before that there is no pace."""
    assert expected(lambda at: 1000 - at / HOUR, age) is None


@pytest.mark.parametrize("age", [25 * HOUR, 49 * HOUR, 30 * DAY + 5 * HOUR])
def test_all_of_a_day_at_once(age: timedelta) -> None:
    """Whole days are compared, whatever the hour: 50 a day, all of it at midnight."""
    found = expected(lambda at: 5000 - 50 * (at // DAY), age)
    days_left = 100 - age // DAY
    assert found == START + age + days_left * DAY


def test_the_last_days_count() -> None:
    """What was slower, or quicker, at first does not."""
    age = 10 * DAY
    found = expected(lambda at: 3000 - (100 if at > 5 * DAY else 20) * at / DAY, age)
    assert found is not None
    assert found == START + age + 20 * DAY


@pytest.mark.parametrize("left", [0.0, 70.0])
def test_done_or_at_a_standstill(left: float) -> None:
    """Nothing is likely where nothing moves, and done is done."""
    assert expected(lambda _: left, 5 * DAY) is None


def test_hardly_any_pace() -> None:
    """What would take more than a lifetime has no end to tell, nor is it an error."""
    assert expected(lambda at: 1e9 - at / DAY * 1e-6, 5 * DAY) is None
    assert expected(lambda at: 1e300 - at / DAY * 1e290, 5 * DAY) is None


def test_grown() -> None:
    """What becomes more, by the user's choice, has no end to tell."""
    assert expected(lambda at: 100 + at / HOUR, 5 * DAY) is None


def test_runs_every_few_minutes() -> None:
    """Only some are kept."""
    pace = ImportPace()
    for minutes in range(0, 5 * 24 * 60, 5):
        pace.note(START + timedelta(minutes=minutes), 7200 - minutes)
    assert len(pace._samples) <= 3 * 48 + 4
    end = START + 5 * DAY
    assert pace.likely_done(end, 0.0) is None
    assert pace.likely_done(end, 1440.0) is not None
