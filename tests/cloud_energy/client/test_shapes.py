"""Shapes tell what is there and hold no value of it."""

from collections.abc import Iterator
from io import BytesIO
import json
from random import Random
import re
import string
from typing import Any
from uuid import UUID

from hypothesis import given, strategies as st
from openpyxl import Workbook
import pytest

from custom_components.cloud_energy.client import answers
from custom_components.cloud_energy.client.answers import ResponseShapes
from custom_components.cloud_energy.client.bodies import take_body
from custom_components.cloud_energy.client.call import Call, Reply
from custom_components.cloud_energy.client.shapes import (
    Shape,
    band_of,
    is_name,
    kind_of,
    safe_name,
    shape_of,
)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "null"),
        (True, "bool"),
        (7, "int"),
        (7.5, "float"),
        (b"bytes", "other"),
        ("", "empty text"),
        ("  ", "empty text"),
        ("Anna", "text"),
        ("0012.50", "number text"),
        ("-1e-5", "number text"),
        ("TRUE", "flag text"),
        ("2026-11-20", "date text"),
        ("11/20/2026", "date text"),
        ("2026-11", "month text"),
        ("23:15", "time text"),
        ("11:15:00 PM", "time text"),
        ("2026-11-20T10:00:00.123Z", "date and time text"),
        ("2026-11-20T10:00:00+02:00", "date and time text"),
        ("11/20/2026 10:00 AM", "date and time text"),
        ("0b2c3507-1111-2222-3333-444455556666", "uuid text"),
        ("anna@example.com", "e-mail text"),
        ("https://example.com/x?y=1", "address text"),
        ("eyJhbGciOi.eyJzdWIiOiIx.c2lnbmF0dXJl", "token text"),
        ("0b2c35070b2c35070b2c35070b2c3507", "hexadecimal text"),
        ("<p>Hello</p>", "markup text"),
    ],
)
def test_kinds(value: object, kind: str) -> None:
    """A value's kind is told in words that are always the same."""
    assert kind_of(value) == kind


@pytest.mark.parametrize(
    "key", ["a", "accountNumber", "kv_r_1", "usageAttribute2", "@odata.type", "$id"]
)
def test_names_are_kept(key: str) -> None:
    """What a programmer has called a member tells nothing of a person."""
    assert is_name(key)
    assert safe_name(key) == key


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("2026-11-20", "<date text>"),
        ("100200300", "<number text>"),
        ("A2303A04B2", "<text>"),
        ("anna@example.com", "<e-mail text>"),
        ("Garage EV", "<text>"),
        ("אנה", "<text>"),
        ("a" * 41, "<text>"),
        ("", "<empty text>"),
        (5, "<number text>"),
    ],
)
def test_keys_that_are_data_are_not(key: object, shown: str) -> None:
    """Ids, dates, serials, addresses and names of things stand by their kind."""
    assert safe_name(key) == shown


def test_shape_of_an_answer() -> None:
    """Lists become one entry with a count, keys that come and go are marked."""
    first = {
        "data": [
            {"day": "2026-11-20", "kwh": 1.5, "note": None},
            {"day": "2026-11-21", "kwh": 2, "extra": []},
        ],
        "byDay": {"2026-11-20": 1, "2026-11-21": 2},
        "ok": True,
    }
    second = {"data": [], "byDay": {}, "ok": "true", "error": {"code": 7}}
    assert shape_of(first, second) == {
        "data": [
            "0 to 2",
            {
                "day": "date text",
                "kwh": "float | int",
                "note?": "null",
                "extra?": ["0"],
            },
        ],
        "byDay": {"<data>": "int"},
        "ok": "bool | flag text",
        "error?": {"code": "int"},
    }


def test_what_changes_its_kind() -> None:
    """An object that is sometimes a list or a text is told as each of them."""
    assert shape_of({"a": 1}, [1], "x") == {
        "one of": ["text", {"a": "int"}, ["1", "int"]]
    }
    assert shape_of() == "nothing"


def test_shapes_are_bounded() -> None:
    """However large, deep and wide an answer is."""
    deep: Any = "end"
    for _ in range(200):
        deep = {"next": [deep]}
    wide = {f"key_{name}": {"x": {"y": 1}} for name in map(letters, range(5000))}
    for data in (deep, wide, [wide] * 50, {"a": deep, "b": wide}):
        shown = json.dumps(shape_of(data))
        assert len(shown) < 30_000
        assert "..." in shown


def letters(number: int) -> str:
    """Return a number in letters."""
    return str(number).translate(str.maketrans(string.digits, "abcdefghij"))


# Two documents with the same keys and kinds, and nothing else in common.

NAMES = ("id", "data", "accountNumber", "name", "value", "status", "x")
DATA_KEYS = ("20{:02}-01-01", "{}00200300", "anna{}@example.com", "Garage {}")
LEAVES = [
    "null",
    "flag",
    "int",
    "float",
    "word",
    "number",
    "date",
    "moment",
    "uuid",
    "mail",
    "address",
    "hexadecimal",
    "empty",
]


def leaf(kind: str, random: Random) -> Any:
    """Return some value of a kind."""
    number = random.randrange(10**9, 10**10)
    word = "".join(random.choices(string.ascii_letters, k=12))
    return {
        "null": None,
        "flag": random.random() < 0.5,
        "int": number,
        "float": number + 0.5,
        "word": f"{word} {word}",
        "number": str(number),
        "date": f"{random.randrange(1000, 9999)}-12-24",
        "moment": f"{random.randrange(1000, 9999)}-12-24T10:00:00Z",
        "uuid": str(UUID(int=random.getrandbits(128))),
        "mail": f"{word}@{word}.example",
        "address": f"https://{word}.example/{number}",
        "hexadecimal": f"{random.getrandbits(64) | 1 << 63:016x}a0",
        "empty": "",
    }[kind]


def filled(form: Any, random: Random) -> Any:
    """Return a document of a form with new values."""
    match form:
        case ("object", members):
            return {name: filled(member, random) for name, member in members.items()}
        case ("data keys", (key, members)):
            start = random.randrange(10, 40)
            return {
                key.format(start + at): filled(member, random)
                for at, member in enumerate(members)
            }
        case ("list", entries):
            return [filled(entry, random) for entry in entries]
    return leaf(form, random)


FORMS = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.one_of(
        st.tuples(
            st.just("object"),
            st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
        ),
        st.tuples(
            st.just("data keys"),
            st.tuples(st.sampled_from(DATA_KEYS), st.lists(inner, max_size=4)),
        ),
        st.tuples(st.just("list"), st.lists(inner, max_size=5)),
    ),
    max_leaves=30,
)


@given(form=FORMS, first=st.integers(0, 10**9), second=st.integers(0, 10**9))
def test_shape_depends_on_no_value(form: Any, first: int, second: int) -> None:
    """Other values of the same kinds have the same shape: so none of them is in it."""
    one, two = (filled(form, Random(seed)) for seed in (first, second))
    assert shape_of(one) == shape_of(two)


ANYTHING = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.floats(), st.integers(), st.text(max_size=40)
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=6),
        st.dictionaries(st.text(max_size=20), inner, max_size=6),
    ),
    max_leaves=40,
)


def texts(data: Any) -> Iterator[str]:
    """Yield all texts in a shape, keys too."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from texts(value)
    elif isinstance(data, list):
        for entry in data:
            yield from texts(entry)
    else:
        assert isinstance(data, str)
        yield data


def keys(data: Any) -> set[str]:
    """Return all keys in a document that are names."""
    if isinstance(data, dict):
        below = [keys(value) for value in data.values()]
        return {key for key in data if is_name(key)}.union(*below)
    return set().union(*map(keys, data)) if isinstance(data, list) else set()


OWN_WORDS = re.compile(
    r"(<)?(null|bool|int|float|other|data|more|one of|nothing|\.\.\.|\d+( to \d+)?"
    r"|((number|flag|date|time|month|uuid|e-mail|address|token|hexadecimal|markup"
    r"|empty|date and time) )?text)(>)?"
)


@given(data=ANYTHING)
def test_a_shape_has_no_words_but_its_own(data: Any) -> None:
    """Whatever the input: names of members, kinds and counts are all there is."""
    known = keys(data)
    for found in texts(shape_of(data)):
        for part in found.removesuffix("?").split(" | "):
            assert part in known or OWN_WORDS.fullmatch(part), part


# Whole answers.


def body_shape(body: bytes, content_type: str = "application/json") -> Any:
    """Return the shape of an answer's body."""
    shape = Shape()
    take_body(shape, body, content_type)
    return shape.described()


def workbook() -> bytes:
    """Return a workbook with an account number in it."""
    book, file = Workbook(), BytesIO()
    assert book.active
    book.active.append(["100200300", "Anna"])
    book.save(file)
    return file.getvalue()


PAGE = """<!DOCTYPE html><html><body><form action="/u/100200300"><input value="Anna">
Incapsula incident 100200300</form></body></html>"""
ODD_BODIES = [
    (b"", "application/json", "empty body"),
    (b'{"a": [1, 2]}', "text/plain", {"a": ["2", "int"]}),
    (b"<account id='100200300'><name>Anna</name></account>", "application/xml", {"xml": {"account": "null", "name": "null"}}),
    (b"<?xml version='1.0'?><feed/>", "", {"xml": {"feed": "null"}}),
    (b"100200300,Anna\n5,2026-11-20\n", "text/csv", {"csv": ["2", ["2", "date text | number text | text"]]}),
    (b'"' + b"x" * 200_000, "text/csv", {"csv": ["0"]}),
    (b"name=Anna&id=100200300", "application/x-www-form-urlencoded", {"form": {"name": "text", "id": "number text"}}),
    (b"Anna was here", "text/plain", "text"),
    (b"%PDF-1.7 Anna", "application/pdf", "pdf file"),
    (b"PK\x03\x04 Anna", "application/zip", "damaged zip file"),
    (b"[" * 100_000, "application/json", "text"),
    (workbook(), "application/octet-stream", "workbook of 1 sheets"),
    (
        PAGE.encode(),
        "text/html",
        {"page": dict.fromkeys(["html", "body", "form", "input", "speaks_of_incapsula"], "null")},
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "content_type", "shape"), ODD_BODIES, ids=map(str, range(len(ODD_BODIES)))
)
def test_bodies_of_all_kinds(body: bytes, content_type: str, shape: Any) -> None:
    """What is no JSON is told by what it is made of."""
    found = body_shape(body, content_type)
    assert found == shape
    assert "Anna" not in str(found)
    assert "100200300" not in str(found)


@given(body=st.binary(max_size=300), content_type=st.text(max_size=20))
def test_any_body_has_a_shape(body: bytes, content_type: str) -> None:
    """Nothing that a cloud sends can do harm."""
    json.dumps(body_shape(body, content_type))


@pytest.mark.parametrize(
    ("sizes", "band"),
    [
        ([], "none"),
        ([0], "0 to 0"),
        ([1], "1 to 9"),
        ([5, 1234], "1 to 9999"),
        ([0, 10], "0 to 99"),
    ],
)
def test_bands(sizes: list[int], band: str) -> None:
    """Sizes are told by their number of digits."""
    assert band_of(sizes) == band


# The memory of an account.


class Clock:
    """A time that stands until it is moved."""

    now = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def reply(body: bytes, status: int = 200, media_type: str = "text/json") -> Reply:
    """Return an answer."""
    call = Call(method="GET", base="https://a.example", path="/bill/{account}")
    headers = {"Content-Type": media_type}
    return Reply(call=call, status=status, headers=headers, body=body)


async def test_looks_are_rare(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first answer of each status, then one an hour, whatever comes between."""
    taken: list[bytes] = []

    def count(shape: Shape, body: bytes, content_type: str) -> None:
        taken.append(body)
        take_body(shape, body, content_type)

    monkeypatch.setattr(answers, "take_body", count)
    clock = Clock()
    log = ResponseShapes(clock)
    for body in (b'{"a": 1}', b'{"b": 1}', b'{"c": 1}'):
        await log.look(reply(body))
    await log.look(reply(b"[]", 404))
    assert taken == [b'{"a": 1}', b"[]"]
    clock.now += 3601
    await log.look(reply(b'{"a": null, "d": 1}'))
    where = "GET a.example/bill/{account}"
    assert log.described(where) == {
        "200": {
            "content_type": "text/json",
            "bytes": "1 to 99",
            "looks": 2,
            "shape": {"a": "int | null", "d?": "int"},
        },
        "404": {
            "content_type": "text/json",
            "bytes": "1 to 9",
            "looks": 1,
            "shape": ["0"],
        },
    }
    assert log.described("GET elsewhere") == {}


async def test_large_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Large ones are looked at in a thread, huge ones not at all."""
    threads: list[object] = []

    async def to_thread(function: Any, *arguments: Any) -> None:
        threads.append(function)
        function(*arguments)

    monkeypatch.setattr(answers.asyncio, "to_thread", to_thread)
    log = ResponseShapes()
    await log.look(reply(json.dumps([1] * 10_000).encode()))
    assert len(threads) == 1
    await log.look(reply(b" " * 3_000_000, 500, "Anna Svensson"))
    assert len(threads) == 1
    found = log.described("GET a.example/bill/{account}")
    assert found["200"]["shape"] == ["10000", "int"]
    assert found["500"]["shape"] == "too large to look into"
    assert found["500"]["content_type"] == "none"


async def test_an_endpoint_with_many_statuses() -> None:
    """Their number is limited as well."""
    log = ResponseShapes()
    for status in range(200, 300):
        await log.look(reply(b"{}", status, f"text/a{status}"))
    assert len(log.described("GET a.example/bill/{account}")) == 4
