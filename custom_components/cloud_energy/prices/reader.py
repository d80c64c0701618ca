"""Prices as Home Assistant's sources give them, whatever shape they have.

An action answers, or an entity has in its attributes, lists of objects with a time and
a price; how those are called is up to each integration. What can't be read is left out:
a time without a price is a gap. Nothing here knows of Home Assistant.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from itertools import islice, pairwise
from typing import Any, Final

from custom_components.cloud_energy.client.fields import from_timestamp, read_iso
from custom_components.cloud_energy.client.storable import is_sensible, is_storable
from custom_components.cloud_energy.readings import HOUR

from .intervals import PriceInterval, in_order
from .units import Unit

_STARTS: Final = (
    "start",
    "start_time",
    "starts_at",
    "startsAt",
    "start_date",
    "valid_from",
    "from",
    "time",
    "timestamp",
    "datetime",
    "hour",
    "date",
)
_ENDS: Final = (
    "end",
    "end_time",
    "ends_at",
    "endsAt",
    "valid_to",
    "valid_until",
    "till",
    "until",
    "to",
)
_PRICES: Final = (
    "price_per_kwh",
    "price_eur_per_kwh",
    "price_ct_per_kwh",
    "price_eur_per_mwh",
    "value_inc_vat",
    "per_kwh",
    "total",
    "price",
    "electricity_price",
    "value",
    "rate",
)
"""The first that an object has counts: what the user pays stands before parts of it."""
_TOGETHER: Final = frozenset(
    {"all_rates", "data", "forecast", "forecasts", "prices", "rates"}
)
"""Names of lists that hold the prices of one home, whatever stands beside them."""
_SHORTEST: Final = timedelta(minutes=15)
_LONGEST: Final = timedelta(days=370)
_DEEPEST: Final = 4
_MAX: Final = 4000
"""Objects of a list: a quarter of an hour each, that are 40 days."""
_SECONDS: Final = 1e9
_MILLISECONDS: Final = 1e12


@dataclass(frozen=True)
class _Row:
    """An object of a list, as far as it could be read."""

    start: datetime
    end: datetime | None
    price: float | None


def read_prices(
    data: object, zone: tzinfo, unit: Unit = Unit(), name: str | None = None
) -> list[PriceInterval]:
    """Return the prices in an answer or in attributes, by the kWh, in order of time.

    :param zone: of times that have none
    :param unit: of prices whose own name does not say it
    :param name: of the area or home, where an answer has several; without one, the
        first that has prices
    """
    found: list[PriceInterval] = []
    for rows in _lists(data, name):
        found += _read_list(rows, zone, unit)
    return in_order(found)


def _lists(data: object, name: str | None, depth: int = 0) -> Iterator[Sequence[Any]]:
    """Yield the lists of objects that belong together."""
    if isinstance(data, list | tuple):
        yield data[:_MAX]
    elif isinstance(data, Mapping) and depth < _DEEPEST:
        for value in _members(data, name):
            yield from _lists(value, name, depth + 1)


def _members(data: Mapping[Any, Any], name: str | None) -> list[Any]:
    """Return what holds prices: lists of days, or one of several areas or homes."""
    if name is not None and name in data:
        return [data[name]]
    days = [value for key, value in data.items() if _is_of_days(key)]
    return days or list(islice(filter(_has_prices, data.values()), 1))


def _is_of_days(key: object) -> bool:
    text = str(key).lower()
    return text in _TOGETHER or text.endswith(("today", "tomorrow"))


def _has_prices(value: object) -> bool:
    return any(_price_key(row) for rows in _lists(value, None) for row in rows)


def _read_list(rows: Iterable[Any], zone: tzinfo, unit: Unit) -> list[PriceInterval]:
    read: list[_Row] = []
    for row in rows:
        if not isinstance(row, Mapping):
            continue
        found = _read_row(row, zone, unit, read[-1].start if read else None)
        if found:
            read.append(found)
    read.sort(key=lambda each: each.start)
    return [interval for interval in _with_ends(read) if interval]


def _read_row(
    row: Mapping[Any, Any], zone: tzinfo, unit: Unit, before: datetime | None
) -> _Row | None:
    """Read an object; None if it has no time or nothing that could be a price."""
    start = _time(row, _STARTS, zone, before)
    key = _price_key(row)
    if start is None or key is None:
        return None
    price = _number(row[key])
    if price is not None:
        price *= Unit.of_key(key).or_else(unit).factor
    return _Row(start, _time(row, _ENDS, zone, start), price)


def _price_key(row: object) -> str | None:
    if not isinstance(row, Mapping):
        return None
    return next((key for key in _PRICES if key in row), None)


def _with_ends(rows: Sequence[_Row]) -> Iterator[PriceInterval | None]:
    """Yield the intervals; one without an end lasts until the next one begins.

    Behind a gap, and at the end, it is as long as the one before it.
    """
    usual = _SHORTEST
    starts = sorted({row.start for row in rows})
    following = dict(pairwise(starts))
    gaps = [end - start for start, end in following.items() if end - start <= HOUR]
    if gaps:
        usual = gaps[0]
    for row in rows:
        gap = following.get(row.start, row.start + 2 * HOUR) - row.start
        usual = gap if gap <= HOUR else usual
        yield _interval(row, row.end or row.start + min(gap, usual))


def _interval(row: _Row, end: datetime) -> PriceInterval | None:
    if row.price is None or not is_storable(row.price):
        return None
    if not row.start < end <= row.start + _LONGEST:
        return None
    return PriceInterval(row.start, end, round(row.price, 8))


def _number(value: object) -> float | None:
    """Return a number, which some send as text; None for what is none, such as NaN."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = float(value)
    except ValueError, OverflowError:
        return None
    return number if is_storable(number) else None


def _time(
    row: Mapping[Any, Any],
    keys: Iterable[str],
    zone: tzinfo,
    before: datetime | None,
) -> datetime | None:
    """Return a time in UTC; a naive one that goes back is the repeated hour's."""
    value = next((row[key] for key in keys if row.get(key) is not None), None)
    if isinstance(value, datetime):
        moment = value if is_sensible(value) else None
    elif isinstance(value, int | float):
        number = _number(value) or 0.0
        seconds = number / 1000 if number >= _MILLISECONDS else number
        moment = from_timestamp(seconds) if number >= _SECONDS else None
    else:
        moment = read_iso(value)
    if moment is None or moment.tzinfo:
        return moment and moment.astimezone(UTC)
    return _in_zone(moment, zone, before)


def _in_zone(naive: datetime, zone: tzinfo, before: datetime | None) -> datetime | None:
    first = naive.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) != naive:
        # The hour that is left out when summer time begins
        return None
    second = naive.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return second if before and first <= before < second else first
