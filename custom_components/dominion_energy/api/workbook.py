"""The interval workbook: a sheet of consumption and maybe one of generation.

A row is a day, a column a half hour of the local wall clock (wire 4.4). The headers
decide everything, since columns come and go.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
import re
from typing import Any, Final

from custom_components.cloud_energy.client.errors import Malformed
from custom_components.cloud_energy.client.wire import number

from .intervals import IntervalUsage, interval_start
from .spreadsheet import Row, Sheet, read_sheets

type _Values = dict[datetime, float]

_TIME_HEADER: Final = re.compile(
    r"(\d{1,2}):(\d{2})(?::\d{2})?\s*([AP])\.?M\b", re.IGNORECASE
)
_US_DATE: Final = re.compile(
    r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})(?!\d)"
)
_ISO_DATE: Final = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)")
_USUAL_DATE_COLUMN: Final = 2
_YEARS: Final = range(1980, 2106)
"""Other years are fillers such as 12/31/9999."""
_SERIALS: Final = range(30_000, 75_000)
"""Serial numbers of such days; an amount of energy is never as high."""


@dataclass(frozen=True)
class _Column:
    index: int
    clock: time
    again: bool
    """Whether it is the second column of this time: the repeated hour in autumn."""


def read_workbook(content: bytes) -> list[IntervalUsage]:
    """Return all half hours of a workbook in order of time; takes a while.

    A half hour of either sheet is in the list: one that the meter only exported in has
    no consumption (wire 4.4). What generation is blank is None.

    :raises Malformed: it is no workbook, or not laid out as one of usage.
    """
    sheets = read_sheets(content)
    if not sheets:
        raise Malformed("The workbook has no sheet")
    consumption = _read_first(
        [each for each in sheets if "generation" not in each.title.casefold()]
    )
    generation = _read_first(
        [each for each in sheets if "generation" in each.title.casefold()]
    )
    return [
        IntervalUsage(start, consumption.get(start, 0.0), generation.get(start))
        for start in sorted(consumption.keys() | generation.keys())
    ]


def _read_first(sheets: Sequence[Sheet]) -> _Values:
    """Read the first sheet that has columns of time; another one may be a cover."""
    for sheet in sheets:
        header = _header_row(sheet.rows)
        if header is not None:
            return _read_table(sheet, header)
    if any(_has_date(sheet.rows, sheet.epoch) for sheet in sheets):
        raise Malformed("The workbook has days but no columns of time")
    return {}


def _read_table(sheet: Sheet, header: int) -> _Values:
    rows, epoch = sheet.rows, sheet.epoch
    columns = _columns(rows[header])
    date_column = _date_column(rows[header])
    body = rows[header + 1 :]
    dated = [(day, row) for row in body if (day := _date(row[date_column], epoch))]
    if not dated and _has_date(body, epoch):
        raise Malformed("The workbook's columns do not fit their headers")
    values: _Values = {}
    for day, row in dated:
        # A day may come twice; what is blank the second time corrects nothing.
        values |= _read_row(day, row, columns)
    return values


def _has_date(rows: Sequence[Row], epoch: date) -> bool:
    return any(_date(cell, epoch) for row in rows for cell in row if cell is not None)


def _read_row(day: date, row: Row, columns: Iterable[_Column]) -> _Values:
    values: _Values = {}
    for column in columns:
        value = number(row[column.index])
        if value is None:
            continue
        start = interval_start(day, column.clock, again=column.again)
        if start is not None:
            # Two columns of one half hour: the spring change, see interval_start.
            values[start] = round(values.get(start, 0) + value, 6)
    return values


def _header_row(rows: Sequence[Row]) -> int | None:
    found = (index for index, row in enumerate(rows) if any(map(_time, row)))
    return next(found, None)


def _columns(header: Row) -> list[_Column]:
    seen: dict[time, int] = {}
    columns: list[_Column] = []
    for index, cell in enumerate(header):
        clock = _time(cell)
        if clock is None:
            continue
        if clock.minute % 30:
            raise Malformed("The workbook's intervals are not half hours")
        seen[clock] = seen.get(clock, 0) + 1
        columns.append(_Column(index, clock, again=seen[clock] > 1))
    return columns


def _date_column(header: Row) -> int:
    for index, cell in enumerate(header):
        if isinstance(cell, str) and cell.strip().casefold() == "date":
            return index
    return min(_USUAL_DATE_COLUMN, len(header) - 1)


def _time(cell: Any) -> time | None:
    if isinstance(cell, time):
        return cell
    match = _TIME_HEADER.match(cell.strip()) if isinstance(cell, str) else None
    if match is None:
        return None
    hour, minute, half = int(match[1]), int(match[2]), match[3].upper()
    if not (1 <= hour <= 12 and minute < 60):
        return None
    return time(hour % 12 + (12 if half == "P" else 0), minute)


def _date(cell: Any, epoch: date) -> date | None:
    day = _any_date(cell, epoch)
    return day if day and day.year in _YEARS else None


def _any_date(cell: Any, epoch: date) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, str):
        return _text_date(cell.strip())
    serial = number(cell)
    if serial is not None and int(serial) in _SERIALS:
        return epoch + timedelta(days=int(serial))
    return None


def _text_date(text: str) -> date | None:
    match = _US_DATE.match(text) or _ISO_DATE.match(text)
    if match is None:
        return None
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None
