"""The household behind all clouds."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from time import thread_time
from zoneinfo import ZoneInfo

import pytest

from tests.clouds.household import Home, Household
from tests.clouds.profile import CHARGE_EFFICIENCY, CIRCUITS, SERIES, day_profile

FULL = Home(
    "America/New_York",
    37.5,
    -77.4,
    solar_kw=7,
    battery_kwh=10,
    battery_kw=5,
    car_kw=7.2,
)
BALANCE = ("load", "battery_charge", "return")
SUPPLY = ("solar", "consumption", "battery_discharge")


def home_in(time_zone: str) -> Home:
    """The full home in another zone."""
    return Home(time_zone, 40, 20, solar_kw=7, battery_kwh=10, battery_kw=5, car_kw=7.2)


@pytest.mark.parametrize(
    ("time_zone", "day", "hours"),
    [
        ("America/New_York", date(2026, 6, 1), 24),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Asia/Jerusalem", date(2026, 3, 27), 23),
        ("Europe/Stockholm", date(2026, 10, 25), 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Asia/Kathmandu", date(2026, 1, 1), 24),
        ("Africa/Cairo", date(2026, 4, 24), 23),
    ],
)
def test_every_quantum_balances(time_zone: str, day: date, hours: float) -> None:
    """What comes in goes somewhere, to the milliwatt hour, on days of every length."""
    profile = day_profile(home_in(time_zone), "1", day)
    assert profile.count == hours * 12
    quanta = {
        name: [after - before for before, after in pairwise(totals)]
        for name, totals in profile.cumulative.items()
    }
    assert all(min(values) >= 0 for values in quanta.values())
    for index in range(profile.count):
        at = {name: values[index] for name, values in quanta.items()}
        assert sum(at[name] for name in BALANCE) == sum(at[name] for name in SUPPLY)
        assert at["load"] == sum(at[name] for name in CIRCUITS)
        assert not (at["consumption"] and at["return"])
        assert not (at["battery_charge"] and at["battery_discharge"])


def test_any_order_tells_the_same_story() -> None:
    """Nothing depends on what was asked before; another seed is another story."""
    start = datetime(2026, 5, 1, tzinfo=UTC)
    hours = [start + timedelta(hours=n) for n in range(24 * 14)]
    hour = timedelta(hours=1)
    one, two, other = (Household(FULL, seed) for seed in (1, 1, 2))
    forwards = [one.energy("consumption", at, at + hour) for at in hours]
    backwards = [two.energy("consumption", at, at + hour) for at in reversed(hours)]
    assert forwards == backwards[::-1]
    assert forwards != [other.energy("consumption", at, at + hour) for at in hours]


def test_parts_add_up() -> None:
    """A span is the sum of its parts, also across clock changes and inside of a quantum."""
    household = Household(FULL, 1)
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    for series in SERIES:
        whole = household.energy(series, start, end)
        step = timedelta(days=7, minutes=13, seconds=7)
        edges = [start + n * step for n in range(52)] + [end]
        parts = [household.energy(series, a, b) for a, b in pairwise(edges)]
        assert sum(parts) == pytest.approx(whole)
        assert whole > 0, series


@pytest.mark.parametrize(
    ("time_zone", "day"),
    [("Africa/Cairo", date(2026, 10, 29)), ("America/St_Johns", date(2010, 11, 6))],
)
def test_midnight_that_comes_twice(time_zone: str, day: date) -> None:
    """Where clocks go back about midnight, every half hour is counted once."""
    zone = ZoneInfo(time_zone)
    household = Household(home_in(time_zone), 1)
    start = datetime.combine(day, time(12), zone).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(12), zone).astimezone(UTC)
    assert end - start == timedelta(hours=25)
    step = timedelta(minutes=30)
    parts = [
        household.energy("load", start + n * step, start + (n + 1) * step)
        for n in range(50)
    ]
    assert sum(parts) == pytest.approx(household.energy("load", start, end))
    assert min(parts) > 0


def test_battery_keeps_its_books() -> None:
    """The state of charge is what went in less what came out, without a jump at midnight."""
    household = Household(FULL, 1)
    at = datetime(2026, 6, 1, tzinfo=UTC)
    for _ in range(12 * 24 * 10):
        later = at + timedelta(minutes=5)
        stored = household.state_of_charge(at) / 100 * FULL.battery_kwh
        change = household.energy(
            "battery_charge", at, later
        ) * CHARGE_EFFICIENCY - household.energy("battery_discharge", at, later)
        after = household.state_of_charge(later) / 100 * FULL.battery_kwh
        assert after == pytest.approx(stored + change, abs=0.001)
        assert 0 < after <= FULL.battery_kwh
        assert household.power("battery_charge", at) <= FULL.battery_kw + 0.001
        at = later


def test_sun_shines_by_day() -> None:
    """Nothing at night, most about solar noon, more in June than in December."""
    household = Household(FULL, 1)
    zone = ZoneInfo(FULL.time_zone)
    hour = timedelta(hours=1)

    def hours(month: int) -> list[float]:
        totals = [0.0] * 24
        for day in range(1, 29):
            midnight = datetime(2026, month, day, tzinfo=zone).astimezone(UTC)
            for n in range(24):
                start = midnight + n * hour
                totals[n] += household.energy("solar", start, start + hour)
        return totals

    june, december = hours(6), hours(12)
    assert sum(june[:5]) == sum(june[21:]) == 0
    assert june.index(max(june)) in (12, 13)
    assert december.index(max(december)) in (11, 12)
    assert sum(june) > 1.5 * sum(december)


def test_without_equipment() -> None:
    """A plain home draws what it uses and has no other series."""
    household = Household(Home("Asia/Jerusalem", 32, 35), 1)
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    assert household.energy("consumption", start, end) == household.energy(
        "load", start, end
    )
    for series in ("solar", "return", "battery_charge", "battery_discharge", "car"):
        assert household.energy(series, start, end) == 0
    assert household.state_of_charge(start) == 0
    with pytest.raises(KeyError):
        household.energy("wind", start, end)


def test_override_changes_one_circuit() -> None:
    """A car that is plugged in draws what it is told, from its second on, and the grid pays for it."""
    household = Household(Home("Europe/Stockholm", 59, 18), 1)
    start = datetime(2026, 1, 5, 11, 2, 30, tzinfo=UTC)
    end = start + timedelta(hours=2)
    day = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 6, tzinfo=UTC)
    before = household.energy("consumption", *day)
    fridge = household.energy("fridge", *day)
    household.override("car", start, end, 11)
    assert household.power("car", start + timedelta(minutes=30)) == pytest.approx(
        11, abs=0.001
    )
    assert household.energy("car", *day) == pytest.approx(22, abs=0.001)
    assert household.energy("consumption", *day) == pytest.approx(
        before + 22, abs=0.001
    )
    assert household.energy("fridge", *day) == fridge
    assert household.energy("car", day[1], day[1] + timedelta(days=30)) == 0


def test_temperatures_follow_the_season() -> None:
    """July is warmer than January in the north, colder in the south."""

    def means(latitude: float) -> list[float]:
        household = Household(Home("UTC", latitude, 0), 1)
        return [
            sum(sum(household.temperatures(date(2026, m, d))) for d in range(1, 29))
            for m in (1, 7)
        ]

    january, july = means(50)
    assert january < july
    january, july = means(-30)
    assert january > july


def test_a_year_is_quick() -> None:
    """A year of half-hourly import and export is there in a moment."""
    household = Household(FULL, 1)
    first = datetime.combine(date(2025, 1, 1), time.min, UTC).timestamp()
    started = thread_time()
    for series in ("consumption", "return"):
        for n in range(17520):
            household.energy_between(series, first + n * 1800, first + (n + 1) * 1800)
    assert thread_time() - started < 4
