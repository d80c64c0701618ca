"""The edges of buckets: billing months, clock changes."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from tests.clouds.emporia.buckets import Calendar


@pytest.mark.parametrize(
    ("day", "zone", "at", "start"),
    [
        (31, "America/New_York", "2026-02-27T12:00-05:00", "2026-01-31T00:00-05:00"),
        (31, "America/New_York", "2026-02-28T12:00-05:00", "2026-02-28T00:00-05:00"),
        (31, "America/New_York", "2026-03-30T12:00-04:00", "2026-02-28T00:00-05:00"),
        (1, None, "2026-03-01T00:30+00:00", "2026-03-01T00:00+00:00"),
        (15, "America/Denver", "2026-01-14T12:00-07:00", "2025-12-15T00:00-07:00"),
    ],
)
def test_billing_months(day: int, zone: str | None, at: str, start: str) -> None:
    """The billing day, clamped to the month's length."""
    calendar = Calendar({"timeZone": zone, "billingCycleStartDay": day})
    moment = datetime.fromisoformat(at).timestamp()
    first, until = calendar.bucket("1MON", moment)
    assert first == datetime.fromisoformat(start).timestamp()
    assert first <= moment < until


@pytest.mark.parametrize("scale", ["1S", "1H", "1D", "1W", "1MON", "1Y"])
def test_buckets_join(scale: str) -> None:
    """No bucket leaves a gap or overlaps, through both clock changes."""
    calendar = Calendar({"timeZone": "America/Denver", "billingCycleStartDay": 29})
    start = datetime(2026, 3, 7, tzinfo=UTC).timestamp()
    span = 7200 if scale == "1S" else 300 * 86400
    buckets = list(calendar.buckets(scale, start, start + span))
    assert buckets[0][0] <= start < buckets[0][1]
    assert all(first[1] == second[0] for first, second in pairwise(buckets))
    assert buckets[-1][1] >= start + span
