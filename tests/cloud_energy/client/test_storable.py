"""What enters can be stored, sent, and reckoned with."""

from datetime import UTC, datetime
import json
import tracemalloc
from typing import Any

from homeassistant.helpers.json import json_bytes
from hypothesis import given, strategies as st
import pytest

from custom_components.cloud_energy.client.fields import read_iso, read_time
from custom_components.cloud_energy.client.storable import (
    LARGEST,
    parse_json,
    storable_name,
    storable_text,
)
from tests.clouds.strange import BODIES, SOMEWHERE, Plain, altered
from tests.strange import unstorable

_ANY_TEXT = st.text(st.characters(codec=None), max_size=20)
_ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**15, 10**500)
    | st.floats()
    | _ANY_TEXT,
    lambda inside: st.lists(inside) | st.dictionaries(_ANY_TEXT, inside),
    max_leaves=20,
)


@given(_ANY_JSON, st.booleans())
def test_any_json(value: Any, ensure_ascii: bool) -> None:
    """Whatever JSON says, Home Assistant's own writer takes it, and so does a database."""
    document = json.dumps(value, ensure_ascii=ensure_ascii)
    parsed = parse_json(document.encode("utf-8", "surrogatepass"))
    assert not list(unstorable(parsed))
    assert json.loads(json_bytes(parsed)) == parsed


@given(st.text() | st.binary())
def test_any_document(document: str | bytes) -> None:
    """It is JSON or a `ValueError`."""
    try:
        parsed = parse_json(document)
    except ValueError:
        return
    assert not list(unstorable(parsed))


@pytest.mark.parametrize("kind", [*SOMEWHERE, *BODIES])
def test_every_kind(kind: str) -> None:
    """Each kind of strangeness is stored, or is no JSON."""
    true = Plain(
        json.dumps({"id": 7, "day": "2026-11-01", "list": [{"w": 1.5}]}).encode()
    )
    try:
        parsed = parse_json(altered(kind, true).body)
    except ValueError:
        return
    assert not list(unstorable(parsed))
    json_bytes(parsed)


@pytest.mark.parametrize(
    ("document", "value"),
    [
        (r'"Heat pump\ud83d"', "Heat pump\N{REPLACEMENT CHARACTER}"),
        (r'"Heat \ud83d\ude00 pump"', "Heat \N{GRINNING FACE} pump"),
        (b'"\xed\xa0\xbd\xed\xb8\x80"', "\N{GRINNING FACE}"),
        (r'"a\u0000b\u001bc\td\ne"', "a\ufffdb\ufffdc\td\ne"),
        (str(LARGEST), LARGEST),
        (str(-LARGEST), -LARGEST),
        (str(LARGEST + 1), None),
        ("9" * 5000, None),
        ("1e308", None),
        ("[NaN, -Infinity, 1e400, 0.5]", [None, None, None, 0.5]),
        (r'{"a\u0000": 1}', {"a\ufffd": 1}),
        ("true", True),
    ],
)
def test_values(document: str | bytes, value: object) -> None:
    """What can't be stored is left out; all else stays what it is."""
    parsed = parse_json(document)
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize("depth", [65, 900, 100_000])
def test_depth(depth: int) -> None:
    """No answer is nested that deep."""
    with pytest.raises(ValueError, match="deep|many"):
        parse_json("[" * depth + "]" * depth)


@pytest.mark.parametrize(
    "document",
    [
        b"[" + b"{}," * 2_500_000 + b"{}]",
        b"[" + b"[]," * 2_500_000 + b"[]]",
        b"[" + b"1," * 3_500_000 + b"1]",
        "[" + ",".join(["[" + "1," * 20_000 + "1]"] * 170) + "]",
    ],
    ids=["objects", "lists", "numbers", "numbers in lists"],
)
def test_a_flood_is_refused_before_it_is_read(document: str | bytes) -> None:
    """None of it becomes an object: it would take all the memory, and all the time."""
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="many"):
            parse_json(document)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 100_000


def test_names() -> None:
    """A name has one line, and no more characters than a column of a database."""
    assert storable_name(" Heat\r\n pump\0\ud83d ") == "Heat pump\ufffd\ufffd"
    assert len(storable_name("long " * 99)) <= 255
    assert storable_text("Wärmepumpe חשמל") == "Wärmepumpe חשמל"


@pytest.mark.parametrize(
    "value",
    [
        "0001-01-01T00:00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "1900-01-01",
        "soon",
        "",
        7,
        None,
    ],
)
def test_no_time(value: object) -> None:
    """What stands for nothing is nothing, and overflows nowhere."""
    assert read_iso(value) is None
    assert read_time(value) is None


def test_time() -> None:
    """A time is what it was."""
    assert read_time(" 2026-11-01T10:00:00+02:00 ") == datetime(
        2026, 11, 1, 8, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "document",
    [
        f"[{'0,' * 25_000}0]",
        f'{{"data": [[{"0," * 25_000}0]]}}',
        json.dumps(dict.fromkeys(map(str, range(5_001)))),
        json.dumps([[{}] * 1_000] * 12),
        json.dumps({"list": [{"list": [{"list": [{}] * 9}] * 99}] * 12}),
    ],
)
def test_more_than_any_cloud_has(document: str) -> None:
    """What comes of it would hold up everything else."""
    with pytest.raises(ValueError, match="too many"):
        parse_json(document)


def test_much_but_honest() -> None:
    """A week of minutes, and the devices of a large house by their number."""
    week = [0.25] * 7 * 24 * 60
    house = {str(number): {"watts": number} for number in range(4_000)}
    assert parse_json(json.dumps([week, house])) == [week, house]
