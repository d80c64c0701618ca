"""The plan against all others."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.cloud_energy.prices.intervals import PriceInterval
from custom_components.emporia.charging.plan import Plan, Task, make_plan

from .brute_force import best, weight

NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
POWER = 8.0
OF_QUARTER = POWER / 4

PRICES = st.lists(st.none() | st.integers(-3, 6).map(float), min_size=1, max_size=9)


def task(energy: float, hours: float, full_power: float = POWER) -> Task:
    """Return a task from now on."""
    return Task(
        energy=energy,
        power=POWER,
        full_power=full_power,
        now=NOW,
        ready_by=NOW + hours * HOUR,
    )


def intervals(
    prices: Sequence[float | None], length: timedelta = QUARTER
) -> list[PriceInterval]:
    """Return the prices of slots that follow each other."""
    return [
        PriceInterval(NOW + n * length, NOW + (n + 1) * length, price)
        for n, price in enumerate(prices)
        if price is not None
    ]


def quarters(plan: Plan) -> tuple[int, ...]:
    """Return the quarters of an hour in which a plan charges."""
    return tuple(n for n in range(200) if plan.charges_at(NOW + n * QUARTER))


@given(PRICES, st.data(), st.booleans())
def test_best_of_all(
    prices: list[float | None], data: st.DataObject, contiguous: bool
) -> None:
    """None is cheaper, and of equally cheap ones it is the earliest."""
    count = data.draw(st.integers(0, len(prices)))
    plan = make_plan(
        task(count * OF_QUARTER, len(prices) / 4),
        intervals(prices),
        contiguous=contiguous,
    )
    chosen = best(prices, count, contiguous=contiguous)
    assert quarters(plan) == chosen
    assert not plan.is_late
    assert plan.energy == pytest.approx(count * OF_QUARTER)
    unknown, cost = weight(prices, chosen)
    expected = None if unknown else pytest.approx(cost * OF_QUARTER)
    assert plan.cost == expected


KNOWN = st.lists(st.integers(-3, 6).map(float), min_size=1, max_size=9)


@given(KNOWN, st.floats(0.01, 18))
def test_any_energy(prices: list[float], energy: float) -> None:
    """Of the last slot only as much is used as is needed."""
    hours = len(prices) / 4
    plan = make_plan(task(energy, hours), intervals(prices))
    assert plan.energy == pytest.approx(energy)
    assert plan.is_late == (energy > hours * POWER)
    if plan.is_late:
        assert plan.charges_at(NOW)
        return
    assert all(block.end <= NOW + hours * HOUR for block in plan.blocks)
    assert all(a.end <= b.start for a, b in pairwise(plan.blocks))
    full, rest = divmod(energy, OF_QUARTER)
    ranked = [*sorted(prices), 0.0]
    cost = sum(ranked[: int(full)]) * OF_QUARTER + rest * ranked[int(full)]
    assert plan.cost == pytest.approx(cost, abs=1e-6)


@given(KNOWN, st.floats(0.01, 18))
def test_one_piece_of_any_energy(prices: list[float], energy: float) -> None:
    """No piece that begins at any minute is cheaper."""
    hours = len(prices) / 4
    plan = make_plan(task(energy, hours), intervals(prices), contiguous=True)
    assert all(a.end == b.start for a, b in pairwise(plan.blocks))
    if plan.is_late:
        return
    assert plan.cost is not None
    last = hours - energy / POWER
    for minute in range(int(last * 60) + 1):
        piece = Task(
            energy=energy,
            power=POWER,
            full_power=POWER,
            now=NOW + minute / 60 * HOUR,
            ready_by=NOW + hours * HOUR,
            is_running=True,
        )
        other = make_plan(piece, intervals(prices), contiguous=True)
        assert other.blocks[0].start == piece.now
        assert other.cost is not None
        assert plan.cost <= other.cost + 1e-6


@given(PRICES, st.integers(1, 8), st.integers(1, 7), st.booleans())
def test_following_it_changes_nothing(
    prices: list[float | None], count: int, passed: int, contiguous: bool
) -> None:
    """Made again in the middle, with what is left, it charges as it would have."""
    count, passed = min(count, len(prices)), min(passed, len(prices))
    hours, known = len(prices) / 4, intervals(prices)
    first = quarters(
        make_plan(task(count * OF_QUARTER, hours), known, contiguous=contiguous)
    )
    done = [n for n in first if n < passed]
    later = Task(
        energy=(count - len(done)) * OF_QUARTER,
        power=POWER,
        full_power=POWER,
        now=NOW + passed * QUARTER,
        ready_by=NOW + hours * HOUR,
        is_running=passed - 1 in done,
    )
    again = quarters(make_plan(later, known, contiguous=contiguous))
    assert (*done, *again) == first


def test_full_power_only_where_the_time_needs_it() -> None:
    """And it says so, and when even that does not do."""
    known = intervals([1.0, 0.5], HOUR)
    relaxed = make_plan(task(8, 2, full_power=16.0), known)
    assert (relaxed.needs_full_power, relaxed.is_late) == (False, False)
    assert [(b.start, b.power) for b in relaxed.blocks] == [(NOW + HOUR, 8.0)]
    tight = make_plan(task(20, 2, full_power=16.0), known)
    assert (tight.needs_full_power, tight.is_late) == (True, False)
    assert tight.cost == pytest.approx(16 * 0.5 + 4 * 1.0)
    late = make_plan(task(40, 2, full_power=16.0), known)
    assert (late.needs_full_power, late.is_late) == (True, True)
    assert late.charges_at(NOW)
    assert late.energy == pytest.approx(40)
    # What lies behind the time has no price here
    assert late.cost is None
    assert late.next_change(NOW) == NOW + HOUR
    past = make_plan(task(4, -1), known)
    assert past.is_late
    assert past.charges_at(NOW)


def test_without_prices_it_charges_at_once() -> None:
    """And where they end too soon, first in the time that has some."""
    assert quarters(make_plan(task(4, 3), ())) == (0, 1)
    known = intervals([None, None, 3.0])
    assert quarters(make_plan(task(4, 3), known)) == (0, 2)
    assert make_plan(task(4, 3), known).cost is None
    assert make_plan(task(0, 3), known) == Plan()
    assert Plan().cost == 0
    assert Plan().next_change(NOW) is None


def test_ready_now_with_next_to_nothing_to_charge() -> None:
    """What takes no time needs none."""
    assert make_plan(task(1e-12, 0), (), contiguous=True) == Plan()
    assert make_plan(task(1.0, 0), (), contiguous=True).is_late


@pytest.mark.parametrize("contiguous", [False, True])
def test_a_night_with_an_hour_more(contiguous: bool) -> None:
    """The repeated hour counts once for each time that it comes."""
    midnight = datetime(2026, 11, 1, tzinfo=ZoneInfo("America/Denver"))
    start = midnight.astimezone(UTC)
    known = [
        PriceInterval(start + n * HOUR, start + (n + 1) * HOUR, price)
        for n, price in enumerate([3.0, 2.0, 1.0, 1.0, 3.0])
    ]
    wanted = replace(
        task(24, 0), now=midnight, ready_by=midnight.replace(hour=4, minute=0)
    )
    plan = make_plan(wanted, known, contiguous=contiguous)
    assert not plan.is_late
    assert plan.cost == pytest.approx(8 * (2.0 + 1.0 + 1.0))
    assert plan.blocks[0].start == start + HOUR


def test_prices_of_all_lengths() -> None:
    """Quarters and hours, below zero as well."""
    known = [
        PriceInterval(NOW, NOW + HOUR, 2.0),
        PriceInterval(NOW + HOUR, NOW + HOUR + QUARTER, -1.0),
        PriceInterval(NOW + HOUR + QUARTER, NOW + 3 * HOUR, 1.0),
    ]
    plan = make_plan(task(10, 3), known)
    assert [(b.start, b.end, b.price) for b in plan.blocks] == [
        (NOW + HOUR, NOW + HOUR + QUARTER, -1.0),
        (NOW + HOUR + QUARTER, NOW + 2 * HOUR + QUARTER, 1.0),
    ]
    assert plan.cost == pytest.approx(-2 + 8)
