"""Energy from power: exact where it is known, and nothing where it is not."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
import json

from hypothesis import given, strategies as st
import pytest

from custom_components.cloud_energy.client.wire import number
from custom_components.cloud_energy.entities.power_integral import (
    LONGEST_GAP,
    PowerIntegral,
)

NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)
POWERS = st.one_of(st.none(), st.floats(-1000, 1000).map(number))
STEPS = st.integers(-60, 3600)
SERIES = st.lists(st.tuples(STEPS, POWERS), max_size=40)


def gathered(
    series: list[tuple[int, float | None]], restart: int = -1
) -> PowerIntegral:
    """Add values, each some seconds after the one before, with a restart at one."""
    integral, at = PowerIntegral(), NOON
    for place, (seconds, power) in enumerate(series):
        at += timedelta(seconds=seconds)
        if place == restart:
            integral = PowerIntegral.restored(json.loads(json.dumps(integral.stored())))
        integral.add(power, at)
    return integral


def test_a_value_holds_until_the_next() -> None:
    """Both directions are counted by themselves."""
    integral = gathered([(0, 12.0), (300, -6.0), (600, 5.0)])
    assert (integral.positive, integral.negative) == pytest.approx((1.0, 1.0))
    assert integral.covered == timedelta(minutes=15)


def test_a_gap_is_not_bridged() -> None:
    """Fifteen minutes are still one value; a second more is a gap."""
    longest = int(LONGEST_GAP.total_seconds())
    assert gathered([(0, 4.0), (longest, 4.0)]).positive == pytest.approx(1.0)
    assert gathered([(0, 4.0), (longest + 1, 4.0)]).positive == 0


def test_an_unknown_value_ends_what_is_known() -> None:
    """Until the next one nothing is counted."""
    integral = gathered([(0, 12.0), (300, None), (300, 12.0), (300, 0.0)])
    assert integral.positive == pytest.approx(2.0)


def test_a_clock_set_back_counts_nothing_twice() -> None:
    """It goes on from the new time."""
    integral = gathered([(0, 12.0), (300, 12.0), (-600, 12.0), (300, 12.0)])
    assert integral.positive == pytest.approx(2.0)


def test_a_restart_keeps_the_least_power() -> None:
    """What is too small to be stored is not counted before the restart either."""
    least = number(1e-12)
    series = [(0, least), (1, least), (900, None)]
    assert gathered(series, 2) == gathered(series)


@given(SERIES, st.integers(0, 39))
def test_a_restart_changes_nothing(
    series: list[tuple[int, float | None]], restart: int
) -> None:
    """Whenever it comes, the same is counted."""
    assert gathered(series, restart) == gathered(series)


@given(SERIES)
def test_counters_only_grow_and_never_exceed(
    series: list[tuple[int, float | None]],
) -> None:
    """By no more than the highest power over the time that is covered."""
    integral, at, before = PowerIntegral(), NOON, (0.0, 0.0)
    for seconds, power in series:
        at += timedelta(seconds=seconds)
        integral.add(power, at)
        now = integral.positive, integral.negative
        assert now >= before
        assert now[0] >= before[0] and now[1] >= before[1]
        before = now
    highest = max((abs(power) for _, power in series if power is not None), default=0)
    most = highest * (integral.covered / timedelta(hours=1))
    assert sum(before) <= most + 1e-6


@given(st.lists(st.tuples(st.integers(0, 900), st.floats(-1000, 1000)), max_size=40))
def test_it_is_a_left_riemann_sum(series: list[tuple[int, float]]) -> None:
    """Without gaps the balance is the sum of value times duration."""
    integral = gathered(list(series))
    pairs = pairwise(series)
    energy = sum(power * seconds / 3600 for (_, power), (seconds, _) in pairs)
    assert integral.positive - integral.negative == pytest.approx(energy, abs=1e-6)
