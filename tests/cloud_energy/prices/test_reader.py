"""Prices in the shapes of Home Assistant's sources, and in odd ones."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
import itertools
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.cloud_energy.prices.intervals import PriceInterval
from custom_components.cloud_energy.prices.reader import read_prices
from custom_components.cloud_energy.prices.units import Unit, currency_of

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NOON = datetime(2026, 11, 20, 12, tzinfo=STOCKHOLM)
QUARTER, HALF, HOUR = (timedelta(minutes=n) for n in (15, 30, 60))

type Found = list[tuple[datetime, timedelta, float]]


def read(data: object, unit: Unit = Unit(), name: str | None = None) -> Found:
    """Return start, length and price of each interval."""
    found = read_prices(data, STOCKHOLM, unit, name)
    return [(each.start, each.length, each.price) for each in found]


def series(*prices: float, length: timedelta = HOUR, start: datetime = NOON) -> Found:
    """Return what prices that follow each other mean."""
    return [
        (start.astimezone(UTC) + n * length, length, price)
        for n, price in enumerate(prices)
    ]


def rows(
    keys: tuple[str, str | None, str], *prices: Any, length: timedelta = HOUR
) -> list[dict[str, Any]]:
    """Return a list of objects with their start, end and price under these names."""
    start, end, price = keys
    found = []
    for n, each in enumerate(prices):
        row = {start: (NOON + n * length).isoformat(), price: each}
        if end:
            row[end] = (NOON + (n + 1) * length).isoformat()
        found.append(row)
    return found


def test_nord_pool_action() -> None:
    """By area, and by the MWh; of several areas never a mixture."""
    keys = ("start", "end", "price")
    answer = {
        "SE3": rows(keys, 250.73, -7.5, length=QUARTER),
        "SE4": rows(keys, 900.0, 900.0, length=QUARTER),
    }
    unit = Unit(energy=0.001)
    assert read(answer, unit) == series(0.25073, -0.0075, length=QUARTER)
    assert read(answer, unit, "SE4") == series(0.9, 0.9, length=QUARTER)
    assert read({"SE3": [], "SE4": []}, unit) == []


def test_tibber_action() -> None:
    """By home, without ends."""
    keys = ("start_time", None, "price")
    answer = {
        "prices": {
            "Hemma": [
                row | {"level": "CHEAP"} for row in rows(keys, 0.4, 0.3, length=QUARTER)
            ],
            "Data cabin": rows(keys, 9.0, 9.0),
        }
    }
    assert read(answer) == series(0.4, 0.3, length=QUARTER)
    assert read(answer, name="Data cabin") == series(9.0, 9.0)


def test_energyzero_action() -> None:
    """A list of times."""
    answer = {"prices": rows(("timestamp", None, "price"), 0.21, 0.22)}
    assert read(answer) == series(0.21, 0.22)


def test_octopus_event() -> None:
    """Half hours in pounds, beside other attributes."""
    attributes = {
        "event_types": ["octopus_energy_electricity_current_day_rates"],
        "tariff_code": "E-1R-AGILE",
        "min_rate": 0.1,
        "rates": [
            {
                "start": NOON + n * HALF,
                "end": NOON + (n + 1) * HALF,
                "value_inc_vat": price,
                "is_capped": False,
                "is_intelligent_adjusted": False,
            }
            for n, price in enumerate((0.2, 0.15, -0.01))
        ],
    }
    assert read(attributes) == series(0.2, 0.15, -0.01, length=HALF)


@pytest.mark.parametrize(
    ("names", "unit"),
    [
        ({"price_eur_per_mwh": 296.3, "price_ct_per_kwh": 29.63}, "EUR/MWh"),
        ({"price_ct_per_kwh": 29.63}, "EUR/MWh"),
        ({"price_per_kwh": 0.2963}, "€/kWh"),
        ({"price_per_kwh": 29.63}, "ct/kWh"),
    ],
)
def test_epex_spot(names: dict[str, float], unit: str) -> None:
    """The name of a price says more than the unit of the state."""
    item = {"start_time": NOON.isoformat(), "end_time": (NOON + HOUR).isoformat()}
    attributes = {"data": [item | names], "unit_of_measurement": unit}
    assert read(attributes, Unit.of_attributes(attributes)) == series(0.2963)


def test_entso_e() -> None:
    """The same hours stand there twice."""
    both = rows(("time", None, "price"), 0.1, 0.2)
    attributes = {
        "prices_today": both,
        "prices_tomorrow": [],
        "prices": both,
        "unit_of_measurement": "EUR/kWh",
    }
    assert read(attributes, Unit.of_attributes(attributes)) == series(0.1, 0.2)


@pytest.mark.parametrize(
    ("said", "factor"),
    [
        ({"unit": "kWh", "unit_of_measurement": "SEK/kWh"}, 1),
        ({"unit": "MWh", "unit_of_measurement": "SEK/MWh"}, 0.001),
        ({"unit": "kWh", "price_in_cents": True}, 0.01),
        ({"unit": "kWh", "unit_of_measurement": "Öre/kWh"}, 0.01),
        ({"unit_of_measurement": 7, "unit": None}, 1),
        ({}, 1),
    ],
)
def test_nord_pool_sensor(said: dict[str, Any], factor: float) -> None:
    """Today and tomorrow; the latter may not be there yet."""
    today = rows(("start", "end", "value"), 50.0, None)
    tomorrow = [{"start": NOON + timedelta(days=1), "end": None, "value": 60.0}]
    attributes = {
        "today": [50.0, 40.0],
        "tomorrow": [],
        "raw_today": today,
        "raw_tomorrow": tomorrow,
        "tomorrow_valid": True,
        **said,
    }
    unit = Unit.of_attributes(attributes)
    later = (NOON.astimezone(UTC) + timedelta(days=1), QUARTER, 60 * factor)
    assert read(attributes, unit) == [*series(50 * factor), later]
    attributes |= {"raw_tomorrow": [], "tomorrow_valid": False}
    assert read(attributes, unit) == series(50 * factor)


def test_amber() -> None:
    """Intervals that begin a second late, and end with the hour."""
    attributes = {
        "forecasts": [
            {
                "start_time": "2026-11-20T11:00:01+00:00",
                "end_time": "2026-11-20T11:30:00+00:00",
                "per_kwh": 0.31,
                "spot_per_kwh": 0.1,
            }
        ]
    }
    assert [price for _, _, price in read(attributes)] == [0.31]


def test_numbers_as_text_and_times_as_numbers() -> None:
    """As JSON from a REST sensor has them."""
    stamp = NOON.timestamp()
    items = [
        {"timestamp": stamp, "price": "0.25"},
        {"timestamp": (stamp + 3600) * 1000, "price": Decimal("0.5")},
        {"timestamp": stamp + 7200, "price": 1},
    ]
    assert read({"data": items}) == series(0.25, 0.5, 1.0)


@pytest.mark.parametrize(
    "price",
    [None, "unknown", "", "nan", float("inf"), True, [], {}, "1e999", 10**400, b"1"],
)
def test_what_is_no_price_is_a_gap(price: object) -> None:
    """Not the price before it, and not zero."""
    items = rows(("start", None, "price"), 0.1, price, 0.3)
    first, _, last = series(0.1, 0.2, 0.3)
    assert read({"data": items}) == [first, last]


@pytest.mark.parametrize(
    "data",
    [
        None,
        "",
        "unavailable",
        7,
        [],
        {},
        {"data": None},
        {"data": "[]"},
        {"data": [None, 1, "x", [], {}]},
        {"data": [{"start": NOON.isoformat()}]},
        {"data": [{"price": 1.0}]},
        {"data": [{"start": "tomorrow", "price": 1.0}]},
        {"data": [{"start": 5, "price": 1.0}]},
        {"data": [{"start": datetime.min, "price": 1.0}]},
        {"data": [{"start": "0001-01-01", "price": 1.0}]},
        {"data": [{"start": NOON, "end": NOON, "price": 1.0}]},
        {"data": [{"start": NOON, "end": NOON - HOUR, "price": 1.0}]},
        {"a": {"b": {"c": {"d": {"e": rows(("start", None, "price"), 1)}}}}},
    ],
)
def test_nothing_to_read(data: object) -> None:
    """It is empty, and no error."""
    assert read(data) == []


def test_gaps_stay_gaps() -> None:
    """An hour without an end does not reach over the hours that are missing."""
    items = rows(("start", None, "price"), *range(6))
    del items[2:5]
    assert read({"data": items}) == [
        *series(0.0, 1.0),
        (NOON.astimezone(UTC) + 5 * HOUR, HOUR, 5.0),
    ]


def test_mixed_lengths_and_overlaps() -> None:
    """The finer price counts in its time, the coarse one beside it."""
    coarse = rows(("start", "end", "price"), 1.0, 2.0)
    fine = rows(("start", "end", "price"), 9.0, length=QUARTER)
    noon = NOON.astimezone(UTC)
    assert read({"data": coarse + fine}) == [
        (noon, QUARTER, 9.0),
        (noon + QUARTER, 3 * QUARTER, 1.0),
        (noon + HOUR, HOUR, 2.0),
    ]
    corrected = [*coarse, coarse[0] | {"price": 5.0}]
    assert read({"data": corrected}) == series(5.0, 2.0)


def test_naive_times_are_local() -> None:
    """In the night in which summer time ends the second hour of that name is meant."""
    clock = [0, 1, 2, 2, 3]
    items = [
        {"time": f"2026-10-25T0{hour}:00:00", "price": n}
        for n, hour in enumerate(clock)
    ]
    start = datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert read({"prices": items}) == series(0.0, 1.0, 2.0, 3.0, 4.0, start=start)
    left_out = [
        {"time": f"2026-03-29T0{hour}:00:00", "price": hour} for hour in (1, 2, 3, 4)
    ]
    start = datetime(2026, 3, 29, 0, tzinfo=UTC)
    assert read({"prices": left_out}) == series(1.0, 3.0, 4.0, start=start)


def test_currencies() -> None:
    """A code, and nothing that looks a little like one."""
    assert currency_of({"currency": "SEK"}) == "SEK"
    assert currency_of({"unit_of_measurement": "EUR/MWh"}) == "EUR"
    for other in (
        {},
        {"currency": "€"},
        {"unit_of_measurement": "kWh"},
        {"currency": 1},
    ):
        assert currency_of(other) is None


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.text(max_size=8)
    | st.datetimes()
    | st.datetimes(timezones=st.just(UTC))
    | st.datetimes(timezones=st.just(STOCKHOLM), allow_imaginary=False),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["start", "end", "price", "data", "raw_today", "SE3", "x"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(ANYTHING)
def test_nothing_makes_it_fail(data: object) -> None:
    """Whatever it is given; and what it returns is in order."""
    found = read_prices(data, STOCKHOLM)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))


TIMES = st.integers(0, 40).map(lambda n: NOON + n * QUARTER)
GIVEN = st.lists(
    st.tuples(TIMES, st.integers(1, 8), st.integers(-5, 5) | st.none()), max_size=12
)


@given(GIVEN)
def test_no_price_is_made_up(
    given_rows: list[tuple[datetime, int, int | None]],
) -> None:
    """Each is one that was given for its time; and none that was given is lost."""
    items = [
        {"start": start, "end": start + n * QUARTER, "price": price}
        for start, n, price in given_rows
    ]
    known = [row for row in items if row["price"] is not None]
    found: list[PriceInterval] = read_prices({"data": items}, STOCKHOLM)
    for n in range(60):
        at = NOON.astimezone(UTC) + n * QUARTER
        told = {row["price"] for row in known if row["start"] <= at < row["end"]}  # type: ignore[operator]  # both are times
        read_here = [each.price for each in found if each.start <= at < each.end]
        assert len(read_here) == bool(told)
        assert set(read_here) <= told
