"""When the buckets of a chart begin."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from custom_components.emporia.api.energy import Scale
from custom_components.emporia.calculations.buckets import bucket_starts

ZONE = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("first", "scale", "starts"),
    [
        ("2026-10-31T04:00Z", Scale.DAY, ["10-31T00-04", "11-01T00-04", "11-02T00-05"]),
        (
            "2026-10-25T04:00Z",
            Scale.WEEK,
            ["10-25T00-04", "11-01T00-04", "11-08T00-05"],
        ),
        (
            "2026-10-01T04:00Z",
            Scale.MONTH,
            ["10-01T00-04", "11-01T00-04", "12-01T00-05"],
        ),
        (
            "2026-11-01T05:00Z",
            Scale.HOUR,
            ["11-01T01-04", "11-01T01-05", "11-01T02-05"],
        ),
    ],
)
def test_around_the_change_of_the_clocks(
    first: str, scale: Scale, starts: list[str]
) -> None:
    """Hours are hours; what is longer follows the calendar."""
    found = bucket_starts(datetime.fromisoformat(first), 3, scale, ZONE)
    shown = [f"{at:%m-%dT%H}{at.isoformat()[-6:-3]}" for at in found]
    assert shown == starts


def test_years_and_the_turn_of_one() -> None:
    """January follows December."""
    first = datetime(2025, 12, 1, 5, tzinfo=UTC)
    months = bucket_starts(first, 2, Scale.MONTH, ZONE)
    assert [f"{at:%Y-%m-%d}" for at in months] == ["2025-12-01", "2026-01-01"]
    years = bucket_starts(datetime(2025, 1, 1, 5, tzinfo=UTC), 2, Scale.YEAR, ZONE)
    assert [f"{at:%Y-%m-%d}" for at in years] == ["2025-01-01", "2026-01-01"]


def test_nothing_has_no_start() -> None:
    """An empty chart names no first bucket."""
    assert not list(bucket_starts(None, 2, Scale.DAY, ZONE))


@pytest.mark.parametrize("scale", Scale)
@pytest.mark.parametrize("year", [1901, 2026, 2199])
def test_more_than_there_is_time_for(scale: Scale, year: int) -> None:
    """A flood of values has starts as long as a time can be meant."""
    first = datetime(year, 12, 31, 23, tzinfo=UTC)
    found = list(bucket_starts(first, 25_000, scale, ZONE))
    assert found
    assert all(1900 < at.year < 2200 for at in found)
    assert found == sorted(found)
