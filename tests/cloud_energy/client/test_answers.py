"""What a transport remembers of the answers, for diagnostics."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, override

import pytest

from custom_components.cloud_energy.client.authorizer import Authorizer, Grant
from custom_components.cloud_energy.client.call import Call, Reply
from custom_components.cloud_energy.client.errors import ProviderError
from custom_components.cloud_energy.client.fields import as_text
from custom_components.cloud_energy.client.shapes import safe_value
from custom_components.cloud_energy.client.streaming import open_stream
from custom_components.cloud_energy.client.transport import Transport
from custom_components.cloud_energy.client.wire import Drift, WireModel, known

from .conftest import ScriptedServer, reply

type MakeCall = Callable[..., Call]


async def test_described_endpoints(
    server: ScriptedServer, transport: Transport, get: MakeCall
) -> None:
    """Counts, times, and the shape of each kind of answer, failed ones too."""
    answers = [reply(503, "<html>Anna</html>", "text/html"), reply(body='{"a": 17}')]
    server.script(*answers, reply(404, '{"error": "Anna"}'))
    await transport.send(get())
    with pytest.raises(ProviderError):
        await transport.send(get())
    (where,) = transport.described()
    told = transport.described()[where]
    assert where == "GET localhost/things/{thing}"
    assert (told["requests"], told["failures"], told["last_status"]) == (3, 2, 404)
    assert 0 <= told["mean"] <= told["slowest"]
    assert told["last"] <= told["slowest"]
    shapes = {status: each["shape"] for status, each in told["answers"].items()}
    assert shapes == {
        "503": {"page": {"html": "null"}},
        "200": {"a": "int"},
        "404": {"error": "text"},
    }
    assert "Anna" not in str(told)


async def test_every_answer_has_its_witnesses(
    server: ScriptedServer, transport: Transport, get: MakeCall
) -> None:
    """Whoever wants to can see what comes, redirects and failures too."""
    seen: list[int] = []

    class Observer:
        """Notes what it sees."""

        async def look(self, reply: Reply) -> None:
            """Note the status."""
            seen.append(reply.status)

    transport.observers.append(Observer())
    server.script(reply(302, Location=f"{server.url}/b"), reply(500), reply())
    await transport.send(get())
    assert seen == [302, 500, 200]


class Refusing(Authorizer):
    """A login that nothing can be replaced of."""

    @override
    async def authorize(self, call: Call) -> Grant:
        """Return nothing."""
        return Grant({})

    @override
    async def replace(self, call: Call, rejected: Grant) -> Grant:
        """Return nothing again."""
        return rejected

    @override
    def is_rejection(self, reply: Reply) -> bool:
        """Tell that 401 is one."""
        return reply.status == 401


async def test_refused_streams(
    server: ScriptedServer, transport: Transport, get: MakeCall
) -> None:
    """What is said in place of a stream is remembered, and stands in the error."""
    server.script(reply(401, '{"a": 1}'), reply(503, '{"b": 1}'))
    with pytest.raises(ProviderError) as caught:
        async with open_stream(transport, get(), Refusing()):
            pass
    assert caught.value.reply
    assert caught.value.reply.body == b'{"b": 1}'
    told: dict[str, Any] = transport.described()["GET localhost/things/{thing}"]
    shapes = {status: each["shape"] for status, each in told["answers"].items()}
    assert shapes == {"401": {"a": "int"}, "503": {"b": "int"}}


@dataclass(frozen=True, kw_only=True)
class Thing(WireModel):
    """A thing of which nothing is known but that it can be off."""

    mode: str = field(default="", metadata=as_text("mode") | known("off"))


def test_drift_holds_no_data() -> None:
    """Keys and states that are data are counted by their kind, and not for ever."""
    drift = Drift()
    with drift.watching():
        Thing.read({"2026-11-20": 1, "anna@example.com": 1, "mode": "100200300"})
        Thing.read({"2026-11-21": 1, "newKey": 1, "mode": "Anna is away"})
    assert drift.seen == {
        "Thing.<date text>": 2,
        "Thing.<e-mail text>": 1,
        "Thing.newKey": 1,
        "Thing.mode=<number text>": 1,
        "Thing.mode=<text>": 1,
    }
    for number in range(1000):
        drift.note(f"Thing.{number}")
    assert len(drift.seen) <= 301
    assert drift.seen["..."] == 1000 + 5 - 300


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("SelfTest", "SelfTest"),
        ("ess.heat-pump_2", "ess.heat-pump_2"),
        (404, "404"),
        ("17", "17"),
        (2.5, "<number text>"),
        (1234, "<number text>"),
        ("2026-11-20", "<date text>"),
        ("10:15", "<time text>"),
        ("anna@example.com", "<e-mail text>"),
        ("https://example.com/anna", "<address text>"),
        ("Main St 12", "<text>"),
        ("Anna", "Anna"),
        ("A0000AAAA0000AA00A00000", "<text>"),
        ("x" * 41, "<text>"),
        ("צריכה", "<text>"),
    ],
)
def test_values_that_are_told(value: object, told: str) -> None:
    """A word or a short number, which is what states and codes are; else the kind."""
    assert safe_value(value) == told
