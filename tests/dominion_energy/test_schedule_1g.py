"""Virginia's residential time-of-use tariff."""

from datetime import date, datetime, timedelta

import pytest

from custom_components.cloud_energy.readings import local_midnight
from custom_components.dominion_energy.api.const import SITE_ZONE
from custom_components.dominion_energy.calculations.schedule_1 import Rider
from custom_components.dominion_energy.calculations.schedule_1g import is_working_day
from custom_components.dominion_energy.calculations.tariffs import Schedule1G
from custom_components.dominion_energy.cost_options import tariff_of

HOUR = timedelta(hours=1)
TAX = 0.001565


@pytest.mark.parametrize(
    ("at", "price"),
    [
        # What a customer pays in May 2026, by a list of its own (wire 6.1)
        ("2026-05-13T04:59", 0.124709),
        ("2026-05-13T05:00", 0.142590),
        ("2026-05-13T15:00", 0.301638),
        ("2026-05-13T17:59", 0.301638),
        ("2026-05-13T18:00", 0.142590),
        ("2026-05-16T16:00", 0.142590),  # a Saturday
        ("2026-05-25T16:00", 0.142590),  # Memorial Day
        ("2026-05-25T04:00", 0.124709),
    ],
)
def test_all_in_prices(at: str, price: float) -> None:
    """Base rates with the riders of the time; that list has them without the tax."""
    hour = datetime.fromisoformat(at).replace(tzinfo=SITE_ZONE)
    cost = Schedule1G().costs({hour: 1.0})[hour]
    assert cost - TAX == pytest.approx(price, abs=2e-5)


def test_hours_of_winter() -> None:
    """Two peaks on working days, none on Saturday; the night is cheap every day."""

    def shape(day: date) -> str:
        start = local_midnight(day, SITE_ZONE)
        hours = [start + at * HOUR for at in range(24)]
        costs = Schedule1G().costs(dict.fromkeys(hours, 1.0))
        order = sorted(set(costs.values()))
        return "".join(str(order.index(costs[hour]) + 1) for hour in hours)

    assert shape(date(2026, 1, 14)) == "111112333222222223332222"
    assert shape(date(2026, 1, 17)) == "111112222222222222222222"


@pytest.mark.parametrize(
    "holiday",
    [
        "2026-01-01",
        "2026-05-25",
        "2026-07-03",  # for Saturday
        "2026-09-07",
        "2026-11-26",
        "2026-12-25",
        "2027-07-05",  # for Sunday
        "2027-12-24",  # for Saturday
        "2027-12-31",  # for Saturday, the first of 2028
    ],
)
def test_holidays(holiday: str) -> None:
    """Six of them, observed on a working day."""
    day = date.fromisoformat(holiday)
    assert day.weekday() < 5
    assert not is_working_day(day)
    assert is_working_day(day + timedelta(days=14))


def test_all_days_of_years() -> None:
    """No year has more than six holidays on working days, as observed."""
    for year in range(2024, 2034):
        days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
        holidays = [d for d in days if d.weekday() < 5 and not is_working_day(d)]
        assert 5 <= len(holidays) <= 7


def test_in_the_options() -> None:
    """The mode with its riders; the customer charge is not known."""
    rider = Rider(date(2026, 5, 1), "NEW", 0.01)
    tariff = tariff_of(
        {"cost_mode": "schedule_1g"},
        riders=[rider],
        billed_rates=(),
        period_starts=(),
    )
    hour = datetime(2026, 5, 13, 16, tzinfo=SITE_ZONE)
    assert tariff.costs({hour: 2.0})[hour] == pytest.approx(2 * 0.313209, abs=1e-4)
    shares = tariff.shares(date(2026, 5, 1), 1000)
    assert (shares.fixed, shares.taxes, shares.is_complete) == (None, 1.565, False)
