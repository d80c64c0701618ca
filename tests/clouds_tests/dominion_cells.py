"""Cells of Dominion Energy's workbook beside what the truth says."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.clouds.dominion_energy import DominionCloud

ZONE = ZoneInfo("America/New_York")
HALF_HOUR = timedelta(minutes=30)
YESTERDAY = date(2026, 11, 19)


def local(day: date, hour: int = 0, minute: int = 0, fold: int = 0) -> datetime:
    """UTC of a local wall time."""
    return datetime(
        day.year, day.month, day.day, hour, minute, tzinfo=ZONE, fold=fold
    ).astimezone(UTC)


def truth_of(
    cloud: DominionCloud, first: date, last: date, series: str = "consumption"
) -> dict[datetime, tuple[float, bool]]:
    """Start -> value and whether it is published, both local days inclusive."""
    answer = cloud.truth(
        "solar_home", local(first), local(last + timedelta(days=1)), meter=None
    )
    return {
        datetime.fromisoformat(row["start"]): (row["value"], row["published"])
        for row in answer["series"][series]
    }


def cells(sheet: Worksheet) -> dict[date, dict[str, Any]]:
    """Day -> header -> cell, for sheets with one column per header."""
    names = [str(cell.value) for cell in sheet[1]]
    rows: list[dict[str, Any]] = [
        dict(zip(names, (cell.value for cell in row), strict=True))
        for row in sheet.iter_rows(min_row=2)
    ]
    return {row["Date"].date(): row for row in rows}


def label(hour: int, minute: int, unit: str = "kWH") -> str:
    """The header of a half hour, spelt out once more."""
    half = "AM" if hour < 12 else "PM"
    return f"{(hour + 11) % 12 + 1}:{minute:02d} {half} {unit}"


def active(book: Workbook) -> Worksheet:
    """The first sheet."""
    return book.worksheets[0]


def published_total(
    cloud: DominionCloud, account: str, series: str, first: date, last: date
) -> float:
    """Sum of the truth's published half hours, both local days inclusive."""
    start, end = local(first), local(last + timedelta(days=1))
    rows = cloud.truth(account, start, end)["series"][series]
    return float(sum(row["value"] for row in rows if row["published"]))
