"""Prices finer than a quarter of an hour, and prices that are none."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import fsum

from hypothesis import given, strategies as st
import pytest

from custom_components.cloud_energy.client.storable import LARGEST
from custom_components.cloud_energy.prices.intervals import (
    PriceInterval,
    by_quarter_hours,
    in_order,
    priced_hours,
)

START = datetime(2026, 11, 20, 18, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
QUARTER = 15 * MINUTE

PRICES = st.lists(st.integers(-300, 600).map(lambda cents: cents / 100), max_size=40)


def every(length: timedelta, prices: Sequence[float | None]) -> list[PriceInterval]:
    """Return intervals of one length that follow each other."""
    return [
        PriceInterval(START + n * length, START + (n + 1) * length, price)
        for n, price in enumerate(prices)
        if price is not None
    ]


def worth(intervals: Sequence[PriceInterval]) -> float:
    """Return what a constant load would cost in all of them."""
    return fsum(each.price * (each.length / MINUTE) for each in intervals)


@given(PRICES, st.sampled_from([1, 3, 5]))
def test_means_of_quarters(prices: list[float], minutes: int) -> None:
    """They cost what their parts cost, and are no shorter than a quarter of an hour."""
    fine = every(minutes * MINUTE, prices)
    found = by_quarter_hours(fine)
    assert worth(found) == pytest.approx(worth(fine), abs=1e-5)
    assert all(each.length == QUARTER for each in found[:-1])
    assert [each.start for each in found] == [
        START + n * QUARTER for n in range(len(found))
    ]


@given(PRICES, st.sampled_from([15, 30, 60]))
def test_coarser_ones_stay(prices: list[float], minutes: int) -> None:
    """To the last digit."""
    coarse = every(minutes * MINUTE, prices)
    assert by_quarter_hours(coarse) == coarse


def test_what_has_a_gap_or_is_part_of_an_hour_stays() -> None:
    """A time without a price gets none, and a tariff that changes at ten past does."""
    gap = every(5 * MINUTE, [1.0, None, 3.0, 4.0, 5.0, 6.0])
    assert by_quarter_hours(gap) == [
        *gap[:2],
        PriceInterval(START + QUARTER, START + 2 * QUARTER, 5.0),
    ]
    edge = START + 70 * MINUTE
    tariff = [
        PriceInterval(START, edge, 1.0),
        PriceInterval(edge, START + 180 * MINUTE, 2.0),
    ]
    assert by_quarter_hours(tariff) == tariff
    # A correction of five minutes within an hour
    corrected = in_order(
        [
            PriceInterval(START, START + 60 * MINUTE, 1.0),
            PriceInterval(START, START + 5 * MINUTE, 4.0),
        ]
    )
    assert by_quarter_hours(corrected) == corrected


@pytest.mark.parametrize("price", [float("nan"), float("inf"), 1e308, -1e17])
def test_what_is_no_price(price: float) -> None:
    """Sums of such would be infinite, and no plan could be made."""
    with pytest.raises(ValueError, match="finite"):
        PriceInterval(START, START + QUARTER, price)
    assert priced_hours(lambda _: price, START, START + QUARTER) == []
    assert PriceInterval(START, START + QUARTER, LARGEST).price == LARGEST
