"""Every look of Dominion Energy's workbook over the wire."""

from datetime import datetime
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
import pytest

from tests.clouds.dominion_energy import DominionCloud

from .dominion_cells import YESTERDAY, active, cells, label, local, truth_of
from .dominion_wire import Wire


@pytest.mark.parametrize(
    ("look", "true", "rest"),
    [("zeros", 0, 0), ("blanks", 0, None), ("sparse", 3, 0), ("partial", 20, None)],
)
async def test_unpublished_looks(
    signed_in: Wire, look: str, true: int, rest: int | None
) -> None:
    """What stands in the row of a day that is not out; the truth calls it unpublished."""
    cloud = signed_in.cloud
    cloud.apply({"publish_delay_hours": 24, "layout": {"unpublished": look}})
    row = cells(active(await signed_in.workbook()))[YESTERDAY]
    values = [value for name, value in row.items() if name.endswith("kWH")]
    truth = truth_of(cloud, YESTERDAY, YESTERDAY).values()
    assert values[:true] == [value for value, _ in truth][:true]
    assert values[true:] == [rest] * (48 - true)
    assert not any(published for _, published in truth)


async def test_extra_column_and_text(signed_in: Wire) -> None:
    """Moved columns, text dates, text numbers, titles, order and stray rows leave the values as they were."""
    cloud = signed_in.cloud
    cloud.apply(
        {
            "layout": {
                "account": "solar_home",
                "columns": "extra",
                "dates": "text",
                "numbers": "text",
                "order": "shuffled",
                "stray_rows": True,
                "consumption_title": "kWH Consumption",
                "generation_title": "KWh Generation",
            }
        }
    )
    book = await signed_in.workbook()
    assert book.sheetnames == ["kWH Consumption", "KWh Generation"]
    sheet = active(book)
    names = [cell.value for cell in sheet[1]]
    assert names.index("Date") == 3
    rows = {
        row[3].value: [cell.value for cell in row[4:]]
        for row in sheet.iter_rows(min_row=2)
    }
    assert set(rows["Total"]) == {"N/A"}
    assert None in rows
    days = [str(text) for text in rows if text not in ("Total", None)]
    assert sorted(days, reverse=True) != days != sorted(days)
    truth = truth_of(cloud, YESTERDAY, YESTERDAY)
    assert rows["11/19/2026"] == [f"{value:.2f}" for value, _ in truth.values()]


async def test_few_columns(signed_in: Wire) -> None:
    """Only four time columns: the truth publishes these half hours only."""
    signed_in.cloud.apply({"layout": {"columns": "few"}})
    row = cells(active(await signed_in.workbook()))[YESTERDAY]
    names = [label(hour, 0) for hour in (0, 6, 12, 18)]
    assert list(row)[3:] == names
    truth = truth_of(signed_in.cloud, YESTERDAY, YESTERDAY)
    published = {start: value for start, (value, out) in truth.items() if out}
    assert list(published) == [local(YESTERDAY, hour) for hour in (0, 6, 12, 18)]
    assert [row[name] for name in names] == list(published.values())


async def test_bad_header(signed_in: Wire) -> None:
    """One header that nobody can read hides its column and no other."""
    signed_in.cloud.apply({"layout": {"columns": "bad_header"}})
    row = cells(active(await signed_in.workbook()))[YESTERDAY]
    assert list(row)[3:6] == ["12:00 AM kWH", "#REF!", "1:00 AM kWH"]
    truth = truth_of(signed_in.cloud, YESTERDAY, YESTERDAY)
    assert [start for start, (_, out) in truth.items() if not out] == [
        local(YESTERDAY, 0, 30)
    ]
    assert row["1:00 AM kWH"] == truth[local(YESTERDAY, 1)][0]


async def test_header_off_by_one(signed_in: Wire) -> None:
    """Headers one column beside their data: nothing can be known."""
    signed_in.cloud.apply({"layout": {"columns": "off_by_one"}})
    sheet = active(await signed_in.workbook())
    assert [cell.value for cell in sheet[1]][:4] == [
        None,
        "Account No",
        "Recorder ID",
        "Date",
    ]
    assert isinstance(sheet.cell(2, 3).value, datetime)
    truth = truth_of(signed_in.cloud, YESTERDAY, YESTERDAY)
    assert not any(out for _, out in truth.values())


async def test_shared_strings(signed_in: Wire) -> None:
    """The same cells, with every text in the shared table."""
    inline = cells(active(await signed_in.workbook()))
    signed_in.cloud.apply({"layout": {"strings": "shared"}})
    _, content = await signed_in.download()
    with ZipFile(BytesIO(content)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml")
        assert b"inlineStr" not in sheet
        assert b't="s"' in sheet
        assert b"12:30 AM kWH" in parts.read("xl/sharedStrings.xml")
    assert cells(active(load_workbook(BytesIO(content)))) == inline


async def test_header_only(signed_in: Wire) -> None:
    """A file without rows."""
    signed_in.cloud.apply({"layout": {"body": "header_only"}})
    book = await signed_in.workbook()
    assert [sheet.max_row for sheet in book.worksheets] == [1, 1]


async def test_other_bodies(signed_in: Wire) -> None:
    """What can come under HTTP 200 in place of a workbook; `reset` ends it."""
    bodies = {}
    for body in ("corrupt", "oversized", "inflating", "json_error", "html"):
        signed_in.cloud.apply({"layout": {"body": body}})
        status, bodies[body] = await signed_in.download()
        assert status == 200
    for body in ("corrupt", "oversized"):
        assert bodies[body].startswith(b"PK\x03\x04")
        with pytest.raises(BadZipFile):
            ZipFile(BytesIO(bodies[body]))
    assert len(bodies["oversized"]) > 64 * 1024 * 1024
    with ZipFile(BytesIO(bodies["inflating"])) as parts:
        assert parts.infolist()[0].file_size == 256 * 1024 * 1024
    assert len(bodies["inflating"]) < 2 * 1024 * 1024
    assert b'"error": true' in bodies["json_error"]
    assert b"Incapsula" in bodies["html"]
    signed_in.cloud.apply({"layout": {"reset": True}})
    assert len(cells(active(await signed_in.workbook()))) == 68


async def test_layout_of_one_account(dominion: DominionCloud, signed_in: Wire) -> None:
    """A layout can be one account's alone."""
    plain = Wire(dominion, signed_in.session, 1)
    await plain.sign_in()
    dominion.apply({"layout": {"account": "plain_home", "body": "header_only"}})
    assert active(await plain.workbook()).max_row == 1
    assert active(await signed_in.workbook()).max_row == 69
