"""What meters that followed one another have counted together."""

from dataclasses import replace
from datetime import UTC, date, datetime

from custom_components.iec.api.models.reading import MeterReport, Period, RunningPeriod
from custom_components.iec.calculations.meter_change import running_of_all, united
from custom_components.iec.coordinators.day_energies import day_energies
from custom_components.iec.snapshot import Energy


def report(day: int, kwh: float, running: float | None) -> MeterReport:
    """Return what a meter has counted on one day, and since the last bill."""
    since = RunningPeriod(
        consumption=running, return_=0.0, register=5.0, register_day=date(2026, 7, day)
    )
    start = datetime(2026, 7, day, tzinfo=UTC)
    return MeterReport(
        consumption=kwh,
        return_=0.0,
        periods=[Period(start=start, consumption=kwh, return_=0.0)],
        running=since,
    )


OLD, NEW = report(10, 30.25, 70.5), report(10, 2.5, 2.5)


def test_both_count() -> None:
    """Also on the day on which one has taken the other's place."""
    found = united(NEW, [OLD])
    assert found
    assert found.consumption == 32.75
    assert day_energies(found) == {
        date(2026, 7, 10): Energy(consumption=32.75, return_=0.0)
    }
    running = running_of_all(NEW.running, [OLD])
    assert NEW.running
    assert running == replace(NEW.running, consumption=73.0)


def test_what_is_not_known_is_no_zero() -> None:
    """Without the old meter's part there is no total, though there are days."""
    found = united(NEW, [None])
    assert found
    assert (found.consumption, found.periods) == (None, NEW.periods)
    running = running_of_all(NEW.running, [None])
    assert running
    assert (running.consumption, running.register) == (None, 5.0)
    assert united(None, [OLD]) is None
    assert running_of_all(None, [OLD]) is None
    assert united(NEW, ()) is NEW
