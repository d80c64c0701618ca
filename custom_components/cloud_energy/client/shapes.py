"""The shape of data without its values, for whoever has to find out what has changed.

A shape says which keys there are and what kinds of values: never a value. It may be
posted in public.
"""

from collections.abc import Iterable, Mapping
from itertools import islice
import re
from typing import Any, Final

_DEEPEST: Final = 10
_MAX_NODES: Final = 400
_MAX_ENTRIES: Final = 200
_LONGEST_NAME: Final = 40
_MAX_DIGITS: Final = 3

_NAME: Final = re.compile(r"[A-Za-z_$@#][A-Za-z0-9_$.:/-]*", re.ASCII)
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*|\d{1,3}", re.ASCII)
_DATE: Final = r"\d{4}-\d{2}-\d{2}|\d{1,2}[/.]\d{1,2}[/.]\d{4}"
_CLOCK: Final = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AP]M)?"
_ZONE: Final = r"(?: ?(?:Z|[+-]\d{2}:?\d{2}))?"
_KINDS: Final = (
    ("empty text", r"\s*"),
    ("number text", r"\s*[+-]?(?:\d+(?:[.,]\d+)?|\.\d+)(?:e[+-]?\d+)?\s*"),
    ("flag text", r"true|false|yes|no"),
    ("date text", _DATE),
    ("time text", _CLOCK),
    ("date and time text", rf"(?:{_DATE})[T ]{_CLOCK}{_ZONE}"),
    ("month text", r"\d{4}-\d{2}"),
    ("uuid text", r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    ("e-mail text", r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    ("address text", r"[a-z][a-z0-9+.-]*://\S+"),
    ("token text", r"[\w-]{8,}\.[\w-]{8,}\.[\w-]*"),
    ("hexadecimal text", r"(?:[0-9a-f]{2}){8,}"),
    ("markup text", r"\s*<[^>]+>.*"),
)
_KIND: Final = re.compile(
    "|".join(f"({pattern})" for _, pattern in _KINDS), re.IGNORECASE | re.ASCII
)
"""A group for each kind, as one look at a text takes less time than a dozen."""
_LONGEST_LOOK: Final = 512


def kind_of(value: object) -> str:
    """Return what kind of value it is, in words that hold nothing of it."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return _kind_of_text(value)
    return type(value).__name__ if isinstance(value, (bool, int, float)) else "other"


def _kind_of_text(text: str) -> str:
    found = _KIND.fullmatch(text[:_LONGEST_LOOK])
    return _KINDS[found.lastindex - 1][0] if found and found.lastindex else "text"


def is_name(key: str) -> bool:
    """Return whether a key names a member; ids, dates and addresses are data."""
    return (
        len(key) <= _LONGEST_NAME
        and _NAME.fullmatch(key) is not None
        and sum(map(str.isdigit, key)) <= _MAX_DIGITS
    )


def safe_name(key: object) -> str:
    """Return a key as it is if it is a name, else its kind."""
    text = str(key)
    return text if is_name(text) else f"<{_kind_of_text(text)}>"


def safe_value(value: object) -> str:
    """Return a word or a short number as it is, of anything else its kind."""
    text = str(value)
    is_word = _WORD.fullmatch(text) and (is_name(text) or text.isdigit())
    return text if is_word else f"<{_kind_of_text(text)}>"


class _Room:
    """How much a whole shape may still grow."""

    def __init__(self) -> None:
        self.left = _MAX_NODES


class Shape:
    """What all values have in common that were taken at one place."""

    __slots__ = (
        "_counts",
        "_depth",
        "_entries",
        "_is_cut",
        "_kinds",
        "_members",
        "_objects",
        "_room",
        "_seen",
    )

    def __init__(self, *, depth: int = 0, room: _Room | None = None) -> None:
        """Begin with nothing seen."""
        self._depth = depth
        self._room = room or _Room()
        self._kinds: set[str] = set()
        self._members: dict[str, Shape] = {}
        self._seen: dict[str, int] = {}
        self._objects = 0
        self._is_cut = False
        self._entries: Shape | None = None
        self._counts: tuple[int, int] | None = None

    def take(self, value: object) -> None:
        """Take one more value, as a JSON parser gives it."""
        if isinstance(value, Mapping):
            self._take_object(value)
        elif isinstance(value, list):
            self._take_list(value)
        else:
            self._kinds.add(kind_of(value))

    def mark(self, kind: str) -> None:
        """Take something that is no data by a word of our own."""
        self._kinds.add(kind)

    def _take_object(self, value: Mapping[Any, Any]) -> None:
        self._objects += 1
        names = [
            key if key in self._members else safe_name(key)
            for key in islice(value, _MAX_ENTRIES)
        ]
        self._is_cut |= len(value) > _MAX_ENTRIES
        if sum(name.startswith("<") for name in names) * 2 >= len(names):
            # Keys that are data, and among them some that only look like names
            names = ["<data>"] * len(names)
        for name, member in zip(names, value.values(), strict=False):
            if place := self._place(name):
                place.take(member)
        for name in set(names) & self._members.keys():
            self._seen[name] = self._seen.get(name, 0) + 1

    def _place(self, name: str) -> Shape | None:
        place = self._members.get(name)
        if place is None:
            place = self._grown()
            if place is None:
                self._is_cut = True
            else:
                self._members[name] = place
        return place

    def _grown(self) -> Shape | None:
        if self._depth >= _DEEPEST or not self._room.left:
            return None
        self._room.left -= 1
        return Shape(depth=self._depth + 1, room=self._room)

    def _take_list(self, value: list[Any]) -> None:
        minimum, maximum = self._counts or (len(value), len(value))
        self._counts = min(minimum, len(value)), max(maximum, len(value))
        self._entries = self._entries or self._grown()
        if self._entries:
            for entry in value[:_MAX_ENTRIES]:
                self._entries.take(entry)

    def described(self) -> Any:
        """Return the shape as JSON-like data.

        Kinds are texts (`"int | null"`). An object has its keys: `"name?"` was not in
        all of them, `"<data>"` stands for keys that are data, `"..."` for more than
        there is room for. A list is `["3 to 5", <shape of its entries>]`.
        """
        found: list[Any] = [" | ".join(sorted(self._kinds))] if self._kinds else []
        if self._objects:
            found.append(self._described_object())
        if self._counts:
            found.append(self._described_list(*self._counts))
        if len(found) > 1:
            return {"one of": found}
        return found[0] if found else "nothing"

    def _described_object(self) -> dict[str, Any]:
        described = {
            name if self._is_always(name) else f"{name}?": shape.described()
            for name, shape in self._members.items()
        }
        return described | {"...": "more"} if self._is_cut else described

    def _is_always(self, name: str) -> bool:
        return name.startswith("<") or self._seen.get(name) == self._objects

    def _described_list(self, minimum: int, maximum: int) -> list[Any]:
        count = str(maximum) if minimum == maximum else f"{minimum} to {maximum}"
        if self._entries is None:
            return [count, "..."]
        return [count, self._entries.described()] if maximum else [count]


def shape_of(*values: object) -> Any:
    """Return the common shape of values."""
    shape = Shape()
    for value in values:
        shape.take(value)
    return shape.described()


def band_of(numbers: Iterable[int]) -> str:
    """Return between which powers of ten numbers lie, as text."""
    found = [len(str(number)) if number else 0 for number in numbers]
    if not found:
        return "none"
    minimum, maximum = min(found), max(found)
    return f"{10 ** (minimum - 1) if minimum else 0} to {10**maximum - 1 if maximum else 0}"
