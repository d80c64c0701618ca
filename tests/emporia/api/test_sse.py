"""The parser of server-sent events, however the bytes are cut."""

from itertools import pairwise
from time import thread_time

from hypothesis import given, strategies as st
import pytest

from custom_components.emporia.api.sse import Event, EventParser, TooLong

STREAM = (
    "\ufeff: keep-alive\r\n\r\n"
    "data: one\n\n"
    "event: DEVICE_STATUS\rdata:zwei ü🔌\rdata\rdata: drei\r\rid: 7\n"
    "unknown: x\nretry: 2500\nretry: soon\ndata: \r\n\r\n"
    "event: lost\n\n"
    "data: never finished\n"
).encode()
EVENTS = [
    Event("one"),
    Event("zwei ü🔌\n\ndrei", "DEVICE_STATUS"),
    Event(""),
]


@given(st.lists(st.integers(min_value=0, max_value=len(STREAM)), max_size=30))
def test_any_cut(cuts: list[int]) -> None:
    """The events do not depend on how the bytes arrive."""
    places = [0, *sorted(cuts), len(STREAM)]
    parser = EventParser()
    found = [
        event
        for start, end in pairwise(places)
        for event in parser.feed(STREAM[start:end])
    ]
    assert found == EVENTS
    assert parser.retry == 2.5


def test_byte_by_byte() -> None:
    """As slow as it gets."""
    parser = EventParser()
    assert [e for byte in STREAM for e in parser.feed(bytes([byte]))] == EVENTS


def test_broken_bytes_are_replaced() -> None:
    """What is no UTF-8 harms nothing else."""
    (event,) = EventParser().feed(b"data: a\xffb\n\n")
    assert event.data == "a\ufffdb"


@pytest.mark.parametrize("flood", [b"x" * 2**20, b"data: " + b"y" * 1023 + b"\n"])
def test_floods_are_refused(flood: bytes) -> None:
    """A server can't fill the memory."""
    parser = EventParser()

    def pour() -> None:
        for _ in range(3000):
            list(parser.feed(flood))

    with pytest.raises(TooLong):
        pour()


def test_lines_without_values_are_a_flood_too() -> None:
    """Each of them is kept until the event ends."""
    parser = EventParser()
    with pytest.raises(TooLong):
        list(parser.feed(b"data\n" * 200_000))


def test_a_long_line_costs_no_more_than_its_length() -> None:
    """However small the pieces are that it comes in."""

    def cost(size: int) -> float:
        parser = EventParser()
        began = thread_time()
        for _ in range(size):
            list(parser.feed(b"x"))
        return thread_time() - began

    cost(1000)
    # 30 times the length: 900 times the cost if all of it was read each time.
    assert cost(120_000) < 150 * min(cost(4_000) for _ in range(3))
