"""The cells of an Excel file (.xlsx), as far as a table of usage can reach.

Only what a cell says is kept: a sheet has no size but that of its cells. Positions
beyond the limits are refused, since nothing there can be usage.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
import posixpath
import re
from typing import Final, override

from custom_components.cloud_energy.client.errors import Malformed
from custom_components.cloud_energy.client.storable import is_storable

from .archive import Archive, Attributes
from .number_formats import NumberFormats

type Cell = str | float | datetime | time | None
type Row = Sequence[Cell]

_WORKBOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_STRINGS: Final = "xl/sharedStrings.xml"
_STYLES: Final = "xl/styles.xml"
_MAX_SHEETS: Final = 8
_MAX_COLUMNS: Final = 130
_MAX_ROWS: Final = 9_999
"""27 years of days."""
_MAX_PLACES: Final = 1_000_000
"""Rows times columns of all sheets: thirteen months of two have some 40,000."""
_LONGEST_TEXT: Final = 256
_PLACE: Final = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_EPOCH: Final = datetime(1899, 12, 30)
_EPOCH_1904: Final = datetime(1904, 1, 1)
_TRUE: Final = ("1", "true", "on")


@dataclass(frozen=True)
class Sheet:
    """One worksheet; all of its rows are as long as the longest."""

    title: str
    rows: Sequence[Row]
    epoch: date
    """What the numbers of days count from."""


def read_sheets(content: bytes) -> list[Sheet]:
    """Return the sheets of a file in their order; takes a while.

    :raises Malformed: it is no such file, or made to hurt.
    """
    archive = Archive(content)
    book = _Book()
    archive.read(_required(archive, _WORKBOOK), book)
    relations = _Relations()
    archive.read(_required(archive, _RELATIONS), relations)
    if len(book.sheets) > _MAX_SHEETS:
        raise Malformed("The workbook has too many sheets")
    strings, formats = _Strings(), NumberFormats()
    if archive.has(_STRINGS):
        archive.read(_STRINGS, strings)
    if archive.has(_STYLES):
        archive.read(_STYLES, formats)
    sheets: list[Sheet] = []
    places = 0
    for title, relation in book.sheets:
        cells = _Cells(strings.found, formats, book.epoch)
        archive.read(_required(archive, relations.part(relation)), cells)
        places += cells.places
        if places > _MAX_PLACES:
            raise Malformed("The workbook is larger than any table of usage")
        sheets.append(Sheet(title, cells.table(), book.epoch.date()))
    return sheets


def _required(archive: Archive, part: str) -> str:
    if not archive.has(part):
        raise Malformed("The workbook lacks one of its parts")
    return part


class _Quiet:
    """Receives all events and ignores them."""

    def start(self, name: str, attributes: Attributes) -> None:
        pass

    def end(self, name: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass


class _Book(_Quiet):
    """The sheets in their order, and what the dates count from."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        """Title, and the name of the relation to the part."""
        self.epoch = _EPOCH

    @override
    def start(self, name: str, attributes: Attributes) -> None:
        if name == "sheet":
            title, relation = attributes.get("name", ""), attributes.get("id", "")
            self.sheets.append((title, relation))
        elif name == "workbookPr" and attributes.get("date1904") in _TRUE:
            self.epoch = _EPOCH_1904


class _Relations(_Quiet):
    """Where the sheets are."""

    def __init__(self) -> None:
        self._targets: dict[str, str] = {}

    @override
    def start(self, name: str, attributes: Attributes) -> None:
        if name == "Relationship":
            self._targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def part(self, relation: str) -> str:
        """Return the name of the part that a relation leads to."""
        target = self._targets.get(relation, "")
        return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


@dataclass
class _Text:
    """Collects the text of an element, up to what a header can be long."""

    parts: list[str] = field(default_factory=list)
    length: int = 0

    def add(self, text: str) -> None:
        if self.length < _LONGEST_TEXT:
            self.parts.append(text[: _LONGEST_TEXT - self.length])
            self.length += len(text)

    def take(self) -> str:
        """Return it, and start again."""
        text = "".join(self.parts)
        self.parts.clear()
        self.length = 0
        return text


class _Strings(_Quiet):
    """Texts that cells refer to by their number."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._text = _Text()
        self._inside = _Inside("t", without="rPh")

    @override
    def start(self, name: str, attributes: Attributes) -> None:
        self._inside.start(name)

    @override
    def end(self, name: str) -> None:
        self._inside.end(name)
        if name == "si":
            self.found.append(self._text.take())

    @override
    def text(self, text: str) -> None:
        if self._inside:
            self._text.add(text)


class _Inside:
    """Whether the text of some elements is being read."""

    def __init__(self, *names: str, without: str) -> None:
        self._names = names
        self._without = without
        self._depth = 0
        self._left_out = 0

    def start(self, name: str) -> None:
        self._depth += name in self._names
        self._left_out += name == self._without

    def end(self, name: str) -> None:
        self._depth -= name in self._names
        self._left_out -= name == self._without

    def __bool__(self) -> bool:
        return self._depth > 0 and not self._left_out


class _Cells(_Quiet):
    """The cells of a sheet."""

    def __init__(
        self, strings: Sequence[str], formats: NumberFormats, epoch: datetime
    ) -> None:
        self._strings = strings
        self._formats = formats
        self._epoch = epoch
        self._rows: list[dict[int, Cell]] = []
        self._column = -1
        self._attributes: Attributes = {}
        self._text = _Text()
        self._inside = _Inside("v", "t", without="rPh")
        self._readers: dict[str, Callable[[str], Cell]] = {
            "n": self._number,
            "s": self._shared,
            "str": str,
            "inlineStr": str,
            "d": str,
        }

    @override
    def start(self, name: str, attributes: Attributes) -> None:
        if name == "row":
            self._begin_row(attributes)
        elif name == "c":
            self._begin_cell(attributes)
        self._inside.start(name)

    @override
    def end(self, name: str) -> None:
        self._inside.end(name)
        if name == "c":
            self._end_cell()

    @override
    def text(self, text: str) -> None:
        if self._inside:
            self._text.add(text)

    @property
    def places(self) -> int:
        """How many places the table has."""
        return len(self._rows) * self._width

    def table(self) -> list[Row]:
        """Return all rows, each as long as the longest."""
        return [[row.get(at) for at in range(self._width)] for row in self._rows]

    @property
    def _width(self) -> int:
        return max((max(row) + 1 for row in self._rows if row), default=0)

    def _begin_row(self, attributes: Attributes) -> None:
        place = attributes.get("r", "0")
        is_near = len(place) <= len(str(_MAX_ROWS)) and place.isdecimal()
        if not is_near or len(self._rows) >= _MAX_ROWS:
            raise _far()
        self._rows.append({})
        self._column = -1

    def _begin_cell(self, attributes: Attributes) -> None:
        self._attributes = attributes
        self._column += 1
        if place := attributes.get("r"):
            self._column = _column(place)
        if self._column >= _MAX_COLUMNS or not self._rows:
            raise _far()
        self._text.take()

    def _end_cell(self) -> None:
        text = self._text.take()
        read = self._readers.get(self._attributes.get("t", "n"))
        if read and text and self._rows:
            self._rows[-1][self._column] = read(text)

    def _shared(self, text: str) -> Cell:
        number = _whole(text)
        if number is None or not 0 <= number < len(self._strings):
            raise Malformed("The workbook refers to a text that is not there")
        return self._strings[number]

    def _number(self, text: str) -> Cell:
        try:
            number = float(text)
        except ValueError:
            return text
        if not is_storable(number):
            return None
        if self._formats.is_date(_whole(self._attributes.get("s", "0"))):
            return _moment(number, self._epoch)
        return number


def _column(place: str) -> int:
    """Return the column of a place such as `AB12`, from 0.

    :raises Malformed: it is no place, or far away.
    """
    match = _PLACE.fullmatch(place)
    if match is None or int(match[2]) > _MAX_ROWS:
        raise _far()
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def _whole(text: str) -> int | None:
    short = text.strip()
    return int(short) if short.isdecimal() and len(short) < 10 else None


def _moment(days: float, epoch: datetime) -> Cell:
    """Return a date, or a time of the day if there is no date; None if neither."""
    try:
        moment = epoch + timedelta(seconds=round(days * 86_400))
    except OverflowError:
        return None
    return moment.time() if 0 <= days < 1 else moment


def _far() -> Malformed:
    return Malformed("The workbook has cells far outside of a usage table")
