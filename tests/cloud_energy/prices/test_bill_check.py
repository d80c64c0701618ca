"""A bill against the hours of its period."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import fsum
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.cloud_energy.prices.bill_check import (
    Bill,
    Cause,
    Charges,
    Days,
    Metered,
    check_bill,
)

HOUR = timedelta(hours=1)
START = datetime(2026, 10, 11, 4, tzinfo=UTC)
PRICE = 0.2
FEE = 7.5

amounts = st.lists(st.floats(0, 20), min_size=1, max_size=60)


def hours(values: list[float]) -> dict[datetime, float]:
    """Return values of hours that follow each other."""
    return {START + at * HOUR: value for at, value in enumerate(values)}


def bill_of(count: int, amount: float, energy: float | None = None) -> Bill:
    """Return the bill of so many hours."""
    return Bill(start=START, end=START + count * HOUR, amount=amount, energy=energy)


def charge(metered: Metered) -> Charges:
    """Charge a flat price and a fee."""
    total = metered.net * PRICE + FEE
    return Charges(total=total, fixed=FEE, is_complete=True)


@given(amounts, st.data())
def test_a_right_bill_does_not_differ(used: list[float], data: st.DataObject) -> None:
    """Whatever was used and returned, a bill by the tariff is right."""
    back = data.draw(st.lists(st.floats(0, 20), min_size=len(used), max_size=len(used)))
    net = max(0.0, fsum(used) - fsum(back))
    bill = bill_of(len(used), net * PRICE + FEE, net)
    check = check_bill(bill, [hours(used)], [hours(back)], charge)
    assert check.missing_hours == 0
    assert check.metered == pytest.approx(net)
    assert check.percent == pytest.approx(0, abs=1e-6)
    assert check.difference == pytest.approx(0, abs=1e-6)
    assert check.charges
    assert check.charges.energy == pytest.approx(net * PRICE, abs=1e-6)
    assert not check.causes


@given(amounts, st.floats(0, 1000))
def test_the_difference_is_what_was_added(used: list[float], more: float) -> None:
    """What the bill has more is the difference."""
    total = fsum(used) * PRICE + FEE
    check = check_bill(bill_of(len(used), total + more), [hours(used)], [], charge)
    assert check.difference == pytest.approx(more, abs=1e-6)
    assert check.percent == pytest.approx(100 * more / total, abs=1e-6)


@given(amounts, amounts, st.data())
def test_a_missing_hour_leaves_it_unknown(
    used: list[float], more: list[float], data: st.DataObject
) -> None:
    """Whichever hours of whichever meter are missing: no figure, and their number."""
    count = min(len(used), len(more))
    gone = data.draw(st.sets(st.integers(0, count - 1), min_size=1))
    rest = {
        hour: value
        for at, (hour, value) in enumerate(hours(more).items())
        if at not in gone
    }
    check = check_bill(bill_of(count, 100), [hours(used), rest], [], charge)
    assert check.missing_hours == len(gone)
    figures = (check.metered, check.charges, check.percent, check.difference)
    assert figures == (None,) * 4
    assert not check.causes
    check = check_bill(
        bill_of(count, 100),
        [hours(used), rest],
        [],
        charge,
        optional={START + at * HOUR for at in gone},
    )
    # Hours that nobody publishes are not missed, unless there are no others
    assert check.missing_hours == 0
    assert (check.charges is None) is (len(gone) == count)


def test_hours_outside_do_not_count() -> None:
    """Neither the hour before nor the one behind the period belongs to it."""
    stored = {START - HOUR: 99.0, START: 1.0, START + HOUR: 2.0, START + 2 * HOUR: 99.0}
    check = check_bill(bill_of(2, 10), [stored], [], charge)
    assert check.metered == 3.0


def test_without_a_meter_all_is_missing() -> None:
    """Nothing was metered, so nothing is compared."""
    check = check_bill(bill_of(5, 10), [], [], charge)
    assert check.missing_hours == 5
    assert check.percent is None


def test_without_a_price_there_is_energy() -> None:
    """The energy can be compared, the amount can't."""
    check = check_bill(bill_of(2, 10, 3), [hours([1, 2])], [], lambda _: None)
    assert check.metered == 3
    assert (check.percent, check.difference) == (None, None)


def test_causes() -> None:
    """What may explain a difference, all at once and one by one."""
    bill = replace(bill_of(2, 10, 50), is_estimated=True)

    def without_fee(metered: Metered) -> Charges:
        return Charges(total=metered.net * PRICE, is_complete=False)

    check = check_bill(bill, [hours([10, 20])], [], without_fee, has_price_change=True)
    assert check.causes == list(Cause)
    check = check_bill(bill_of(2, 13, 31), [hours([10, 20])], [], charge)
    assert check.causes == []
    check = check_bill(bill_of(2, 13, 32), [hours([10, 20])], [], charge)
    assert check.causes == [Cause.OTHER_ENERGY]
    check = check_bill(bill_of(2, 5), [hours([10, 20])], [], without_fee)
    assert check.causes == []


def test_a_period_that_costs_nothing_has_no_percentage() -> None:
    """Nothing can be a share of nothing."""
    check = check_bill(
        bill_of(1, 5), [hours([0])], [], lambda _: Charges(total=0, is_complete=False)
    )
    assert check.percent is None
    assert check.difference == 5


def test_a_credit_is_no_bill_to_compare() -> None:
    """What is paid back says nothing of what the energy costs."""
    check = check_bill(bill_of(2, -50), [hours([10, 20])], [], charge)
    assert check.percent is None
    assert check.metered == 30


@given(st.dates() | st.none(), st.dates() | st.none())
def test_days_of_any_answer(first: date | None, last: date | None) -> None:
    """Whatever a cloud answers has valid times, or is no bill."""
    days = Days.of(first, last)
    if days is None:
        return
    start, end = days.times(ZoneInfo("Asia/Jerusalem"))
    assert timedelta(hours=23) <= end - start <= timedelta(days=402)
    bill = Bill(start=start, end=end, amount=1, energy=None)
    assert len(bill.hours) == (end - start) // HOUR
    assert not days.between([days.first, days.end])


def test_days() -> None:
    """Both days belong to the bill."""
    assert Days.of(date(2026, 3, 2), date(2026, 3, 1)) is None
    assert Days.of(date(2020, 1, 1), date(2026, 3, 1)) is None
    assert Days.of(date(2026, 3, 1), None) is None
    days = Days.of(date(2026, 3, 1), date(2026, 3, 2))
    assert days == Days(first=date(2026, 3, 1), end=date(2026, 3, 3))
    assert days.between([date(2026, 3, 2)])
