"""Reading messages of the broker, in every shape that the simulator knows."""

from datetime import UTC, datetime
import gzip
import json
import tracemalloc
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.elecnova.api.messages import (
    Directory,
    Point,
    Undecodable,
    decode,
    is_slow,
)
from custom_components.elecnova.api.models import Component
from tests.clouds.elecnova.payloads import RUBBISH

NOW = datetime(2026, 11, 1, 10, 15, tzinfo=UTC)
CABINET = "2556990001"
OTHER = "2556990002"
BMS = f"BMS{CABINET}"
PCS = f"PCS{CABINET}"
PARTS = (
    Component(sn=BMS, location_code="bms_01", component="ess.bms", cabinet_sn=CABINET),
    Component(sn=PCS, location_code="pcs_01", component="ess.pcs", cabinet_sn=CABINET),
    Component(sn=f"BMS{OTHER}", location_code="bms_01", cabinet_sn=OTHER),
)
DIRECTORY = Directory([CABINET, OTHER], PARTS)
ALONE = Directory([CABINET], PARTS[:2])


def read(
    body: Any, topic: str = "demo/data", directory: Directory = DIRECTORY
) -> list[Point]:
    """Decode an object."""
    return decode(topic, json.dumps(body).encode(), directory, NOW)


def values(points: list[Point]) -> dict[tuple[str, str], Any]:
    """Return the values by owner and name."""
    return {(point.owner, point.name): point.value for point in points}


SHAPES: tuple[tuple[Any, str], ...] = (
    ({"sn": CABINET, "data": {"bms_01": {"soc": 63.5}, "pcs_01": {"p": 25}}}, "x"),
    (
        {"sn": CABINET, "points": [{"code": "bms_01.soc", "value": "63.5"}, {}, 5]}
        | {"data": {"pcs_01": {"p": "25.0"}}},
        "x",
    ),
    ({"bms_01.soc": 63.5, "pcs_01.p": 25}, f"demo/ess/{CABINET}/data"),
    (
        {"data": {BMS: {"soc": 63.5}, "ess.pcs": {"p": {"value": 25}}}, "sn": CABINET},
        "x",
    ),
    ([{"sn": BMS, "data": {"soc": 63.5}}, {"sn": PCS, "p": 25}], "x"),
    (
        [
            {"sn": CABINET, "locationCode": "bms_01", "data": {"soc": 63.5}},
            {"sn": CABINET, "component": "ess.pcs", "data": {"p": 25}},
        ],
        "x",
    ),
)


@pytest.mark.parametrize(("body", "topic"), SHAPES)
def test_shapes(body: Any, topic: str) -> None:
    """Whose a value is, is found in keys and topics."""
    assert values(read(body, topic)) == {(BMS, "soc"): 63.5, (PCS, "p"): 25}


def test_the_only_cabinet() -> None:
    """Where there is one cabinet, its places need no serial."""
    assert values(read({"bms_01.soc": 1}, directory=ALONE)) == {(BMS, "soc"): 1}
    assert values(read({"bms_01.soc": 1})) == {("", "bms_01.soc"): 1}


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        ("time", "2026-11-01T10:00:00Z"),
        ("timestamp", 1793527200000),
        ("ts", 1793527200),
        ("t", "1793527200"),
    ],
)
def test_times(key: str, sent: object) -> None:
    """All spellings of one moment; without one the arrival counts."""
    (point,) = read({"sn": BMS, key: sent, "soc": 5})
    assert point.time == datetime(2026, 11, 1, 10, tzinfo=UTC)
    (point,) = read({"sn": BMS, "soc": 5})
    assert point.time == NOW


def test_values() -> None:
    """Numbers as text, truth, words, units; null is a value that is not known."""
    body = {"a": "4.5", "b": True, "c": " idle ", "d": None, "e": {"value": 1}}
    found = values(read({"sn": CABINET, "data": body}))
    assert {name: value for (_, name), value in found.items()} == {
        "a": 4.5,
        "b": True,
        "c": "idle",
        "d": None,
        "e": 1,
    }
    (point,) = read({"sn": BMS, "points": [{"name": "p", "value": 1, "unit": "W"}]})
    assert (point.name, point.unit) == ("p", "W")
    (nested,) = read({"sn": BMS, "data": {"cells": {"max": 3.4}}})
    assert nested.name == "cells.max"


def test_compressed() -> None:
    """Gzip is understood, also if it would be endless."""
    packed = gzip.compress(json.dumps({"sn": BMS, "soc": 5}).encode())
    assert len(decode("x", packed, DIRECTORY, NOW)) == 1
    bomb = gzip.compress(b"[" + b" " * 50_000_000)
    with pytest.raises(Undecodable):
        decode("x", bomb, DIRECTORY, NOW)
    # The checksum is missing: what came may be anything
    with pytest.raises(Undecodable):
        decode("x", packed[:-4], DIRECTORY, NOW)


def decoded(payload: bytes) -> list[Point] | None:
    """Decode anything; None for what can't be."""
    try:
        return decode("demo/ess/data", payload, DIRECTORY, NOW)
    except Undecodable:
        return None


@pytest.mark.parametrize("payload", [*RUBBISH, b"[" * 100_000])
def test_rubbish(payload: bytes) -> None:
    """It is refused, or holds nothing that is no value."""
    for point in decoded(payload) or ():
        assert isinstance(point.value, float | bool | str | None)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["sn", "data", "points", "bms_01", "value", "ts", "x.y"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json(body: Any) -> None:
    """No message makes it fail in another way."""
    payload = json.dumps(body).encode()
    for point in decoded(payload) or ():
        assert point.name
        assert point.time.tzinfo


@pytest.mark.parametrize(
    "payload",
    [
        b"[" + b"{}," * 1_000_000 + b"{}]",
        b'{"a": "' + b"x" * 32 * 1024 * 1024 + b'"}',
        gzip.compress(b"[" + b"{}," * 10_000_000 + b"{}]"),
        b"[" + b"{}," * 600 + b"{}]",
        json.dumps({"data": {f"p{at}": at for at in range(4_000)}}).encode(),
        json.dumps([{f"p{at}": at for at in range(100)}] * 31).encode(),
    ],
    ids=["many", "long", "packed", "parts", "points", "points of parts"],
)
def test_a_flood_is_no_message(payload: bytes) -> None:
    """It takes little memory, and what follows from it takes no time."""
    tracemalloc.start()
    try:
        with pytest.raises(Undecodable):
            decode("demo/data", payload, DIRECTORY, NOW)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 16 * 1024 * 1024


def test_names_without_an_end() -> None:
    """Each would stand before the names of all that is nested under it."""
    inner: dict[str, Any] = {f"p{at}": at for at in range(4_000)}
    for _ in range(40):
        inner = {"k" * 3_000: inner}
    long = {"k" * 100_000: {f"p{at}": at for at in range(4_000)}, "x" * 300: 1}
    sent: dict[str, Any] = {"p": {"value": "y" * 70_000, "unit": "u" * 10_000}}
    tracemalloc.start()
    try:
        points = [p for data in (inner, long, sent) for p in read({"data": data})]
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    [point] = points
    assert (point.value, point.unit) == ("y" * 255, "u" * 255)
    assert most < 16 * 1024 * 1024


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b"{}", False),
        (json.dumps({"a": "x" * 40_000}).encode(), True),
        (gzip.compress(b"{}"), True),
    ],
)
def test_what_takes_a_while(payload: bytes, expected: bool) -> None:
    """A packed message may hold a thousand times as much as it has bytes."""
    assert is_slow(payload) is expected
