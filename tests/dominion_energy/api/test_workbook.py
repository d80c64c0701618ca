"""Reading workbooks (wire 4.4)."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from itertools import pairwise
from math import fsum
from time import perf_counter
from typing import Any
from zipfile import ZipFile

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.cloud_energy.client.errors import Malformed
from custom_components.dominion_energy.api.intervals import IntervalUsage
from custom_components.dominion_energy.api.workbook import read_workbook

from .conftest import NOW, Portal
from .workbooks import HALF_HOURS, STUB, changed, days, header, label, row, workbook

DAY = date(2026, 1, 15)
MIDNIGHT = datetime(2026, 1, 15, 5, tzinfo=UTC)
AT_DAY = datetime.combine(DAY, time())
RISING = [n / 100 for n in range(48)]


def consumption(content: bytes) -> dict[datetime, float | None]:
    """Return start and consumption of all half hours."""
    return {usage.start: usage.consumption for usage in read_workbook(content)}


def expected(first: datetime, values: Sequence[float]) -> dict[datetime, float]:
    """Return consecutive half hours."""
    return {first + n * timedelta(minutes=30): v for n, v in enumerate(values)}


RISING_DAY = expected(MIDNIGHT, RISING)


@pytest.mark.parametrize(
    "title", ["kWH Usage", "kWH Consumption", "Sheet1", "Verbrauch"]
)
def test_ordinary(title: str) -> None:
    """The title of the first sheet does not matter."""
    content = workbook(**{title: [header(), row(AT_DAY, RISING)]})
    assert consumption(content) == RISING_DAY
    assert all(usage.generation is None for usage in read_workbook(content))


@pytest.mark.parametrize(
    "title", ["kWH Generation", "KWh Generation", "generation (kWh)"]
)
def test_generation(title: str) -> None:
    """The second sheet has other headers, and half hours that the first one lacks.

    In those the home has taken nothing (wire 4.4).
    """
    usage = row(AT_DAY, [*[None] * 2, *RISING[2:]])
    generation = row(AT_DAY, [0.5, None, 0.0, *[None] * 45])
    content = workbook(
        **{"kWH Usage": [header(), usage], title: [header("kW"), generation]}
    )
    first, second, third, *_ = read_workbook(content)
    assert first == IntervalUsage(MIDNIGHT, 0.0, 0.5)
    assert second == IntervalUsage(MIDNIGHT + timedelta(hours=1), 0.02, 0.0)
    assert third == IntervalUsage(MIDNIGHT + timedelta(minutes=90), 0.03, None)


def test_generation_comes_first() -> None:
    """The sheets are told apart by their titles alone."""
    content = workbook(
        kWH_Generation=[header("kW"), row(AT_DAY, [1.0] * 48)],
        kWH_Usage=[header(), row(AT_DAY, RISING)],
    )
    assert consumption(content) == RISING_DAY


def test_cover_sheet() -> None:
    """A sheet without times in front of the others is passed over."""
    content = workbook(
        About=[["Report"], ["Made on", AT_DAY]], Usage=[header(), row(AT_DAY, RISING)]
    )
    assert consumption(content) == RISING_DAY


def test_title_rows() -> None:
    """The header need not be the first row, nor start in the first column."""
    rows: list[list[Any]] = [["Usage of", "you"], [], ["", *header()]]
    rows.append(["", *row(AT_DAY, RISING)])
    assert consumption(workbook(Usage=rows)) == RISING_DAY


@pytest.mark.parametrize(
    "day",
    [
        AT_DAY,
        datetime(2026, 1, 15, 12),
        DAY,
        "01/15/2026",
        "1/15/2026",
        "01/15/2026 00:00:00",
        "2026-01-15",
        " 2026-01-15T00:00:00 ",
        46037,
        46037.0,
    ],
)
def test_forms_of_a_day(day: Any) -> None:
    """Days come as dates, texts or serial numbers."""
    assert consumption(workbook(Usage=[header(), row(day, RISING)])) == RISING_DAY


@pytest.mark.parametrize(
    "day",
    [
        None,
        "",
        "Total",
        "13/45/2026",
        "2026-02-30",
        "46037",
        "12/31/9999",
        datetime(9999, 12, 31),
        0,
        1.5,
        True,
        10**9,
    ],
)
def test_rows_without_a_day(day: Any) -> None:
    """Totals and notes are passed over."""
    rows = [header(), row(AT_DAY, RISING), row(day, [9.0] * 48)]
    assert consumption(workbook(Usage=rows)) == RISING_DAY


@pytest.mark.parametrize(
    "blank", [None, "", " ", "N/A", "-", "nan", "inf", True, "#N/A", AT_DAY]
)
def test_blank_is_not_zero(blank: Any) -> None:
    """What is no number is unknown."""
    values = [0, blank, *RISING[2:]]
    known = consumption(workbook(Usage=[header(), row(AT_DAY, values)]))
    assert known == {
        start: value
        for start, value in RISING_DAY.items()
        if start != MIDNIGHT + timedelta(minutes=30)
    }


def test_text_numbers() -> None:
    """Numbers may be texts."""
    rows = [header(), row(AT_DAY, [f" {value:.2f} " for value in RISING])]
    assert consumption(workbook(Usage=rows)) == RISING_DAY


def test_unsorted_rows() -> None:
    """The result is in order, whatever the rows are."""
    rows = [header(), *reversed(days(DAY, 5))]
    starts = [usage.start for usage in read_workbook(workbook(Usage=rows))]
    assert starts == [MIDNIGHT + n * timedelta(minutes=30) for n in range(240)]


def test_day_that_comes_twice() -> None:
    """The later row corrects the earlier one, and is not added to it."""
    rows = [header(), row(AT_DAY, RISING), row(AT_DAY, [5.0, None, *RISING[2:]])]
    known = consumption(workbook(Usage=rows))
    assert known == RISING_DAY | {MIDNIGHT: 5.0}


def test_columns_by_their_headers() -> None:
    """Order, extra, missing and unreadable columns do not shift the others."""
    columns = dict(zip(HALF_HOURS, RISING, strict=True))
    chosen = [time(18), time(6), time(0), time(12, 30)]
    labels = [label(chosen[0]), "#REF!", "Note", *(label(c) for c in chosen[1:])]
    values = [columns[chosen[0]], 9.0, "x", *(columns[c] for c in chosen[1:])]
    rows: list[list[Any]] = [
        ["Account No", "Recorder ID", "Rate", " date ", *labels],
        ["1", "2", "VR-1", AT_DAY, *values],
    ]
    assert consumption(workbook(Usage=rows)) == {
        MIDNIGHT + timedelta(hours=c.hour, minutes=c.minute): columns[c] for c in chosen
    }


@pytest.mark.parametrize(
    "first", ["12:00 am kwh", "12:00 A.M. kWH", "12:00AM", "12:00:00 AM kW", time(0)]
)
def test_forms_of_a_time(first: Any) -> None:
    """Headers may be written in another way, or be times."""
    rows = [[*header()[:3], first], [*STUB, AT_DAY, 1.5]]
    assert consumption(workbook(Usage=rows)) == {MIDNIGHT: 1.5}


def test_date_column_without_header() -> None:
    """Without a header the date stands in the third column."""
    rows: list[list[Any]] = [["", "", "", label(time(0))], [*STUB, AT_DAY, 1.5]]
    assert consumption(workbook(Usage=rows)) == {MIDNIGHT: 1.5}
    with pytest.raises(Malformed):
        read_workbook(workbook(Usage=[["", label(time(0))], [AT_DAY, 1.5]]))


@pytest.mark.parametrize(
    "rows", [[], [[]], [header()], [header(), []], [["Nothing"]], [[*header()[:3]]]]
)
def test_empty(rows: list[list[Any]]) -> None:
    """A file without any day is an empty one."""
    assert read_workbook(workbook(Usage=rows)) == []


def test_new_meter() -> None:
    """Days that are all blank are days without values."""
    assert read_workbook(workbook(Usage=[header(), *days(DAY, 3, None)])) == []


@pytest.mark.parametrize(
    "rows",
    [
        # The header stands one column to the right of its data.
        [["", *header()], row(AT_DAY, RISING)],
        [["", *header()], row("01/15/2026", RISING)],
        # No column tells its time.
        [[*header()[:3], "0000", "0030"], row(AT_DAY, [1.0, 2.0])],
        [[*header()[:3], "25:00 AM", "13:00 PM", "1:75 AM"], row(AT_DAY, [1.0])],
        # Not half hours.
        [[*header()[:3], "12:00 AM", "12:15 AM"], row(AT_DAY, [1.0, 2.0])],
    ],
)
def test_other_layout(rows: list[list[Any]]) -> None:
    """A layout that is not understood is an error, not an empty file."""
    with pytest.raises(Malformed):
        read_workbook(workbook(Usage=rows))


def test_spring() -> None:
    """The hour that does not exist adds to the next one; the day keeps its total."""
    values = [0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 4.0, *[0.5] * 40]
    rows = [header(), row(datetime(2026, 3, 8), values)]
    known = consumption(workbook(Usage=rows))
    assert len(known) == 46
    assert known[datetime(2026, 3, 8, 7, tzinfo=UTC)] == 4.0
    assert known[datetime(2026, 3, 8, 7, 30, tzinfo=UTC)] == 6.0
    assert fsum(value or 0 for value in known.values()) == fsum(values)
    assert max(known) == datetime(2026, 3, 9, 3, 30, tzinfo=UTC)


@pytest.mark.parametrize("skipped", [None, 0])
def test_spring_with_blanks(skipped: float | None) -> None:
    """Usually there is nothing in the columns of the skipped hour."""
    values = [0.5] * 4 + [skipped] * 2 + [3.0, None] + [0.5] * 40
    known = consumption(workbook(Usage=[header(), row(datetime(2026, 3, 8), values)]))
    assert known[datetime(2026, 3, 8, 7, tzinfo=UTC)] == 3.0
    if skipped is None:
        assert datetime(2026, 3, 8, 7, 30, tzinfo=UTC) not in known


def test_autumn() -> None:
    """With 48 columns nothing is said of the repeated hour."""
    rows = [header(), row(datetime(2026, 11, 1), RISING)]
    known = consumption(workbook(Usage=rows))
    assert len(known) == 48
    assert known[datetime(2026, 11, 1, 5, 30, tzinfo=UTC)] == 0.03
    assert datetime(2026, 11, 1, 6, tzinfo=UTC) not in known
    assert known[datetime(2026, 11, 1, 7, tzinfo=UTC)] == 0.04


def test_autumn_with_50_columns() -> None:
    """A second pair of columns is the repeated hour, and nothing on other days."""
    again = [label(time(1)), label(time(1, 30))]
    labels = [*header()[:7], *again, *header()[7:]]
    changing = [*RISING[:4], 7.0, 8.0, *RISING[4:]]
    usual = [*RISING[:4], 9.0, 9.0, *RISING[4:]]
    rows = [labels, row(datetime(2026, 11, 1), changing), row(AT_DAY, usual)]
    spring = row(datetime(2026, 3, 8), [*[0.5] * 4, 9.0, 9.0, *[0.5] * 44])
    known = consumption(workbook(Usage=[*rows, spring]))
    assert known[datetime(2026, 11, 1, 5, tzinfo=UTC)] == 0.02
    assert known[datetime(2026, 11, 1, 6, tzinfo=UTC)] == 7.0
    assert known[datetime(2026, 11, 1, 6, 30, tzinfo=UTC)] == 8.0
    assert known.items() >= RISING_DAY.items()
    assert 9.0 not in known.values()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK",
        b"{}",
        b"<html></html>",
        b"PK\x03\x04" + bytes(range(256)) * 16,
        workbook(Usage=[header(), row(AT_DAY, RISING)])[:-100],
        workbook(Usage=[header(), row(AT_DAY, RISING)])[:500],
    ],
    # Workbooks hold the time when they were made: no name for a test.
    ids=["nothing", "PK", "json", "html", "rubbish", "no_end", "a_beginning"],
)
def test_damaged(content: bytes) -> None:
    """What is no whole workbook is an error of its own."""
    with pytest.raises(Malformed):
        read_workbook(content)


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (SHEET, b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet'),
        (
            SHEET,
            b"</sheetData>",
            b'<row r="1048576"><c r="A1048576"/></row></sheetData>',
        ),
        (
            SHEET,
            b"</sheetData>",
            b"<row r='9'><c r='XFD9'><v>1</v></c></row></sheetData>",
        ),
        (
            SHEET,
            b"</sheetData>",
            b'<row><c s="1" r="ea7"><v>1</v></c></row></sheetData>',
        ),
        (SHEET, b"</sheetData>", b"</sheetData" + b" " * 33 * 1024 * 1024 + b">"),
        (SHEET, b"<sheetData>", b"<sheetData"),
        ("xl/workbook.xml", b"<sheet ", b"<cheat "),
        ("xl/_rels/workbook.xml.rels", b"sheet1.xml", b"sheet7.xml"),
    ],
)
def test_harmful(part: str, old: bytes, new: bytes) -> None:
    """Entities, far cells, bombs and broken parts are refused."""
    content = workbook(Usage=[header(), row(AT_DAY, RISING)])
    with pytest.raises(Malformed):
        read_workbook(changed(content, part, old, new))


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_any_damage(data: st.DataObject) -> None:
    """Whatever a sheet holds, it is read or refused, and nothing else happens."""
    content = workbook(Usage=[header(), *days(DAY, 2)])
    sheet = ZipFile(BytesIO(content)).read(SHEET)
    start = data.draw(st.integers(0, len(sheet) - 1))
    old = sheet[start : start + data.draw(st.integers(1, 30))]
    new = data.draw(st.text('<>/="ABZcrtvs0123456789.:- ', max_size=12)).encode()
    try:
        usages = read_workbook(changed(content, SHEET, old, new))
    except Malformed:
        return
    assert all(usage.start.tzinfo is UTC for usage in usages)


@pytest.mark.parametrize(
    "layout",
    [
        {},
        {"columns": "extra"},
        {"columns": "few"},
        {"columns": "bad_header"},
        {"dates": "text"},
        {"numbers": "text"},
        {"strings": "shared"},
        {"strings": "shared", "dates": "text", "numbers": "text"},
        {"order": "descending"},
        {"order": "shuffled"},
        {"stray_rows": True},
        {"consumption_title": "kWH Consumption", "generation_title": "KWh Generation"},
        {"fall": "first"},
        {"fall": "two_columns"},
        {"unpublished": "blanks"},
    ],
)
async def test_layouts_of_the_cloud(portal: Portal, layout: dict[str, Any]) -> None:
    """Whatever the layout, every published value stands where the cloud has it."""
    client = await portal.logged_in()
    portal.cloud.apply({"layout": layout, "publish_delay_hours": 30})
    ids = portal.account("solar_home")
    start = NOW - timedelta(days=60)
    truth = portal.cloud.truth(ids["account"], start, NOW)["series"]

    usages = await client.get_interval_usage(
        ids["account"], ids["meter"], start.date(), NOW.date()
    )

    for series, field in (("consumption", "consumption"), ("return", "generation")):
        known = {
            datetime.fromisoformat(each["start"]): each["value"]
            for each in truth[series]
            if each["published"]
        }
        read = {usage.start: getattr(usage, field) for usage in usages}
        assert len(known) > 200
        assert {
            start: value for start, value in read.items() if start in known
        } == known
        assert {s for s in read if s >= start.astimezone(UTC)} == known.keys()


@pytest.mark.parametrize("change", ["2026-03-15", "2025-11-20"])
@pytest.mark.parametrize("spring", ["blank", "zero", "filled"])
async def test_clock_changes_of_the_cloud(
    portal: Portal, change: str, spring: str
) -> None:
    """Both clock changes keep the energy of their days."""
    now = datetime.fromisoformat(f"{change}T12:00:00-04:00")
    portal.cloud.clock.set(now)
    portal.cloud.apply({"layout": {"spring": spring}})
    client = await portal.logged_in("plain_home")
    ids = portal.account("plain_home")
    start = now - timedelta(days=30)
    truth = portal.cloud.truth(ids["account"], start, now)["series"]["consumption"]
    usages = await client.get_interval_usage(
        ids["account"], ids["meter"], start.date(), now.date()
    )
    known = {usage.start: usage.consumption for usage in usages}
    for each in truth:
        if each["published"]:
            assert known[datetime.fromisoformat(each["start"])] == each["value"]


async def test_other_layout_of_the_cloud(portal: Portal) -> None:
    """A file whose headers do not belong to its columns is not believed."""
    client = await portal.logged_in("plain_home")
    portal.cloud.apply({"layout": {"columns": "off_by_one"}})
    ids = portal.account("plain_home")
    with pytest.raises(Malformed):
        await client.get_interval_usage(
            ids["account"], ids["meter"], NOW.date(), NOW.date()
        )


async def test_year_does_not_block_the_loop() -> None:
    """The loop goes on while a year of half hours is read."""
    rows = days(DAY, 366)
    content = workbook(
        kWH_Usage=[header(), *rows], kWH_Generation=[header("kW"), *rows]
    )
    ticks: list[float] = []

    async def beat() -> None:
        while True:
            ticks.append(perf_counter())
            await asyncio.sleep(0.001)

    heart = asyncio.create_task(beat())
    began = perf_counter()
    usages = await asyncio.to_thread(read_workbook, content)
    took = perf_counter() - began
    heart.cancel()

    assert len(usages) == 366 * 48 - 2
    gaps = sorted(b - a for a, b in pairwise(ticks))
    assert gaps[len(gaps) // 2] < took / 8
    assert len(gaps) > 8
