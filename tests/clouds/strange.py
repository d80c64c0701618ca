"""Answers of a cloud that is up, and strange: each kind was seen, or is one that JSON and HTTP allow.

A kind changes a true answer. Some change what is sent as a whole, some every value of a sort in it, some the head of
the answer. `SOMEWHERE` are those that can change one single place as well.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
import json
from random import Random
import re
from typing import Any, Final

_RAW: Final = re.compile(r'"\\u0000raw:([^"]*)"')
_ELEMENT_NUMBER: Final = re.compile(rb">-?\d+(?:\.\d+)?<")
_ISO_DAY: Final = re.compile(
    r"(?:\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4}).*", re.DOTALL
)

type Change = Callable[[Any], Any]


@dataclass(frozen=True)
class Plain:
    """An answer as it goes out."""

    body: bytes
    content_type: str = "application/json"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Kind:
    """What one kind of strangeness does to a parsed answer."""

    change: Change
    fits: Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_date(value: Any) -> bool:
    return isinstance(value, str) and _ISO_DAY.fullmatch(value) is not None


def _is_leaf(value: Any) -> bool:
    return not isinstance(value, (dict, list))


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and bool(value)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict) and bool(value)


def raw(text: str) -> str:
    """Return what stands for a text that `json.dumps` would never write."""
    return f"\0raw:{text}"


def _nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def _year(year: int) -> Change:
    def change(value: str) -> str:
        if "/" in value[:5]:
            return re.sub(r"/\d{4}", f"/{year:04}", value, count=1)
        return f"{year:04}{value[4:]}"

    return change


def _text_kind(change: Change) -> _Kind:
    return _Kind(change, _is_text)


def _number_kind(value: Any) -> _Kind:
    return _Kind(lambda _: value, _is_number)


def _leaf_kind(value: Any) -> _Kind:
    return _Kind(lambda _: value, _is_leaf)


def _less_one(value: dict[str, Any]) -> dict[str, Any]:
    """Leave the first member out, which often is an id."""
    return dict(list(value.items())[1:])


SOMEWHERE: Final[Mapping[str, _Kind]] = {
    # Texts
    "half an emoji": _text_kind(lambda text: text + "\ud83d"),
    "the other half": _text_kind(lambda text: "\ude00" + text),
    "NUL in texts": _text_kind(lambda text: f"{text[:3]}\0{text[3:]}"),
    "control characters": _text_kind(lambda text: f"\x1b[31m{text}\x7f\x85\r\n"),
    "long texts": _text_kind(lambda text: (text or "x") * (10_000 // (len(text) or 1))),
    "minus one": _text_kind(lambda _: "-1"),
    "empty texts": _text_kind(lambda _: ""),
    "blanks": _text_kind(lambda _: " \t\n"),
    "numbers for texts": _text_kind(lambda _: 7),
    "digits of another script": _text_kind(
        lambda text: text.translate({0x30 + at: 0x660 + at for at in range(10)})
    ),
    "right to left": _text_kind(lambda text: f"\u202e{text}\u2066"),
    # Numbers
    "400 digits": _number_kind(10**400),
    "5000 digits": _number_kind(raw("9" * 5000)),
    "65 bits": _number_kind(2**64),
    "minus 64 bits": _number_kind(-(2**63) - 1),
    "54 bits": _number_kind(2**53 + 1),
    "1e308": _number_kind(1e308),
    "1e400": _number_kind(raw("1e400")),
    "tiny numbers": _number_kind(5e-324),
    "NaN": _number_kind(float("nan")),
    "Infinity": _number_kind(float("-inf")),
    "negative": _Kind(lambda value: -value - 1, _is_number),
    "decimal commas": _Kind(lambda value: str(value).replace(".", ","), _is_number),
    "texts of 400 digits": _number_kind("9" * 400),
    "fractions": _Kind(lambda value: value + 0.5, _is_whole),
    # Dates
    "year 1": _Kind(_year(1), _is_date),
    "year 9999": _Kind(_year(9999), _is_date),
    "no day": _Kind(lambda text: text.replace("-", "-9"), _is_date),
    "offset of a day": _Kind(lambda text: text[:19] + "+23:59", _is_date),
    "microseconds since 1970": _Kind(lambda _: 1_764_400_000_000_000, _is_date),
    # Values of any kind
    "null": _leaf_kind(None),
    "true": _leaf_kind(True),
    "lists for values": _leaf_kind([]),
    "objects for values": _leaf_kind({}),
    "deep values": _leaf_kind(_nested(900)),
    # Lists and objects
    "an empty member": _Kind(lambda value: [{}, *value[1:]], _is_list),
    "a null member": _Kind(lambda value: [*value, None], _is_list),
    "a text as a member": _Kind(lambda value: [*value, "odd"], _is_list),
    "a member without its first": _Kind(
        lambda value: [
            _less_one(value[0]) if isinstance(value[0], dict) else None,
            *value[1:],
        ],
        _is_list,
    ),
    "members twice": _Kind(lambda value: [*value, *value], _is_list),
    "members backwards": _Kind(lambda value: value[::-1], _is_list),
    "empty lists": _Kind(lambda _: [], _is_list),
    "objects for lists": _Kind(
        lambda value: {str(at): each for at, each in enumerate(value)}, _is_list
    ),
    "a list in each list": _Kind(lambda value: [value], _is_list),
    "20,000 numbers more": _Kind(lambda value: [*value, *[0] * 20_000], _is_list),
    "lists of numbers": _Kind(lambda value: [*value, *[[0] * 500] * 20], _is_list),
    "new keys": _Kind(lambda value: value | {"new\ud83d\0": {"a": [1]}}, _is_object),
    "a key less": _Kind(_less_one, _is_object),
    "empty objects": _Kind(lambda _: {}, _is_object),
}

BODIES: Final[dict[str, Callable[[bytes], bytes]]] = {
    "nothing": lambda _: b"",
    "blank": lambda _: b" \r\n",
    "only null": lambda _: b"null",
    "only true": lambda _: b"true",
    "only 0": lambda _: b"0",
    "only a huge number": lambda _: b"-1e999",
    "only an empty list": lambda _: b"[]",
    "only an empty object": lambda _: b"{}",
    "only a text": lambda _: b'"OK"',
    "only half an emoji": lambda _: b'"\\ud83d"',
    "no JSON": lambda _: b"OK",
    "100,000 brackets": lambda _: b"[" * 100_000,
    "500 brackets": lambda body: b"[" * 500 + (body or b"1") + b"]" * 500,
    "cut off": lambda body: body[: len(body) // 2],
    "something behind it": lambda body: body + b"\nDebug: 0.3 s",
    "a mark before it": lambda body: b"\xef\xbb\xbf" + body,
    "no UTF-8": lambda body: body.replace(b'"', b'"\xff\xfe', 1),
    "UTF-16": lambda body: body.decode("utf-8", "replace").encode("utf-16"),
    "halves as bytes": lambda body: body.replace(b'": "', b'": "\xed\xa0\xbd'),
    "an error page": lambda _: b"<html><body><h1>Oops</h1></body></html>",
    "XML": lambda _: b'<?xml version="1.0"?><error code="7"/>',
}


def _once(make: Callable[[], bytes]) -> Callable[[bytes], bytes]:
    """Return what gives the same body for any, which takes its time to write."""
    made = cache(make)
    return lambda _: made()


FLOODS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "7 MB of empty objects": lambda _: b"[" + b"{}," * 2_500_000 + b"{}]",
    "1 MB of empty objects": lambda _: b"[" + b"{}," * 330_000 + b"{}]",
    "300 kB of empty objects": lambda _: b"[" + b"{}," * 100_000 + b"{}]",
    "120 kB of empty objects": lambda _: b"[" + b"{}," * 40_000 + b"{}]",
    "140 kB of numbers": lambda _: b"[" + b"1," * 70_000 + b"1]",
    "140 kB of numbers in lists": _once(lambda: written([[1] * 4_000] * 12)),
    "1 MB of numbers in lists": _once(lambda: written([[1] * 20_000] * 17)),
    "120 kB of numbers in objects": _once(lambda: written([{"data": [1] * 9}] * 3_000)),
    "a text of 9 MB": lambda _: b'{"data": "' + b"x" * 9_000_000 + b'"}',
    "50,000 keys": _once(lambda: written({f"{key}": key for key in range(50_000)})),
}
"""Bodies that hold more than any cloud has to say."""

HEADS: Final[Mapping[str, tuple[int, Mapping[str, str]]]] = {
    "no content": (204, {}),
    "teapot": (418, {}),
    "status of nobody": (599, {}),
    "moved to nowhere": (302, {"Location": "http://[::1"}),
    "moved to no port": (302, {"Location": "http://localhost:99999/"}),
    "moved to no host": (303, {"Location": "http:///"}),
    "moved to a file": (301, {"Location": "file:///etc/passwd"}),
    "moved to itself": (307, {"Location": ""}),
    "moved in circles": (308, {"Location": "?"}),
    "pause without end": (429, {"Retry-After": "inf"}),
    "pause of nothing": (429, {"Retry-After": "nan"}),
    "pause before now": (503, {"Retry-After": "-3600"}),
    "pause till 9999": (503, {"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}),
    "pause till nowhen": (429, {"Retry-After": "Mon, 32 Foo 0000 99:99:99 +9999"}),
    "odd media type": (200, {"Content-Type": "application/json; charset=\x80none"}),
    "no gzip": (200, {"Content-Encoding": "gzip"}),
    "odd cookie": (200, {"Set-Cookie": "\x80=;;;; Max-Age=inf; Domain=[::1"}),
    "odd date": (200, {"Date": "Thu, 01 Jan 0001 00:00:00 -0000"}),
}

KINDS: Final = (*SOMEWHERE, *BODIES, *FLOODS, *HEADS)
"""The names of all kinds."""


def altered(kind: str, answer: Plain, *, seed: int | None = None) -> Plain:
    """Return a true answer made strange.

    With a seed one single place of it, where a kind is about places; without one all of them.
    """
    if kind in HEADS:
        status, headers = HEADS[kind]
        return Plain(answer.body, answer.content_type, status, headers)
    if whole := (BODIES | FLOODS).get(kind):
        body = whole(answer.body)
    else:
        body = altered_body(kind, answer.body, seed=seed)
    return Plain(body, answer.content_type, answer.status, answer.headers)


def altered_body(kind: str, body: bytes, *, seed: int | None = None) -> bytes:
    """Return a body with strange values; one without any such value stays as it is."""
    try:
        parsed = json.loads(body)
    except ValueError:
        return _altered_xml(kind, body, seed)
    return written(altered_value(kind, parsed, seed=seed))


def altered_value(kind: str, value: Any, *, seed: int | None = None) -> Any:
    """Return parsed JSON with strange values, for `written`."""
    what = SOMEWHERE[kind]
    places = list(_places(what, value, ()))
    if seed is not None and places:
        places = [Random(f"{kind} {seed}").choice(places)]
    return _changed(what, value, (), frozenset(places))


def written(value: Any) -> bytes:
    """Write what no honest writer of JSON would."""
    return _RAW.sub(lambda found: found[1], json.dumps(value)).encode()


type _Path = tuple[str | int, ...]


def _inside(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)


def _places(what: _Kind, value: Any, path: _Path) -> Iterator[_Path]:
    if what.fits(value):
        yield path
    for key, each in _inside(value):
        yield from _places(what, each, (*path, key))


def _changed(what: _Kind, value: Any, path: _Path, places: frozenset[_Path]) -> Any:
    inside = {
        key: _changed(what, each, (*path, key), places) for key, each in _inside(value)
    }
    if isinstance(value, dict):
        value = inside
    elif isinstance(value, list):
        value = list(inside.values())
    return what.change(value) if path in places else value


def _altered_xml(kind: str, body: bytes, seed: int | None) -> bytes:
    """Return XML with strange numbers; of anything else nothing is known."""
    what = SOMEWHERE[kind]
    places = [] if body[:2] == b"PK" else list(_ELEMENT_NUMBER.finditer(body))
    if not what.fits(1) or not places:
        return body
    if seed is not None:
        places = [Random(f"{kind} {seed}").choice(places)]
    for place in reversed(places):
        value = what.change(int(float(place[0][1:-1])))
        value = value.removeprefix("\0raw:") if isinstance(value, str) else value
        body = body[: place.start()] + f">{value}<".encode() + body[place.end() :]
    return body
