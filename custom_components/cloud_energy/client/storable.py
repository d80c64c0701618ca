"""What every store can hold: Home Assistant's files, its databases, and the browser.

A cloud may send half an emoji, a number of 400 digits, or objects nested thousands deep.
One such value in a name or an id, and Home Assistant can no longer save its registries,
for all integrations. So what enters is cleaned, once, where it enters.
"""

from datetime import date
import json
import re
from typing import Any, Final

LARGEST: Final = 2**53 - 1
"""The largest whole number that is exact in a browser, and in a database's floats."""
_MAX_DIGITS: Final = len(str(LARGEST))
_LONGEST_NAME: Final = 255
"""What a database's columns for names hold."""
_DEEPEST: Final = 64
_LONGEST_LIST: Final = 25_000
"""A week of minutes has 10,080."""
_MAX_KEYS: Final = 5_000
_MAX_INSIDE: Final = 11_000
"""Objects and lists in a document: three days of minutes have fewer than 9,000."""
_MAX_VALUES: Final = 200_000
"""Values in a document: a week of minutes of a dozen circuits has 121,000."""
_YEARS: Final = range(1901, 2200)
"""Other years stand for nothing (0001, 1900) or for no end (9999)."""

# All control characters but tabulators and the ends of lines
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_MARK: Final = "\N{REPLACEMENT CHARACTER}"
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")


def parse_json(document: str | bytes) -> Any:
    """Parse JSON into values that every store can hold.

    A number that is too large becomes None, as if it had not been sent.

    :raises ValueError: it is no JSON, or nested deeper than any answer is, or one of
        its lists or objects is larger, or there are more of them, than any cloud's.
    """
    check_size(document)
    try:
        parsed = json.loads(document, parse_int=_whole, parse_constant=_nothing)
    except RecursionError:
        raise ValueError("It is nested too deep") from None
    return _Cleaner().cleaned(parsed, 0)


def storable_text(text: str) -> str:
    """Return a text in which what no store can hold is replaced by a mark.

    Left out, a broken token could pass for a whole one.
    """
    if text.isprintable():  # as nearly all are: neither is then in it
        return text
    if _SURROGATE.search(text):
        # Two halves that belong together become one character.
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _CONTROL.sub(_MARK, text)


def typed_text(text: str) -> str:
    """Return what somebody typed or pasted, without what nobody can type."""
    return storable_text(text).replace(_MARK, "")


def storable_name(text: str) -> str:
    """Return a text of one line that is no longer than a name may be."""
    return " ".join(storable_text(text).split())[:_LONGEST_NAME].rstrip()


def is_storable(number: float) -> bool:
    """Return whether a number is finite, and of a size that means something."""
    return -LARGEST <= number <= LARGEST


def is_sensible(day: date) -> bool:
    """Return whether a day, or a time, can be meant.

    What is left can be moved between time zones, and by years, without an overflow.
    """
    return day.year in _YEARS


def _whole(digits: str) -> int | None:
    # Python itself refuses to read thousands of digits.
    return int(digits) if len(digits.lstrip("-")) <= _MAX_DIGITS else None


def _nothing(_: str) -> None:
    """Read `NaN` or `Infinity`, which are no JSON."""


def check_size(document: str | bytes) -> None:
    """Look for a flood before any of it becomes an object, by its separators.

    The parser itself lets nothing else be done meanwhile.

    :raises ValueError: it has more entries than any cloud's answer.
    """
    marks = ("{", "[", ",") if isinstance(document, str) else (b"{", b"[", b",")
    objects, lists, commas = (document.count(mark) for mark in marks)  # type: ignore[arg-type]  # each counts its own kind
    if objects + lists > _MAX_INSIDE * 2 or commas > _MAX_VALUES:
        raise ValueError("It has too many entries")


class _Cleaner:
    """Makes of one document what every store can hold."""

    def __init__(self) -> None:
        self._left = _MAX_INSIDE

    def cleaned(self, value: Any, depth: int) -> Any:
        if isinstance(value, str):
            return storable_text(value)
        if isinstance(value, (int, float)):
            return value if is_storable(value) else None
        if not isinstance(value, (dict, list)):
            return value
        self._check(value, depth)
        cleaned, depth = self.cleaned, depth + 1
        if isinstance(value, list):
            return [cleaned(each, depth) for each in value]
        return {storable_text(key): cleaned(each, depth) for key, each in value.items()}

    def _check(self, value: dict[str, Any] | list[Any], depth: int) -> None:
        self._left -= 1
        if depth == _DEEPEST:
            raise ValueError("It is nested too deep")
        most = _LONGEST_LIST if isinstance(value, list) else _MAX_KEYS
        if len(value) > most or self._left < 0:
            raise ValueError("It has too many entries")
