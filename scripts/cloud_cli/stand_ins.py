"""Stand-ins for values: the same form and length, and nothing of the value.

Equal values have equal stand-ins within a run, also inside of longer texts, with other
leading zeros, as a number or as a text: what belongs together still does. No stand-in
is a value that has come up itself.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import blake2b
from random import Random
import re
from secrets import token_bytes
from typing import Any, Final

from custom_components.cloud_energy.client.shapes import is_name, kind_of

from .calendar_shift import CalendarShift
from .vocabulary import is_field_word, is_kept, is_member

_TOKEN: Final = re.compile(r"[^\W_]+")
_DECIMAL: Final = re.compile(r"\s*[+-]?\d*[.,]\d+(?:[eE][+-]?\d+)?\s*", re.ASCII)
_TIME_OF_DAY: Final = re.compile(r"\b\d{1,2}:\d\d(?::\d\d)?(?: ?[AP]M)?\b", re.ASCII)
_HEXADECIMAL: Final = re.compile(r"(?=.*\d)(?=.*[a-f])[0-9a-f]{6,}")
_CODE_KEYS: Final = frozenset({"code", "status", "statuscode", "errorcode"})
_LONGEST_CODE: Final = 6
_OPEN_CODE: Final = 3
_MAX_TRIES: Final = 300
_HEBREW: Final = "אבגדהוזחטיכלמנסעפצקרשת"
_OTHER_LETTERS: Final = "åäöéüñç"


def tokens_of(text: str) -> Iterator[str]:
    """Yield the words and numbers in a text as they are compared."""
    return (normal(found) for found in _TOKEN.findall(text))


def normal(token: str) -> str:
    """Return a token without what may differ between two places."""
    return token.lstrip("0") if token.isdecimal() else token.casefold()


class StandIns:
    """The stand-ins of one run."""

    def __init__(
        self,
        originals: Iterable[str],
        key: bytes | None = None,
        *,
        values: Iterable[str] = (),
    ) -> None:
        """Take all texts that come up; `key`: what makes this run's stand-ins.

        `values`: those that are no keys; a key that is one of them is data itself.
        """
        self._values = {value.casefold() for value in values}
        self._key = key or token_bytes(32)
        self._originals = {token for text in originals for token in tokens_of(text)}
        self._known: dict[str, str] = {}
        self._used: set[str] = set()
        self._calendar = CalendarShift(self._random("calendar", 0))

    def data(self, data: object, key: str = "") -> Any:
        """Return JSON-like data with all values replaced.

        Keys that are data themselves are values. What stays: null, true, false, zero,
        numbers of one digit, times of day, units, the clouds' own words for states,
        and the short number under a key like `errorCode`.
        """
        if _is_code(key, data):
            return data
        match data:
            case Mapping():
                return self._mapping(data)
            case list():
                return self._list(data)
            case str():
                return self.text(data)
            case bool():
                return data
            case int():
                return int(_TOKEN.sub(self._replace, str(data)))
            case float() if _DECIMAL.fullmatch(repr(data)):
                return float(self._decimal(repr(data)))
        return data

    def key(self, key: str, *, is_entry: bool = False) -> str:
        """Return a key as it is if it is a member's name.

        `is_entry`: the object is a list by name or by number.
        """
        is_strange = (
            is_entry
            or key.casefold() in self._values
            or key[:1].isupper()
            or any(map(str.isdigit, key))
        )
        is_kept = is_name(key) and (is_member(key) or not is_strange)
        return key if is_kept else self.text(key)

    def _mapping(self, data: Mapping[str, Any]) -> dict[str, Any]:
        members = [
            frozenset(v) if isinstance(v, Mapping) else None for v in data.values()
        ]
        is_list = len(members) > 1 and bool(members[0]) and len(set(members)) == 1
        return {
            self.key(name, is_entry=is_list): self.data(data[name], name)
            for name in data
        }

    def _list(self, data: list[Any]) -> list[Any]:
        """Replace a list; digits one by one may be a code, and are others each."""
        if not _are_digits(data):
            return [self.data(entry) for entry in data]
        random = self._random("".join(map(str, data)), 0)
        return [type(digit)(random.randrange(10)) for digit in data]

    def text(self, text: str) -> str:
        """Return another text of the same form."""
        kind = kind_of(text)
        if kind == "time text" or is_kept(text):
            return text
        if shifted := self._calendar.shifted(text):
            return shifted
        if _DECIMAL.fullmatch(text):
            return self._decimal(text)
        return _TOKEN.sub(self._replace, text)

    def cell(self, value: object) -> Any:
        """Return the cell of a table; captions stay if they are ordinary words."""
        if isinstance(value, str):
            words = _TOKEN.findall(_TIME_OF_DAY.sub("", value))
            return value if all(map(is_field_word, words)) else self.text(value)
        return self._calendar.cell(self.data(value))

    def markup(self, text: str) -> str:
        """Return a page of markup; the names of its elements stay."""
        parts = re.split(r"(</?[A-Za-z_][\w.:-]*(?=[\s/>]))", text)
        return "".join(
            part if part.startswith("<") and is_name(part.lstrip("</")) else again
            for part in parts
            for again in (_TOKEN.sub(self._replace, part),)
        )

    def _decimal(self, text: str) -> str:
        """Replace a number with a fraction; a whole one as the whole number it is."""
        whole, mark, fraction = re.split(r"([.,])", text, maxsplit=1)
        if not fraction.strip().strip("0"):
            return f"{_TOKEN.sub(self._replace, whole)}{mark}{fraction}"
        digits, exponent = re.fullmatch(r"(\d+)(.*)", fraction, re.DOTALL).groups()  # type: ignore[union-attr]  # see _DECIMAL
        sign, zeros, leading = re.fullmatch(r"(\D*)(0*)(\d*)", whole).groups()  # type: ignore[union-attr]  # see _DECIMAL
        plain = leading + digits
        return self._placed(sign + zeros, plain, len(leading), mark) + exponent

    def _placed(self, start: str, digits: str, point: int, mark: str) -> str:
        found = self._found(f"{digits}/{point}", lambda random: _digits(digits, random))
        return f"{start}{found[:point]}{mark}{found[point:]}"

    def _replace(self, match: re.Match[str]) -> str:
        token = match[0]
        core = normal(token)
        if token.isdecimal():
            if len(core) < 2:
                return token
            found = self._found(core, lambda random: _digits(core, random))
            return found.rjust(len(token), "0")
        found = self._found(core, lambda random: _word(core, random))
        cased = zip(token, found, strict=False)
        return "".join(new.upper() if old.isupper() else new for old, new in cased)

    def _found(self, core: str, make: Callable[[Random], str]) -> str:
        """Return the stand-in of a value, made when it first comes up."""
        if core not in self._known:
            self._known[core] = self._made(core, make)
        return self._known[core]

    def _made(self, core: str, make: Callable[[Random], str]) -> str:
        """Draw stand-ins until one is new; of short values not all can have one."""
        plain = core.partition("/")[0]
        drawn = (make(self._random(core, attempt)) for attempt in range(_MAX_TRIES))
        others = [plain]
        for candidate in drawn:
            if candidate not in self._originals and candidate not in self._used:
                self._used.add(candidate)
                return candidate
            others.append(candidate)
        return next((other for other in others if other != plain), plain)

    def _random(self, what: str, attempt: int) -> Random:
        text = f"{attempt}/{what}".encode()
        return Random(blake2b(text, key=self._key).digest())


def _is_code(key: str, value: object) -> bool:
    """Tell whether a value is a state that a cloud tells by a short number."""
    folded = key.replace("_", "").lower()
    if folded not in _CODE_KEYS or not isinstance(value, (int, str)):
        return False
    text = str(value)
    longest = _LONGEST_CODE if folded.startswith(("error", "status")) else _OPEN_CODE
    return text.isdecimal() and len(text) <= longest


def _are_digits(entries: list[Any]) -> bool:
    """Tell whether a list has nothing but digits, and not only zeros."""
    texts = [
        str(entry)
        for entry in entries
        if isinstance(entry, (int, str)) and not isinstance(entry, bool)
    ]
    is_each = all(len(text) == 1 and text.isdecimal() for text in texts)
    return is_each and len(texts) == len(entries) and any(t != "0" for t in texts)


def _digits(core: str, random: Random) -> str:
    """Return as many digits; neither end is a zero, so none gets lost."""
    inner = "".join(random.choices("0123456789", k=max(0, len(core) - 2)))
    first = random.choice("123456789")
    return (first + inner + random.choice("123456789"))[: len(core)]


def _word(core: str, random: Random) -> str:
    letters = "abcdef" if _HEXADECIMAL.fullmatch(core) else "abcdefghijklmnopqrstuvwxyz"
    return "".join(_character(each, letters, random) for each in core)


def _character(original: str, letters: str, random: Random) -> str:
    if original.isdigit():
        return random.choice("0123456789")
    if "א" <= original <= "ת":
        return random.choice(_HEBREW)
    return random.choice(letters if original.isascii() else _OTHER_LETTERS)
