"""The shape of a whole answer, whatever kind of document it is."""

import csv
from io import BytesIO, StringIO
import json
import re
from typing import Any, Final
from urllib.parse import parse_qsl
from zipfile import BadZipFile, ZipFile

from .shapes import Shape, is_name
from .storable import check_size

_MAX_NAMES: Final = 60
_MAX_ROWS: Final = 30
_LONGEST_LOOK: Final = 256 * 1024
_MARKS: Final = ("captcha", "incapsula", "cloudflare", "akamai", "login", "maintenance")
"""Words that identify a web page; nothing else of its text is reported."""
_ELEMENT: Final = re.compile(r"<([A-Za-z_][\w.:-]*)")
_WORKSHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml")
_MAGIC: Final = ((b"%PDF", "pdf"), (b"\x89PNG", "png"), (b"\x1f\x8b", "gzip"))


def take_body(shape: Shape, body: bytes, content_type: str) -> None:
    """Add an answer's body to the shape of its endpoint."""
    if not body.strip():
        shape.mark("empty body")
    elif name := next((name for mark, name in _MAGIC if body.startswith(mark)), ""):
        shape.mark(f"{name} file")
    elif body.startswith(b"PK"):
        shape.mark(_workbook(body))
    else:
        _take_text(shape, body, content_type)


def _take_text(shape: Shape, body: bytes, content_type: str) -> None:
    try:
        check_size(body)
        shape.take(json.loads(body))
    except ValueError, RecursionError:
        text = body[:_LONGEST_LOOK].decode("utf-8", "replace")
        shape.take(_document(text, content_type))


def _document(text: str, content_type: str) -> Any:
    start = text.lstrip("\ufeff \t\r\n")[:64].lower()
    if "html" in content_type or start.startswith(("<!doctype html", "<html", "<head")):
        return {"page": _page(text)}
    if "xml" in content_type or start.startswith("<?xml"):
        return {"xml": dict.fromkeys(_elements(text))}
    if "csv" in content_type:
        return {"csv": _rows(text)}
    if "urlencoded" in content_type:
        return {"form": dict(parse_qsl(text, keep_blank_values=True))}
    return text


def _elements(text: str) -> list[str]:
    names = dict.fromkeys(_ELEMENT.findall(text))
    return [name for name in names if is_name(name)][:_MAX_NAMES]


def _page(text: str) -> dict[str, Any]:
    folded = text.lower()
    return dict.fromkeys(_elements(folded)) | {
        f"speaks_of_{mark}": None for mark in _MARKS if mark in folded
    }


def _rows(text: str) -> list[Any]:
    reader = csv.reader(StringIO(text))
    try:
        return [row for row, _ in zip(reader, range(_MAX_ROWS), strict=False)]
    except csv.Error:
        return []


def _workbook(body: bytes) -> str:
    try:
        with ZipFile(BytesIO(body)) as archive:
            names = archive.namelist()
    except BadZipFile, ValueError, OSError:
        return "damaged zip file"
    sheets = sum(_WORKSHEET.fullmatch(name) is not None for name in names)
    return f"workbook of {sheets} sheets" if sheets else "zip file"
