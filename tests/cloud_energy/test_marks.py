"""Marks in time, while this machine's clock is right and while it is not."""

from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.cloud_energy.helpers.marks import is_recent

HOUR = timedelta(hours=1)
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "counts"),
    [
        (timedelta(0), True),
        (HOUR - timedelta(seconds=1), True),
        (HOUR, False),
        (timedelta(days=20000), False),
        (timedelta(seconds=-1), False),
        (timedelta(days=-20000), False),
    ],
)
def test_is_recent(
    freezer: FrozenDateTimeFactory, age: timedelta, *, counts: bool
) -> None:
    """What a wrong clock has put into the future holds nothing up."""
    freezer.move_to(NOW)
    assert is_recent(NOW - age, HOUR) is counts
    assert is_recent(NOW - age, HOUR, NOW) is counts


def test_nothing_is_always_over(freezer: FrozenDateTimeFactory) -> None:
    """Without a life nothing counts, not even what is of this moment."""
    freezer.move_to(NOW)
    assert not is_recent(NOW, timedelta(0))
