"""What the energy of a bill stands for."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.dominion_energy.calculations.billed_energy import MeteredPeriod

HOUR = timedelta(hours=1)
FIRST, LAST = date(2026, 10, 11), date(2026, 11, 10)
START = datetime(2026, 10, 11, 4, tzinfo=UTC)
COUNT = 31 * 24 + 1
FOLD = datetime(2026, 11, 1, 6, tzinfo=UTC)


def hours(value: float) -> dict[datetime, float]:
    """Return the same energy in each hour of the period, and one before and behind."""
    return {START + at * HOUR: value for at in range(-1, COUNT + 1)}


def test_a_period() -> None:
    """Only its own hours count, and the one that comes twice may be missing."""
    metered = MeteredPeriod.of(FIRST, LAST, hours(1), hours(0.5))
    assert metered == MeteredPeriod(used=COUNT, returned=COUNT / 2)
    used = hours(1)
    del used[FOLD]
    metered = MeteredPeriod.of(FIRST, LAST, used, {})
    assert metered == MeteredPeriod(used=COUNT - 1, returned=0)
    del used[START]
    assert MeteredPeriod.of(FIRST, LAST, used, {}) is None
    assert MeteredPeriod.of(LAST, FIRST, used, {}) is None
    assert MeteredPeriod.of(FIRST, None, used, {}) is None


@given(st.floats(0, 5000), st.floats(0, 5000))
def test_both_readings_come_to_the_same(used: float, returned: float) -> None:
    """Whichever energy the portal shows, rounded: what is to be paid for is the same."""
    metered = MeteredPeriod(used=used, returned=returned)
    net = max(0.0, used - returned)
    for shown in (used, net, round(used), round(net)):
        assert metered.net(shown) == pytest.approx(net, abs=2)
