"""When entries poll: not all at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from custom_components.cloud_energy.entry.rhythm import Rhythm

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
HOMES = 1000


def test_every_entry_has_an_interval_of_its_own() -> None:
    """A little more than the usual one, and never less."""
    intervals = [Rhythm(f"{n}", HOUR).interval for n in range(HOMES)]
    assert HOUR <= min(intervals) < max(intervals) < 1.1 * HOUR
    assert len(set(intervals)) == HOMES
    rhythm = Rhythm("1", HOUR)
    rhythm.set_interval(2 * HOUR)
    assert rhythm.interval == 2 * intervals[1]


def test_pauses_grow_while_polls_fail() -> None:
    """They begin short, and are never longer than usual; one success ends that."""
    rhythm = Rhythm("1", HOUR)
    pauses = [rhythm.after_failure(None) for _ in range(7)]
    first = pauses[0]
    assert 2 * MINUTE <= first <= 3 * MINUTE
    assert pauses[:4] == [n * first for n in (1, 2, 4, 8)]
    assert pauses[6] == rhythm.interval
    assert rhythm.failures == 7
    assert rhythm.after_success(is_incomplete=False) == rhythm.interval
    assert rhythm.after_success(is_incomplete=True) == 2 * MINUTE
    assert rhythm.after_failure(None) == first
    assert rhythm.after_failure(HOUR) == HOUR


def test_who_polls_often_does_so_less_often_in_trouble() -> None:
    """A minute is too short for a cloud that is down."""
    rhythm = Rhythm("1", MINUTE)
    pauses = [rhythm.after_failure(None) for _ in range(5)]
    assert MINUTE <= pauses[0] < 2 * MINUTE
    assert 5 * MINUTE <= pauses[4] < 8 * MINUTE


def test_those_that_fail_together_come_apart() -> None:
    """After two hours no five minutes of them have much more than their share."""
    polls = list[int]()
    for number in range(HOMES):
        rhythm, now = Rhythm(f"{number}", MINUTE), timedelta(0)
        while now < 2 * HOUR:
            now += rhythm.after_failure(None)
        polls.append((now - 2 * HOUR) // MINUTE)
    assert max(map(polls.count, range(5))) < HOMES / 4


def test_what_can_wait_does_after_the_first_retry() -> None:
    """In its own share of the time, none at once; a short patience changes nothing."""
    turns = []
    for number in range(HOMES):
        rhythm = Rhythm(f"{number}", HOUR)
        first = rhythm.after_failure(None, 3 * HOUR)
        assert 2 * MINUTE <= first <= 3 * MINUTE
        turns.append(rhythm.after_failure(None, 3 * HOUR))
        assert rhythm.after_failure(None, 3 * HOUR) == turns[-1]
        assert rhythm.after_failure(5 * HOUR, 3 * HOUR) == 5 * HOUR
        assert rhythm.after_failure(None, MINUTE) == 16 * first
    assert min(turns) >= HOUR / 2
    assert max(turns) <= 3 * HOUR
    quarters = [int((turn - HOUR / 2) / (2.5 * HOUR) * 3.999) for turn in turns]
    assert min(map(quarters.count, range(4))) > HOMES / 5


@pytest.mark.parametrize(
    "delay",
    [
        lambda rhythm: rhythm.own_delay,
        lambda rhythm: rhythm.asked_pause(7200) - 2 * HOUR,
        lambda rhythm: rhythm.asked_pause(300) - 5 * MINUTE,
    ],
)
def test_what_is_due_for_everybody_is_spread_evenly(
    delay: Callable[[Rhythm], timedelta],
) -> None:
    """No minute has much more than its share."""
    delays = [delay(Rhythm(f"{n}", HOUR)) for n in range(HOMES)]
    most = max(delays)
    assert most <= 20 * MINUTE
    quarters = [int(each / most * 3.999) for each in delays]
    assert min(map(quarters.count, range(4))) > HOMES / 5
