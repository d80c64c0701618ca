"""Answers of a cloud as they came, but for the values: to show that it has changed."""

from collections.abc import Iterable, Iterator, Mapping
import csv
from dataclasses import dataclass
from io import BytesIO, StringIO
import json
from pathlib import Path
import re
from typing import Any, Final
from zipfile import BadZipFile, ZipFile
import zlib

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from yarl import URL

from custom_components.cloud_energy.client.call import Reply
from custom_components.cloud_energy.client.shapes import band_of, shape_of

from .stand_ins import StandIns

_HEADERS: Final = ("Retry-After",)
_DAMAGED: Final = (
    BadZipFile,
    InvalidFileException,
    KeyError,
    OSError,
    SyntaxError,  # Of the XML inside
    TypeError,
    ValueError,
    zlib.error,
)
_MAX_UNPACKED: Final = 32 * 1024 * 1024


class Capture:
    """Keeps all answers until the end: no stand-in may be a value of another one."""

    def __init__(self) -> None:
        """Begin with none."""
        self._replies: list[Reply] = []

    async def look(self, reply: Reply) -> None:
        """Keep an answer."""
        self._replies.append(reply)

    def write(self, folder: Path) -> int:
        """Write all answers, one file each, and return how many there are."""
        documents = [_read(reply) for reply in self._replies]
        stand_ins = StandIns(
            (text for each in documents for text in each.texts()),
            values=[
                text
                for each in documents
                if isinstance(each, _Json)
                for text in _values(each.data)
            ],
        )
        folder.mkdir(parents=True, exist_ok=True)
        for number, (reply, document) in enumerate(
            zip(self._replies, documents, strict=True), 1
        ):
            stem = f"{number:03}-{_slug(reply.call.method, reply.call.path)}"
            answer = document.anonymous(stand_ins, folder / stem)
            _write_json(folder / f"{stem}.json", {**_facts(reply), **answer})
        return len(documents)


def _facts(reply: Reply) -> dict[str, Any]:
    """Return what is no secret of a request, and of the answer's head."""
    call = reply.call
    return {
        "request": {
            "method": call.method,
            "host": URL(call.base).host,
            "path": call.path,
            "query": shape_of(dict(call.query)),
            "body": shape_of(call.json if call.form is None else dict(call.form)),
        },
        "status": reply.status,
        "headers": _headers(reply),
    }


def _headers(reply: Reply) -> dict[str, str]:
    """Return what is no secret; a media type without parameters, which may be names."""
    told = {"Content-Type": reply.content_type}
    told |= {name: reply.headers[name] for name in _HEADERS if name in reply.headers}
    return {name: value for name, value in told.items() if value}


def _slug(*parts: str) -> str:
    return "-".join(filter(None, re.split(r"[^A-Za-z0-9]+", "-".join(parts))))[:80]


def _write_json(path: Path, data: object) -> None:
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", "utf-8")


# Documents: what an answer can be.


@dataclass(frozen=True)
class _Json:
    data: Any

    def texts(self) -> Iterator[str]:
        return _texts(self.data)

    def anonymous(self, stand_ins: StandIns, path: Path) -> dict[str, Any]:
        return {"answer": stand_ins.data(self.data)}


@dataclass(frozen=True)
class _Text:
    text: str
    is_markup: bool

    def texts(self) -> Iterator[str]:
        yield self.text

    def anonymous(self, stand_ins: StandIns, path: Path) -> dict[str, Any]:
        replace = stand_ins.markup if self.is_markup else stand_ins.text
        return {"text": replace(self.text)}


@dataclass(frozen=True)
class _Csv:
    rows: list[list[str]]

    def texts(self) -> Iterator[str]:
        return _texts(self.rows)

    def anonymous(self, stand_ins: StandIns, path: Path) -> dict[str, Any]:
        text = StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows([stand_ins.cell(cell) for cell in row] for row in self.rows)
        return {"text": text.getvalue()}


@dataclass(frozen=True)
class _Sheets:
    sheets: Mapping[str, list[list[Any]]]

    def texts(self) -> Iterator[str]:
        return _texts(dict(self.sheets))

    def anonymous(self, stand_ins: StandIns, path: Path) -> dict[str, Any]:
        book = Workbook()
        book.remove(book.worksheets[0])
        for title, rows in self.sheets.items():
            sheet = book.create_sheet(stand_ins.cell(title))
            for row in rows:
                sheet.append([stand_ins.cell(cell) for cell in row])
        target = path.with_suffix(".xlsx")
        book.save(target)
        return {"file": target.name}


@dataclass(frozen=True)
class _Bytes:
    size: int

    def texts(self) -> Iterator[str]:
        return iter(())

    def anonymous(self, stand_ins: StandIns, path: Path) -> dict[str, Any]:
        return {"bytes": band_of([self.size])}


type _Document = _Json | _Text | _Csv | _Sheets | _Bytes


def _read(reply: Reply) -> _Document:
    body = reply.body
    if body.startswith(b"PK"):
        return _read_workbook(body)
    try:
        return _Json(json.loads(body))
    except ValueError, RecursionError:
        return _read_text(reply)


def _read_text(reply: Reply) -> _Document:
    try:
        text = reply.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _Bytes(len(reply.body))
    if "csv" in reply.content_type and (rows := _rows(text)):
        return _Csv(rows)
    is_markup = reply.is_html or "xml" in reply.content_type
    return _Text(text, is_markup or text.lstrip().startswith("<?xml"))


def _rows(text: str) -> list[list[str]]:
    try:
        return list(csv.reader(StringIO(text)))
    except csv.Error:
        return []


def _read_workbook(body: bytes) -> _Document:
    try:
        with ZipFile(BytesIO(body)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
        if unpacked > _MAX_UNPACKED:
            return _Bytes(len(body))
        book = load_workbook(BytesIO(body))
    except _DAMAGED:
        return _Bytes(len(body))
    sheets = {
        sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)]
        for sheet in book.worksheets
    }
    return _Sheets(sheets)


def _texts(data: object) -> Iterator[str]:
    """Yield all values and keys as texts."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield str(key)
            yield from _texts(value)
    elif isinstance(data, list):
        yield from _chained(data)
    elif data is not None:
        yield str(data)


def _values(data: object) -> Iterator[str]:
    """Yield all values as texts."""
    if isinstance(data, Mapping):
        data = list(data.values())
    if isinstance(data, list):
        for entry in data:
            yield from _values(entry)
    elif data is not None:
        yield str(data)


def _chained(entries: Iterable[object]) -> Iterator[str]:
    for entry in entries:
        yield from _texts(entry)
