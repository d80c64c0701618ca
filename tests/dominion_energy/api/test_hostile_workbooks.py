"""Workbooks that are made to hurt: none costs more than a moment and a little memory."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from io import BytesIO
import resource
from time import thread_time
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile, ZipInfo

import pytest

from custom_components.cloud_energy.client.errors import Malformed
from custom_components.dominion_energy.api.workbook import read_workbook

NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
DAY = 46_037
"""The 15th of January 2026, as a number."""
MIB = 1024 * 1024
ROW = f'<row r="2"><c r="C2"><v>{DAY}</v></c><c r="D2"><v>0.5</v></c></row>'
HEAD = (
    '<row r="1"><c r="C1" t="inlineStr"><is><t>Date</t></is></c>'
    '<c r="D1" t="inlineStr"><is><t>12:00 AM kWH</t></is></c></row>'
)


def sheet(*rows: str, before: str = "") -> str:
    """Return a worksheet."""
    return (
        f"<worksheet {NAMESPACE}>{before}<sheetData>{''.join(rows)}</sheetData>"
        "</worksheet>"
    )


def packed(
    *sheets: str | bytes,
    book: str = "",
    extra: Iterable[tuple[str, str | bytes]] = (),
    method: int = ZIP_DEFLATED,
    targets: Iterable[str] | None = None,
) -> bytes:
    """Return a file of sheets; `book` comes in front of their list."""
    names = list(targets or (f"worksheets/sheet{n}.xml" for n in range(len(sheets))))
    listed = "".join(
        f'<sheet name="S{n}" sheetId="{n + 1}" r:id="r{n}"/>' for n in range(len(names))
    )
    related = "".join(
        f'<Relationship Id="r{n}" Target="{target}"/>' for n, target in enumerate(names)
    )
    file = BytesIO()
    with ZipFile(file, "w", method) as archive:
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook {NAMESPACE} xmlns:r="{RELATIONS}">{book}<sheets>{listed}'
            "</sheets></workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{PACKAGE}">{related}</Relationships>',
        )
        for n, content in enumerate(sheets):
            archive.writestr(f"xl/worksheets/sheet{n}.xml", content)
        for name, part in extra:
            archive.writestr(name, part)
    return file.getvalue()


def flagged_as_encrypted() -> bytes:
    """Return a file whose parts claim to be encrypted."""
    content = bytearray(packed(sheet(HEAD, ROW)))
    at = content.find(b"PK\x01\x02")
    while at != -1:
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 4)
    return bytes(content)


def with_wrong_sum() -> bytes:
    """Return a file of which a part is not what its checksum says."""
    content = packed(sheet(HEAD, ROW), method=ZIP_STORED)
    return content.replace(b"<v>0.5</v>", b"<v>0.9</v>")


def with_a_lie_about_its_size() -> bytes:
    """Return a file of a part that is larger than it says."""
    content = bytearray(packed(sheet(HEAD, ROW, " " * 40 * MIB)))
    at = content.find(b"PK\x01\x02")
    while at != -1:
        content[at + 24 : at + 28] = (512).to_bytes(4, "little")
        at = content.find(b"PK\x01\x02", at + 4)
    return bytes(content)


def with_many_parts() -> bytes:
    """Return a file of tens of thousands of empty parts."""
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        for n in range(30_000):
            archive.writestr(ZipInfo(str(n)), b"")
    return file.getvalue()


def cell(place: str, text: str = "1", attributes: str = "") -> str:
    """Return a cell."""
    return f'<c r="{place}" {attributes}><v>{text}</v></c>'


LAUGHS = (
    '<!DOCTYPE a [<!ENTITY l0 "ha">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)
FULL = sheet(*(f'<row r="{n}">{cell(f"DZ{n}")}</row>' for n in range(1, 9_999)))

REFUSED: dict[str, Callable[[], bytes]] = {
    "a far cell": lambda: packed(sheet(HEAD, cell("XFD1048576"))),
    "behind an attribute with >": lambda: packed(
        sheet(HEAD, '<row><c z=">" r="XFD1048576"><v>1</v></c></row>')
    ),
    "in a long tag": lambda: packed(
        sheet(HEAD, f'<row><c z="{"z" * 5000}" r="XFD1048576"><v>1</v></c></row>')
    ),
    "over lines": lambda: packed(
        sheet(HEAD, '<row><c\n\n\t r\n=\n"XFD1048576"\n><v>1</v></c></row>')
    ),
    "with a prefix": lambda: packed(
        f'<x:worksheet xmlns:x="{NAMESPACE[7:-1]}"><x:sheetData>'
        '<x:row><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    ),
    "with references": lambda: packed(
        sheet(HEAD, '<row><c r="&#88;FD&#49;048576"><v>1</v></c></row>')
    ),
    "in UTF-16": lambda: packed(
        sheet(HEAD, f"<row>{cell('XFD1048576')}</row>").encode("utf-16")
    ),
    "columns by position": lambda: packed(
        sheet(HEAD, "<row>", "<c><v>1</v></c>" * 16_384, "</row>")
    ),
    "rows by position": lambda: packed(sheet(HEAD, "<row/>" * 1_048_576)),
    "rows of one far row": lambda: packed(sheet(HEAD, '<row r="1048576"/>')),
    "a cell outside of rows": lambda: packed(sheet(cell("A1"))),
    "no place": lambda: packed(sheet(HEAD, f"<row>{cell('A')}</row>")),
    "no letters": lambda: packed(sheet(HEAD, f"<row>{cell('12')}</row>")),
    "four letters": lambda: packed(sheet(HEAD, f"<row>{cell('AAAA1')}</row>")),
    "digits without end": lambda: packed(
        sheet(HEAD, f"<row>{cell('A' + '9' * 100_000)}</row>")
    ),
    "a row below zero": lambda: packed(sheet(HEAD, '<row r="-5"/>')),
    "sheets of the largest size": lambda: packed(*[FULL] * 8),
    "one sheet many times": lambda: packed(FULL, targets=["worksheets/sheet0.xml"] * 8),
    "a hundred thousand sheets": lambda: packed(
        sheet(HEAD), targets=["worksheets/sheet0.xml"] * 100_000
    ),
    "elements without end": lambda: packed(
        sheet(HEAD),
        extra=[
            ("xl/sharedStrings.xml", f"<sst {NAMESPACE}>{'<si/>' * 2_000_000}</sst>")
        ],
    ),
    "styles without end": lambda: packed(
        sheet(HEAD),
        extra=[("xl/styles.xml", f"<x><cellXfs>{'<xf/>' * 2_000_000}</cellXfs></x>")],
    ),
    "a zip bomb": lambda: packed(sheet(HEAD, " " * 64 * MIB)),
    "a bomb of text": lambda: packed(
        sheet(HEAD, f"<row>{cell('A2', 'z' * 64 * MIB)}</row>")
    ),
    "a bomb of one attribute": lambda: packed(
        sheet(HEAD, f'<row z="{"z" * 64 * MIB}"/>')
    ),
    "a lie about the size": with_a_lie_about_its_size,
    "many parts": with_many_parts,
    "entities": lambda: packed(f'<!DOCTYPE a [<!ENTITY b "c">]>{sheet(HEAD, ROW)}'),
    "entities in UTF-16": lambda: packed(
        f'<!DOCTYPE a [<!ENTITY b "c">]>{sheet(HEAD, ROW)}'.encode("utf-16")
    ),
    "a billion laughs": lambda: packed(
        LAUGHS + sheet(HEAD, "<row><c><v>&l9;</v></c></row>")
    ),
    "a file from elsewhere": lambda: packed(
        '<!DOCTYPE a SYSTEM "file:///etc/passwd">' + sheet(HEAD, ROW)
    ),
    "an unknown encoding": lambda: packed(
        '<?xml version="1.0" encoding="none"?>' + sheet(HEAD, ROW)
    ),
    "no shared text": lambda: packed(
        sheet(HEAD, f"<row>{cell('A2', '7', 't="s"')}</row>")
    ),
    "a shared text before the first": lambda: packed(
        sheet(HEAD, f"<row>{cell('A2', '-1', 't="s"')}</row>")
    ),
    "a shared text without end": lambda: packed(
        sheet(HEAD, f"<row>{cell('A2', '9' * 9000, 't="s"')}</row>")
    ),
    "a target outside": lambda: packed(sheet(HEAD), targets=["../../etc/passwd"]),
    "a target on the net": lambda: packed(sheet(HEAD), targets=["http://127.0.0.1/"]),
    "the book as its own sheet": lambda: packed(sheet(HEAD), targets=["/xl/none.xml"]),
    "encrypted": flagged_as_encrypted,
    "a wrong checksum": with_wrong_sum,
    "bzip2": lambda: packed(sheet(HEAD, ROW), method=ZIP_BZIP2),
    "lzma": lambda: packed(sheet(HEAD, ROW), method=ZIP_LZMA),
    "four megabytes of nothing": lambda: packed(sheet(HEAD)) + b"\0" * 5 * MIB,
    "an end within": lambda: packed(sheet(HEAD)[:-20]),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_made_to_hurt(name: str) -> None:
    """It is refused, and has cost next to nothing until then."""
    content = REFUSED[name]()
    began = thread_time()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Malformed):
        read_workbook(content)
    # Ten times what it takes on a machine with nothing else to do.
    assert thread_time() - began < 20
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 200 * 1024


HARMLESS: dict[str, Callable[[], bytes]] = {
    "a dimension": lambda: packed(
        sheet(HEAD, ROW, before='<dimension ref="A1:XFD1048576"/>')
    ),
    "merged cells": lambda: packed(
        sheet(HEAD, ROW).replace(
            "</worksheet>",
            '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>',
        )
    ),
    "columns of a width": lambda: packed(
        sheet(HEAD, ROW, before='<cols><col min="1" max="16384" width="9"/></cols>')
    ),
    "deep elements": lambda: packed(
        sheet(HEAD, ROW, before="<a>" * 100_000 + "</a>" * 100_000)
    ),
    "many attributes": lambda: packed(
        sheet(
            HEAD,
            ROW,
            f"<row {' '.join(f'a{n}="1"' for n in range(50_000))}/>",
        )
    ),
    "comments, instructions": lambda: packed(
        sheet(HEAD, f"<!-- {'x' * MIB} --><?a {'y' * MIB}?>", ROW)
    ),
    "a formula": lambda: packed(
        sheet(HEAD, ROW.replace("<v>0.5", "<f>SUM(A1:XFD1048576)</f><v>0.5"))
    ),
    "another part of any size": lambda: packed(
        sheet(HEAD, ROW), extra=[("xl/other.xml", FULL)]
    ),
    "a prefix": lambda: packed(
        sheet(HEAD, ROW)
        .replace("<", "<x:")
        .replace("<x:/", "</x:")
        .replace("xmlns=", "xmlns:x=")
    ),
    "UTF-16": lambda: packed(sheet(HEAD, ROW).encode("utf-16")),
    "numbers that are none": lambda: packed(
        sheet(
            HEAD,
            ROW,
            *(
                f"<row>{cell(f'C{n}', str(DAY + n))}{cell(f'D{n}', text)}</row>"
                for n, text in enumerate(
                    ["1e400", "nan", "-inf", "9" * 100_000, "0x1p9", "１", ""], 3
                )
            ),
        )
    ),
    "dates that are none": lambda: packed(
        sheet(
            HEAD,
            ROW,
            *(
                f"<row>{cell(f'C{n}', text, 's="1"')}{cell(f'D{n}')}</row>"
                for n, text in enumerate(["1e300", "-1e9", "99999999", "0", "-0.5"], 3)
            ),
        ),
        extra=[("xl/styles.xml", '<s><cellXfs><xf/><xf numFmtId="14"/></cellXfs></s>')],
    ),
    "a style without end": lambda: packed(
        sheet(HEAD, ROW.replace('r="D2"', f'r="D2" s="{"9" * 5000}"'))
    ),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_only_looks_so(name: str) -> None:
    """What stands beside the table does not matter."""
    known = {
        usage.start: usage.consumption for usage in read_workbook(HARMLESS[name]())
    }
    assert known[datetime(2026, 1, 15, 5, tzinfo=UTC)] == 0.5


@pytest.mark.parametrize("style", ["", 's="1"'])
def test_dates_from_1904(style: str) -> None:
    """The book says what its days count from."""
    row = f"<row>{cell('C2', str(DAY - 1462), style)}{cell('D2', '0.5')}</row>"
    content = packed(
        sheet(HEAD, row),
        book='<workbookPr date1904="1"/>',
        extra=[("xl/styles.xml", '<s><cellXfs><xf/><xf numFmtId="14"/></cellXfs></s>')],
    )
    (usage,) = read_workbook(content)
    assert usage.start == datetime(2026, 1, 15, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "is_date"),
    [
        ("yyyy-mm-dd h:mm:ss", True),
        ("[$-409]m/d/yy", True),
        ("[h]:mm", True),
        ('0.00" kWh, daily"', False),
        ("[Red]0.00", False),
        ("0.0\\d", False),
        ("#,##0.00_);[Red](#,##0.00)", False),
        ("General", False),
    ],
)
def test_formats_of_dates(code: str, is_date: bool) -> None:
    """A number with such a format is a day, whatever its size."""
    style = (
        f'<s><numFmts><numFmt numFmtId="170" formatCode="{code.replace('"', "&quot;")}"/>'
        '</numFmts><cellXfs><xf/><xf numFmtId="170"/></cellXfs></s>'
    )
    row = f"<row>{cell('C2', '29500.5', 's="1"')}{cell('D2', '0.5')}</row>"
    content = packed(sheet(HEAD, row), extra=[("xl/styles.xml", style)])
    assert bool(read_workbook(content)) == is_date
