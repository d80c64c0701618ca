"""Where rows belong in time: both changes of the clock, and marks that lie."""

from datetime import UTC, date, datetime, timedelta
from random import Random

from hypothesis import given, strategies as st
import pytest

from custom_components.cloud_energy.readings import local_day
from custom_components.iec.api.const import SITE_ZONE
from custom_components.iec.api.intervals import QUARTER, place
from custom_components.iec.api.models.reading import Period

SPRING = date(2026, 3, 27)
AUTUMN = date(2026, 10, 25)
WINTER = date(2026, 1, 17)
SUMMER = date(2026, 7, 17)
DAYS = (SPRING, AUTUMN, WINTER, SUMMER)


def starts(day: date, step: timedelta = QUARTER) -> list[datetime]:
    """Return the true starts of a local day's intervals."""
    first, end = local_day(day, SITE_ZONE)
    return [first + at * step for at in range((end - first) // step)]


def rows(day: date, look: str, step: timedelta = QUARTER) -> list[Period]:
    """Return a day's rows; each has its number as consumption."""
    found = []
    for number, start in enumerate(starts(day, step)):
        local = start.astimezone(SITE_ZONE)
        shown = {
            "utc": start,
            "offset": local,
            "naive": local.replace(tzinfo=None),
            "mislabelled": local.replace(tzinfo=UTC),
        }[look]
        found.append(
            Period.read(
                {"interval": shown.isoformat(), "consumption": number, "backStream": 1}
            )
        )
    return found


@pytest.mark.parametrize("look", ["utc", "offset", "naive", "mislabelled"])
@pytest.mark.parametrize("day", DAYS)
def test_whole_days(day: date, look: str) -> None:
    """92, 96 or 100 rows, each in its own quarter of an hour."""
    count = {SPRING: 92, AUTUMN: 100}.get(day, 96)
    placed = place(rows(day, look), day, two_way=True)
    assert [interval.start for interval in placed.intervals] == starts(day)
    assert [interval.consumption for interval in placed.intervals] == list(range(count))
    assert placed.is_complete
    assert placed.intervals[-1].end == local_day(day, SITE_ZONE)[1]
    expected = {"naive": None, "mislabelled": True}
    assert placed.offset_is_false is expected.get(look, False)


@pytest.mark.parametrize("look", ["utc", "mislabelled"])
@pytest.mark.parametrize("day", DAYS)
def test_order_does_not_matter(day: date, look: str) -> None:
    """Descending rows are the same, and shuffled ones of days without a double hour."""
    truth = place(rows(day, look), day, two_way=True).intervals
    assert place(rows(day, look)[::-1], day, two_way=True).intervals == truth
    if look == "utc" or day is not AUTUMN:
        shuffled = rows(day, look)
        Random(1).shuffle(shuffled)
        assert place(shuffled, day, two_way=True).intervals == truth


@given(st.sampled_from(DAYS), st.integers(1, 40), st.booleans())
def test_the_first_rows_of_a_day(day: date, count: int, known: bool) -> None:
    """A doubtful part of a day waits, unless another answer has told."""
    some = rows(day, "mislabelled")[:count]
    assert place(some, day, two_way=True).intervals == ()
    told = place(some, day, two_way=True, offset_is_false=True)
    assert [i.start for i in told.intervals] == starts(day)[:count]
    old = place(some, day, two_way=True, is_old=True)
    assert [i.start for i in old.intervals][:1] == starts(day)[:1]
    true = place(rows(day, "utc")[:count], day, two_way=True, offset_is_false=known)
    assert [i.start for i in true.intervals] == starts(day)[:count]
    assert true.offset_is_false is False


def test_a_night_without_readings() -> None:
    """True times that begin with the day of UTC are not moved by two hours."""
    late = [row for row in rows(WINTER, "utc") if row.start and row.start >= at(2)]
    assert place(late, WINTER, two_way=False).intervals == ()
    placed = place(late, WINTER, two_way=False, offset_is_false=False)
    assert placed.intervals[0].start == at(2)
    assert not placed.is_complete


def at(hour: int) -> datetime:
    """Return an hour of the winter's day on the clock of Jerusalem."""
    return datetime(2026, 1, 17, hour, tzinfo=SITE_ZONE).astimezone(UTC)


def test_gaps_stay_gaps() -> None:
    """What is missing or null is no zero."""
    found = rows(WINTER, "utc")
    del found[5]
    found.append(Period.read({"interval": at(9).isoformat(), "consumption": None}))
    found.append(Period.read({"interval": "soon", "consumption": 1}))
    placed = place(found, WINTER, two_way=False)
    assert len(placed.intervals) == 95
    assert not placed.is_complete
    assert all(interval.length == QUARTER for interval in placed.intervals)
    assert all(interval.return_ is None for interval in placed.intervals)


def test_other_days_are_left_out() -> None:
    """An answer that holds more than its day gives only that."""
    found = rows(WINTER, "utc") + rows(WINTER + timedelta(days=1), "utc")
    placed = place(found, WINTER, two_way=False, offset_is_false=False)
    assert len(placed.intervals) == 96


@pytest.mark.parametrize("minutes", [30, 60, 240])
def test_old_days_with_longer_rows(minutes: int) -> None:
    """They count as long as they are; of a new day only quarters and whole hours do."""
    step = timedelta(minutes=minutes)
    found = rows(WINTER, "utc", step)
    old = place(found, WINTER, two_way=False, is_old=True)
    assert old.is_complete
    assert {interval.length for interval in old.intervals} == {step}
    new = place(found, WINTER, two_way=False)
    assert new.is_complete == (minutes == 60)


def test_one_row_for_a_day() -> None:
    """It is the day's total if the day is old, else its first quarter of an hour."""
    found = rows(WINTER, "utc")[:1]
    assert place(found, WINTER, two_way=False, is_old=True).is_complete
    assert place(found, WINTER, two_way=False).intervals[0].length == QUARTER


def test_nothing() -> None:
    """A day without rows is a day without rows."""
    placed = place([], WINTER, two_way=True)
    assert placed.intervals == []
    assert placed.end is None
    assert not placed.is_complete
