"""Costs of energy by each cost mode (wire 6)."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from math import fsum

from hypothesis import given, strategies as st
import pytest

from custom_components.cloud_energy.readings import HOUR, local_midnight
from custom_components.dominion_energy.api.const import SITE_ZONE
from custom_components.dominion_energy.calculations.schedule_1 import (
    consumption_tax,
    flat_rate,
)
from custom_components.dominion_energy.calculations.tariffs import (
    BilledRate,
    FixedRate,
    Schedule1,
    TimeOfUse,
    Window,
)

MONTH = timedelta(days=30)


def hours(first: date, days: int, energy: float) -> dict[datetime, float]:
    """Return the hours of local days with a total energy, evenly spread."""
    start = local_midnight(first, SITE_ZONE)
    end = local_midnight(first + timedelta(days=days), SITE_ZONE)
    count = int((end - start) / HOUR)
    return {start + n * HOUR: energy / count for n in range(count)}


def total(costs: Mapping[datetime, float]) -> float:
    """Return the sum of all hours."""
    return fsum(costs.values())


@pytest.mark.parametrize(
    ("first", "energy", "cost"),
    [
        # Riders as of January 2026, which also stand for the time before.
        (date(2025, 6, 10), 1000, 176.2584),
        (date(2026, 1, 10), 1000, 171.4844),
        (date(2025, 6, 10), 500, 91.6255),
    ],
)
def test_check_values(first: date, energy: float, cost: float) -> None:
    """The bills that are documented, to the fourth decimal (wire 6)."""
    tariff = Schedule1([first, first + MONTH])
    assert total(tariff.costs(hours(first, 30, energy))) == pytest.approx(
        cost, abs=5e-5
    )


@pytest.mark.parametrize("energy", [0, 500, 1000, 3000])
@pytest.mark.parametrize(
    "first", [date(2025, 11, 20), date(2026, 3, 1), date(2026, 10, 20)]
)
@pytest.mark.parametrize("days", [28, 30, 33])
def test_customer_charge_in_full(first: date, days: int, energy: float) -> None:
    """Whatever its length, its clock changes and its usage: once per period."""
    period = [first, first + timedelta(days=days)]
    used = hours(first, days, energy)
    energy_only = total(Schedule1(period).costs(used)) - 7.58
    flat = fsum(
        kwh * flat_rate(hour.astimezone(SITE_ZONE).date()) for hour, kwh in used.items()
    )
    tiers = min(energy, 800) * (0.03569 + 0.030064)
    tiers += max(0, energy - 800) * (0.023596 + 0.026965)
    assert energy_only == pytest.approx(tiers + flat + consumption_tax(energy))


def test_tiers_begin_anew_with_the_period() -> None:
    """Two periods cost twice what one does; one of double usage does not."""
    first = date(2025, 12, 1)
    used = hours(first, 60, 2000)
    single = total(Schedule1([first]).costs(hours(first, 30, 1000)))
    double = Schedule1([first, first + MONTH])
    assert total(double.costs(used)) == pytest.approx(2 * single)
    assert total(Schedule1([first]).costs(hours(first, 30, 2000))) < 2 * single - 7


def test_order_of_hours_does_not_matter() -> None:
    """Tiers fill in the order of time."""
    first = date(2026, 1, 10)
    used = hours(first, 30, 1000)
    tariff = Schedule1([first])
    assert tariff.costs(dict(reversed(used.items()))) == tariff.costs(used)


def test_zero_hours_cost_the_customer_charge() -> None:
    """A home that uses nothing still has a bill."""
    first = date(2026, 1, 10)
    costs = Schedule1([first]).costs(hours(first, 30, 0))
    assert total(costs) == pytest.approx(7.58)
    assert min(costs.values()) > 0


def test_hours_without_reading() -> None:
    """They use no energy, but the customer charge goes on."""
    first = date(2026, 10, 20)
    used = hours(first, 30, 0)
    repeated = datetime(2026, 11, 1, 6, tzinfo=UTC)
    known = {hour: energy for hour, energy in used.items() if hour != repeated}
    costs = Schedule1([first, first + MONTH]).costs(known)
    assert total(costs) == pytest.approx(7.58)
    assert costs[repeated + HOUR] == pytest.approx(2 * costs[repeated - HOUR])


def test_running_period() -> None:
    """Until its end is known a period may be longer than a month, not its charge."""
    first = date(2026, 1, 10)
    costs = Schedule1([first]).costs(hours(first, 33, 1100))
    settled = Schedule1([first, first + timedelta(days=33)]).costs(
        hours(first, 33, 1100)
    )
    assert total(costs) == pytest.approx(total(settled))
    last = max(costs)
    assert costs[last] < costs[local_midnight(first, SITE_ZONE)]


def test_period_whose_beginning_is_not_known() -> None:
    """Its tiers can't be told, so it has no costs."""
    first = date(2026, 1, 10)
    used = {
        hour: energy
        for hour, energy in hours(first, 60, 2000).items()
        if hour >= local_midnight(first, SITE_ZONE) + timedelta(days=3)
    }
    costs = Schedule1([first, first + MONTH]).costs(used)
    assert min(costs) == local_midnight(first + MONTH, SITE_ZONE)


def test_guessed_periods() -> None:
    """Around the known starts there is one every 30 days."""
    known = date(2026, 1, 10)
    for first in (known - MONTH, known - 2 * MONTH, known + 2 * MONTH):
        used = hours(first, 30, 900)
        assert total(Schedule1([known]).costs(used)) > 7.58 + 900 * 0.09
        assert total(Schedule1([known]).costs(hours(first, 30, 0))) == pytest.approx(
            7.58
        )
    gap = [known, known + 3 * MONTH]
    assert total(Schedule1(gap).costs(hours(known, 90, 0))) == pytest.approx(3 * 7.58)
    assert Schedule1([known]).costs({}) == {}


def test_no_known_period() -> None:
    """Without any bill the calendar's months are as good as anything."""
    assert Schedule1([]).costs(hours(date(2026, 1, 10), 3, 5)) == {}
    for days, months in ((31, 1), (59, 2), (90, 3)):
        costs = Schedule1([]).costs(hours(date(2026, 1, 1), days, 0))
        assert total(costs) == pytest.approx(months * 7.58)


def test_stale_periods() -> None:
    """When no new period is told for weeks there must have been one."""
    known = date(2026, 1, 10)
    costs = Schedule1([known]).costs(hours(known, 120, 0))
    assert len(costs) == len(hours(known, 120, 0))
    assert total(costs) == pytest.approx(4 * 7.58)


@pytest.mark.parametrize(
    ("day", "changed"),
    [
        ("2026-02-28", 0.0),
        ("2026-03-01", 0.000754),
        ("2026-04-01", 0.000754 - 0.007564 + 0.005729),
        ("2026-05-01", 0.000754 - 0.001835 + 0.002386),
        ("2026-06-01", 0.000754 - 0.001835 + 0.002386 + 0.001444 - 0.000531),
        ("2026-07-01", 0.002218 + 0.007968),
        ("2026-08-01", 0.002218 + 0.007968 - 0.000005),
    ],
)
def test_riders(day: str, changed: float) -> None:
    """Riders change on their days and keep until the next change."""
    base = 0.0097 + 0.089924
    assert flat_rate(date.fromisoformat(day)) == pytest.approx(base + changed)


@pytest.mark.parametrize(
    ("energy", "tax"),
    [
        (0, 0),
        (1000, 1.565),
        (2500, 3.9125),
        (3000, 3.9125 + 0.5275),
        (60000, 3.9125 + 50.1125 + 8.45),
    ],
)
def test_consumption_tax(energy: float, tax: float) -> None:
    """The tax has three steps."""
    assert consumption_tax(energy) == pytest.approx(tax)


@given(st.lists(st.floats(0, 20), min_size=1, max_size=24 * 40))
def test_a_bill_does_not_depend_on_the_hours(energies: list[float]) -> None:
    """Within one season and set of riders only the period's energy counts."""
    start = local_midnight(date(2026, 1, 1), SITE_ZONE)
    used = {start + n * HOUR: energy for n, energy in enumerate(energies)}
    even = {hour: fsum(energies) / len(energies) for hour in used}
    tariff = Schedule1([date(2026, 1, 1)])
    assert total(tariff.costs(used)) == pytest.approx(total(tariff.costs(even)))
    assert all(cost >= 0 for cost in tariff.costs(used).values())


def test_fixed_rate() -> None:
    """Each hour at one rate."""
    used = hours(date(2026, 1, 10), 2, 30)
    assert total(FixedRate(0.12).costs(used)) == pytest.approx(3.6)
    assert FixedRate(0.12).costs({}) == {}


def test_billed_rates() -> None:
    """Each hour at the rate of its period; the edges hold on beyond."""
    first, second = date(2026, 1, 10), date(2026, 2, 9)
    tariff = BilledRate([(first, 0.1), (second, 0.2)])
    for day, rate in (
        (first - timedelta(days=5), 0.1),
        (first, 0.1),
        (second - timedelta(days=1), 0.1),
        (second, 0.2),
        (second + timedelta(days=50), 0.2),
    ):
        assert total(tariff.costs(hours(day, 1, 24))) == pytest.approx(24 * rate)


@pytest.mark.parametrize(
    ("window", "held"),
    [
        (Window(14, 19), range(14, 19)),
        (Window(0, 0), range(0)),
        (Window(0, 24), range(24)),
        (Window(22, 2), (22, 23, 0, 1)),
        (Window(19, 24), range(19, 24)),
    ],
)
def test_windows(window: Window, held: range) -> None:
    """The end is not in it; it may go over midnight."""
    assert {hour for hour in range(24) if window.holds(hour)} == set(held)


OFF_PEAK_PLAN = TimeOfUse(
    peak_rate=3,
    off_peak_rate=2,
    super_off_peak_rate=1,
    summer_peaks=(Window(15, 18),),
    winter_peaks=(Window(6, 9), Window(17, 20)),
    super_off_peaks=(Window(0, 5),),
)


def rates(tariff: TimeOfUse, day: str) -> str:
    """Return the rates of a local day, one digit per hour."""
    used = hours(date.fromisoformat(day), 1, 0)
    costs = tariff.costs(dict.fromkeys(used, 1.0))
    return "".join(f"{costs[hour]:.0f}" for hour in sorted(costs))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-01-14", "111112333222222223332222"),  # a Wednesday in winter
        ("2026-07-15", "111112222222222333222222"),  # a Wednesday in summer
        ("2026-01-17", "111112222222222222222222"),  # a Saturday
        ("2026-07-19", "111112222222222222222222"),  # a Sunday
        ("2026-04-30", "111112333222222223332222"),
        ("2026-05-01", "111112222222222333222222"),
        ("2026-09-30", "111112222222222333222222"),
        ("2026-10-01", "111112333222222223332222"),
        ("2026-03-08", "11112222222222222222222"),  # a Sunday of 23 hours
        ("2026-11-01", "1111112222222222222222222"),  # a Sunday of 25 hours
    ],
)
def test_time_of_use(day: str, expected: str) -> None:
    """Three rates by season, working day and local hour."""
    assert rates(OFF_PEAK_PLAN, day) == expected


def test_time_of_use_at_weekends() -> None:
    """Peaks can be peaks at weekends, too; super off-peak wins over them."""
    tariff = TimeOfUse(
        peak_rate=3,
        off_peak_rate=2,
        super_off_peak_rate=1,
        summer_peaks=(Window(14, 19),),
        winter_peaks=(Window(14, 19),),
        super_off_peaks=(Window(18, 20),),
        weekend_peaks=True,
    )
    assert rates(tariff, "2026-01-17") == "222222222222223333112222"


def test_hours_of_utc() -> None:
    """Costs stand at the hours that the energy came with."""
    hour = datetime(2026, 1, 14, 11, tzinfo=UTC)
    assert OFF_PEAK_PLAN.costs({hour: 2.0}) == {hour: 6}
