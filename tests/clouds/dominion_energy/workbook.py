"""The interval workbook (wire 4.4): rows from readings, bytes from rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from io import BytesIO
from random import Random

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from .customers import Account, ServicePoint
from .layouts import Layout, header
from .readings import Readings, wall_clock
from .shared_strings import share_strings

type Row = tuple[date, tuple[int | None, ...]]
"""A day and its cells in hundredths of a kWh, one per time column; None = blank."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet; `suffix` ends its time headers."""

    title: str
    suffix: str
    rows: tuple[Row, ...]


def sheets(readings: Readings, point: ServicePoint, device: str) -> tuple[Sheet, ...]:
    """The worksheets of one meter: its days among the last 68, up to yesterday."""
    layout = readings.layouts[point]
    found = [
        Sheet(
            layout.consumption_title,
            "kWH",
            tuple(_rows(readings, point, device, "consumption")),
        )
    ]
    if "return" in point.series:
        rows = tuple(_rows(readings, point, device, "return"))
        found.append(Sheet(layout.generation_title, "kW", rows))
    return tuple(found)


def _rows(
    readings: Readings, point: ServicePoint, device: str, series: str
) -> Iterator[Row]:
    layout = readings.layouts[point]
    if layout.body == "header_only" or not point.ami:
        return
    for age in range(readings.window_days, 0, -1):
        day = readings.today() - timedelta(days=age)
        if point.device_on(day) != device:
            continue
        cells = _cells(layout, dict(readings.day(point, series, day)))
        if readings.is_published(point, day):
            yield day, cells
        elif layout.unpublished != "missing":
            yield day, _unpublished(layout, cells)


def _cells(layout: Layout, values: dict[int, int | None]) -> tuple[int | None, ...]:
    """A day's cells by the clock-change rules of the layout."""
    by_label: dict[tuple[int, int], int | None] = {}
    for start, value in values.items():
        half_hour, fold = wall_clock(start)
        if fold and layout.fall == "sum":
            before = by_label[half_hour, 0]
            both = None if before is None or value is None else before + value
            by_label[half_hour, 0] = both
        else:
            by_label[half_hour, fold] = value
    for skipped in (4, 5):  # 2:00 and 2:30 AM do not exist when clocks go forward
        if (skipped, 0) not in by_label:
            _fill_skipped(layout, by_label, skipped)
    return tuple(by_label.get(label) for label in layout.labels)


def _fill_skipped(
    layout: Layout, by_label: dict[tuple[int, int], int | None], skipped: int
) -> None:
    hour_later = by_label[skipped + 2, 0]
    if layout.spring == "zero":
        by_label[skipped, 0] = 0
    elif layout.spring == "filled" and hour_later is not None:
        by_label[skipped, 0] = hour_later // 3
        by_label[skipped + 2, 0] = hour_later - hour_later // 3


def _unpublished(
    layout: Layout, cells: tuple[int | None, ...]
) -> tuple[int | None, ...]:
    """What stands in the row of a day that is not out yet."""
    match layout.unpublished:
        case "zeros":
            return (0,) * len(cells)
        case "sparse":
            return (*cells[:3], *(0,) * (len(cells) - 3))
        case "partial":
            return (*cells[:20], *(None,) * (len(cells) - 20))
        case _:
            return (None,) * len(cells)


@lru_cache(maxsize=32)
def build(
    layout: Layout, account: str, device: str, contents: tuple[Sheet, ...]
) -> bytes:
    """An .xlsx file."""
    book = Workbook()
    while book.worksheets:
        book.remove(book.worksheets[0])
    for content in contents:
        _fill(book.create_sheet(content.title), layout, account, device, content)
    file = BytesIO()
    book.save(file)
    written = file.getvalue()
    return written if layout.strings == "inline" else share_strings(written)


def _fill(
    sheet: Worksheet, layout: Layout, account: str, device: str, content: Sheet
) -> None:
    labels = [header(half_hour, content.suffix) for half_hour, _ in layout.labels]
    if layout.columns == "bad_header":
        labels[1] = "#REF!"
    extra = ["Rate"] if layout.columns == "extra" else []
    shift = [None] if layout.columns == "off_by_one" else []
    sheet.append([*shift, "Account No", "Recorder ID", *extra, "Date", *labels])
    stub = [account, device, *(["VR-1"] if extra else [])]
    for day, cells in _ordered(layout, content.rows):
        sheet.append([*stub, _date(layout, day), *(_cell(layout, c) for c in cells)])
    if layout.stray_rows:
        sheet.append([*stub, "Total", *(["N/A"] * len(labels))])
        sheet.append([*stub, None, *([1.0] * len(labels))])


def _ordered(layout: Layout, rows: tuple[Row, ...]) -> list[Row]:
    ordered = list(rows)
    if layout.order == "descending":
        ordered.reverse()
    elif layout.order == "shuffled":
        Random(len(rows)).shuffle(ordered)
    return ordered


def _date(layout: Layout, day: date) -> datetime | str:
    if layout.dates == "text":
        return f"{day:%m/%d/%Y}"
    return datetime(day.year, day.month, day.day)  # a date cell has no zone


def _cell(layout: Layout, hundredths: int | None) -> float | str | None:
    if hundredths is None:
        return None
    return f"{hundredths / 100:.2f}" if layout.numbers == "text" else hundredths / 100


def workbook(
    readings: Readings, account: Account, point: ServicePoint, device: str
) -> bytes:
    """The workbook that a download of this meter gets now."""
    return build(
        readings.layouts[point],
        account.number,
        device,
        sheets(readings, point, device),
    )
