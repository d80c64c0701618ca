"""Workbooks as the service makes them, and as it might."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

HALF_HOURS = [time(hour, minute) for hour in range(24) for minute in (0, 30)]
STUB = ("123456789012", "000000000123456789")


def label(clock: time, suffix: str = "kWH") -> str:
    """Return the header of a column, e.g. `12:30 AM kWH`."""
    half = "AM" if clock.hour < 12 else "PM"
    return f"{clock.hour % 12 or 12}:{clock.minute:02} {half} {suffix}"


def header(suffix: str = "kWH") -> list[Any]:
    """Return the usual header row."""
    return [
        "Account No",
        "Recorder ID",
        "Date",
        *(label(c, suffix) for c in HALF_HOURS),
    ]


def row(day: Any, values: Iterable[Any]) -> list[Any]:
    """Return the row of a day."""
    return [*STUB, day, *values]


def days(first: date, count: int, value: Any = 0.25) -> list[list[Any]]:
    """Return rows of consecutive days with one value throughout."""
    starts = (datetime.combine(first, time()) + timedelta(days=n) for n in range(count))
    return [row(start, [value] * 48) for start in starts]


def workbook(**sheets: Sequence[Sequence[Any]]) -> bytes:
    """Return a file with these sheets; `_` in a title stands for a blank."""
    book = Workbook()
    for sheet in book.worksheets:
        book.remove(sheet)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title.replace("_", " "))
        for cells in rows:
            sheet.append(list(cells))
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def changed(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """Return the file with something replaced in one of its parts."""
    file = BytesIO()
    with (
        ZipFile(BytesIO(content)) as source,
        ZipFile(file, "w", ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            data = source.read(name)
            if name == part:
                assert old in data
                data = data.replace(old, new, 1)
            target.writestr(name, data)
    return file.getvalue()
