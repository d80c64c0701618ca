"""Workbooks whose texts stand in one shared table, as spreadsheet programs write them; openpyxl writes them inline."""

from io import BytesIO
import re
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile

MAIN: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SPACE: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION: Final = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
)
INLINE: Final = re.compile(
    r'<c r="(?P<at>[A-Z]+\d+)"(?P<style>(?: s="\d+")?) t="inlineStr">'
    r"<is><t[^>]*>(?P<text>[^<]*)</t></is></c>"
)
ADDED: Final = {
    "[Content_Types].xml": (
        "</Types>",
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{MAIN}.sharedStrings+xml"/>',
    ),
    "xl/_rels/workbook.xml.rels": (
        "</Relationships>",
        f'<Relationship Type="{RELATION}" Target="sharedStrings.xml" Id="rIdTexts"/>',
    ),
}
"""Part -> (its end tag, what must stand before it)."""


def share_strings(workbook: bytes) -> bytes:
    """The same workbook with every text in `xl/sharedStrings.xml`."""
    with ZipFile(BytesIO(workbook)) as source:
        parts = {name: source.read(name).decode() for name in source.namelist()}
    texts: dict[str, int] = {}

    def shared(cell: re.Match[str]) -> str:
        index = texts.setdefault(cell["text"], len(texts))
        return f'<c r="{cell["at"]}"{cell["style"]} t="s"><v>{index}</v></c>'

    for name, part in parts.items():
        if name.startswith("xl/worksheets/sheet"):
            parts[name] = INLINE.sub(shared, part)
    for name, (end, addition) in ADDED.items():
        parts[name] = parts[name].replace(end, addition + end)
    items = "".join(f"<si><t>{text}</t></si>" for text in texts)
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{SPACE}">{items}</sst>'
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as book:
        for name, part in parts.items():
            book.writestr(name, part)
    return target.getvalue()
