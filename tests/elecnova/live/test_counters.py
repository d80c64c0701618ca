"""A counter that falls by mistake costs nobody anything."""

from datetime import timedelta
import json

from hypothesis import given, strategies as st
import pytest

from custom_components.elecnova.live.counters import Counters

from .pure import BMS, NOON, PCS

PLACE = (PCS, "battery_charge_energy")


def told(values: list[tuple[int, float]], *, restart: int = -1) -> list[float | None]:
    """Return what is shown of values, each some seconds after the start."""
    counters, shown = Counters(), list[float | None]()
    for number, (seconds, value) in enumerate(values):
        if number == restart:
            counters = Counters.restored(json.loads(json.dumps(counters.stored())))
        at = NOON + timedelta(seconds=seconds)
        shown.append(counters.steady(PLACE, value, at))
    return shown


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([(0, 100.0), (10, 101.0)], [100.0, 101.0]),
        ([(0, 100.0), (10, 0.0), (10, 0.0), (20, 101.0)], [100.0, None, None, 101.0]),
        ([(0, 100.0), (10, 0.0), (70, 0.1), (80, 0.2)], [100.0, None, 0.1, 0.2]),
        ([(0, 100.0), (10, 99.99), (20, 100.1)], [100.0, 99.99, 100.1]),
        ([(0, 0.0), (10, 0.0)], [0.0, 0.0]),
        (
            [(0, 9.0), (10, 0.0), (20, 9.0), (65, 0.0), (75, 9.0)],
            [9.0, None, 9.0, None, 9.0],
        ),
        ([(0, 100.0), (10, 1e9), (20, 100.1)], [100.0, None, 100.1]),
        ([(0, 100.0), (10, 2e4), (70, 2e4)], [100.0, None, 2e4]),
    ],
)
def test_falls_and_leaps(
    values: list[tuple[int, float]], shown: list[float | None]
) -> None:
    """One that lasts for a minute is a new beginning, any other a mistake."""
    assert told(values) == shown


def test_a_fall_over_a_restart() -> None:
    """Home Assistant remembers the last value, and so do we."""
    values = [(0, 100.0), (10, 0.0), (20, 100.5)]
    assert told(values, restart=1) == [100.0, None, 100.5]


def test_others_are_others() -> None:
    """Each counter is by itself."""
    counters = Counters()
    assert counters.steady(PLACE, 100.0, NOON) == 100.0
    assert counters.steady((BMS, PLACE[1]), 1.0, NOON) == 1.0


@given(st.lists(st.tuples(st.floats(0, 9_999), st.booleans()), max_size=30))
def test_glitches_leave_no_trace(steps: list[tuple[float, bool]]) -> None:
    """Of single zeros among growing values only the growing values are shown."""
    total, values, expected = 1.0, list[tuple[int, float]](), list[float]()
    for number, (step, is_glitch) in enumerate(steps):
        total += step
        if is_glitch:
            values.append((number * 20, 0.0))
        values.append((number * 20 + 1, total))
        expected.append(total)
    shown = [value for value in told(values) if value]
    assert shown == expected
