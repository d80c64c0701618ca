"""Many homes together, which all lose their cloud and get it back at the same time."""

from datetime import timedelta
from statistics import fmean

from tests.bench.fleet.schedule import LoopPlan, PartPlan, Schedule
from tests.bench.fleet.simulation import Fleet, Outage, simulated

HOUR = timedelta(hours=1)
HOMES = 500
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
