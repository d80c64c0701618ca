"""Many homes together, which all lose their cloud and get it back at the same time."""

from datetime import timedelta
from statistics import fmean
from typing import Final

from tests.bench.fleet.figures import window
from tests.bench.fleet.schedule import LoopPlan, PartPlan, Schedule
from tests.bench.fleet.simulation import Fleet, Outage, simulated

HOUR: Final = timedelta(hours=1)
HOMES: Final = 500
OUTAGE = Outage(start=10 * 3600, end=12 * 3600)
SCHEDULE = Schedule(
    [
        LoopPlan(HOUR / 5, False, 1.0, [PartPlan("day", HOUR / 2, 1.0)]),
        LoopPlan(
            HOUR,
            True,
            0.0,
            [PartPlan(f"{n}", n * HOUR, 1.0) for n in (1, 6, 7, 8, 12, 13, 14)],
        ),
    ],
    beside=0.0,
)

RARE: Final = Schedule(
    [
        LoopPlan(
            HOUR,
            False,
            0.0,
            [PartPlan(f"{n}", n * HOUR, 2.0) for n in (6, 12, 22, 24)],
        )
    ],
    beside=0.0,
)


def _five_minutes(fleet: Fleet, first: int, last: int) -> list[float]:
    """Return the requests of each five minutes between two hours of the day."""
    starts = range(60 * first, 60 * last, 5)
    return [sum(fleet.minutes[at : at + 5]) for at in starts]


def test_the_end_of_an_outage_is_no_storm() -> None:
    """Ordinary hours are even, and those after an outage not much above them."""
    fleet = simulated(SCHEDULE, HOMES, OUTAGE, lambda *_: ())
    ordinary = _five_minutes(fleet, 1, 9)
    assert max(ordinary) < 1.3 * fmean(ordinary)
    assert max(_five_minutes(fleet, 12, 15)) < 2 * fmean(ordinary)
    # Nothing is forgotten
    assert fmean(_five_minutes(fleet, 16, 22)) > 0.95 * fmean(ordinary)


def test_nor_is_it_where_hardly_anything_is_asked_for() -> None:
    """Many homes have something due by then, and each has to ask whether it is over."""
    minutes = simulated(RARE, 4 * HOMES, OUTAGE, lambda *_: ()).minutes
    ordinary = fmean(minutes[60 : 9 * 60])
    quarters = [fmean(minutes[at : at + 15]) for at in range(12 * 60, 16 * 60, 15)]
    assert max(quarters) < 2 * ordinary


def test_how_long_one_has_to_look_to_see_more_than_chance() -> None:
    """Longer with fewer requests, and where many come together."""
    assert [window(mean, 1.0) for mean in (1000, 100, 10)] == [1, 5, 15]
    assert window(1000, 10.0) == 5


def test_how_many_requests_come_together() -> None:
    """Those of one poll, as seen by each of them."""
    fleet = Fleet(None)
    for at, requests in ((10.0, 1), (20.0, 1), (20.0, 2), (99999.0, 7)):
        fleet.clock.now = at
        fleet.count(requests)
    assert fleet.burst == (1 + 3 * 3) / 4
