"""The stream of events: what comes when, and every way in which it can fail."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
import json
from typing import Any

import aiohttp
from freezegun.api import FrozenDateTimeFactory
import pytest

from tests.clouds.emporia import EmporiaCloud
from tests.clouds_tests.conftest import NOW

from .wire import Wire

PATH = "/v1/customers/stream"


@asynccontextmanager
async def stream(wire: Wire) -> AsyncIterator[aiohttp.ClientResponse]:
    """An open stream."""
    before = wire.cloud.stream.open
    async with wire.session.get(
        wire.cloud.url + PATH,
        params={"event_types": "DEVICE_STATUS"},
        headers={
            "Authorization": wire.tokens["IdToken"],
            "Accept": "text/event-stream",
        },
    ) as response:
        assert response.status == 200
        assert response.content_type == "text/event-stream"
        while wire.cloud.stream.open == before:
            await asyncio.sleep(0.01)
        yield response


async def block(response: aiohttp.ClientResponse) -> bytes:
    """One message as it stands on the wire, up to its blank line; b"" at the end."""
    lines = b""
    async with asyncio.timeout(60):
        while line := await response.content.readline():
            lines += line
            if not line.strip():
                break
    return lines


async def event(response: aiohttp.ClientResponse) -> dict[str, Any]:
    """The JSON of a message on one `data:` line."""
    message = (await block(response)).decode()
    assert message.startswith("data: ")
    found: dict[str, Any] = json.loads(message.removeprefix("data: "))
    return found


async def test_change(signed_in: Wire) -> None:
    """Only what changed is told, at once; nothing comes at the start."""
    cloud = signed_in.cloud
    cloud.apply({"plug_out": None})
    async with stream(signed_in) as response:
        cloud.apply({"plug_in": None})
        message = await event(response)
        assert message["event_type"] == "DEVICE_STATUS"
        (evse,) = message["data"]["evses"]
        assert evse["charger_status"] == "CHARGING"
        assert evse["device_gid"] == signed_in.device("charger")["device_gid"]
        assert message["data"]["devices_connected"] == []
        cloud.apply({"offline": signed_in.gid})
        (gone,) = (await event(response))["data"]["devices_connected"]
        assert (gone["device_gid"], gone["connected"]) == (signed_in.gid, False)


async def test_command(signed_in: Wire) -> None:
    """A command is told when it takes effect."""
    async with stream(signed_in) as response:
        await signed_in.put_charger(chargingRate=11)
        await asyncio.sleep(0.05)
        signed_in.cloud.clock.advance(timedelta(seconds=8))
        (evse,) = (await event(response))["data"]["evses"]
        assert evse["charging_rate"] == 11


async def test_clock_alone(signed_in: Wire) -> None:
    """Without any request the stream notices what time brings: a full car."""
    signed_in.cloud.apply({"plug_in": {"need": 0.64}})
    async with stream(signed_in) as response:
        signed_in.cloud.clock.advance(timedelta(minutes=10))
        (evse,) = (await event(response))["data"]["evses"]
        assert evse["charger_status"] == "READY"


async def test_keep_alive(signed_in: Wire) -> None:
    """A comment after twenty seconds without a message."""
    async with stream(signed_in) as response:
        signed_in.cloud.clock.advance(timedelta(seconds=20))
        signed_in.cloud.stream.poke()
        assert await block(response) == b": keep-alive\n\n"


async def test_snapshot_and_whole_lists(signed_in: Wire) -> None:
    """All devices first, then whole lists."""
    cloud = signed_in.cloud
    cloud.apply({"stream": {"snapshot": True, "whole_lists": True}})
    async with stream(signed_in) as response:
        first = (await event(response))["data"]
        assert first == await signed_in.get("/v1/customers/devices/status")
        cloud.apply({"offline": signed_in.gid})
        second = (await event(response))["data"]
        assert len(second["devices_connected"]) == 4
        assert second["evses"] == []


def test_lenient_begins_with_a_snapshot() -> None:
    """As a client of the real cloud might have to expect."""
    assert EmporiaCloud(lenient=True).stream.look.snapshot
    assert not EmporiaCloud().stream.look.snapshot


async def test_looks(signed_in: Wire) -> None:
    """Other line ends, several data lines, names; the JSON is the same."""
    cloud = signed_in.cloud
    look = {"crlf": True, "multi_line": True, "named": True, "split": True}
    cloud.apply({"plug_out": None, "stream": look})
    async with stream(signed_in) as response:
        cloud.apply({"plug_in": None})
        message = await block(response)
        assert message.count(b"\r\n") == message.count(b"\n")
        lines = message.decode().split("\r\n")
        assert lines[0] == "event: message"
        assert lines[2] == "retry: 5000"
        data = [
            line.removeprefix("data: ") for line in lines if line.startswith("data")
        ]
        assert len(data) > 10
        assert json.loads("\n".join(data))["event_type"] == "DEVICE_STATUS"


async def test_noise_and_rubbish(signed_in: Wire) -> None:
    """Broken JSON and unknown events come before the true one."""
    cloud = signed_in.cloud
    cloud.apply({"plug_out": None, "stream": {"noise": True, "rubbish": True}})
    async with stream(signed_in) as response:
        cloud.apply({"plug_in": None})
        with pytest.raises(json.JSONDecodeError):
            await event(response)
        assert (await block(response)).startswith(b"event: other\n")
        assert (await event(response))["event_type"] == "DEVICE_STATUS"


async def test_silence(signed_in: Wire) -> None:
    """No change and no comment; with `reset` it speaks again."""
    cloud = signed_in.cloud
    cloud.apply({"plug_out": None, "stream": {"silent": True}})
    async with stream(signed_in) as response:
        cloud.apply({"plug_in": None})
        cloud.clock.advance(timedelta(minutes=5))
        await asyncio.sleep(1)
        cloud.apply({"stream": {"reset": True}})
        assert await block(response) == b": keep-alive\n\n"


@pytest.mark.parametrize("look", [{}, {"ends_after": 60}])
async def test_end(signed_in: Wire, look: dict[str, int]) -> None:
    """The cloud ends a stream when its token ends, or after a while; then the old token is refused."""
    if look:
        signed_in.cloud.apply({"stream": look})
    async with stream(signed_in) as response:
        signed_in.cloud.clock.advance(timedelta(seconds=60 if look else 3600))
        signed_in.cloud.stream.poke()
        assert await block(response) == b""
    params = {"event_types": "DEVICE_STATUS"}
    status, _ = await signed_in.call("GET", PATH, **params) if not look else (401, None)
    assert status == 401
    assert signed_in.cloud.stream.open == 0


async def test_drop(signed_in: Wire) -> None:
    """A stream that breaks off raises at the client."""
    async with stream(signed_in) as response:
        assert signed_in.cloud.apply({"drop_stream": True}) == {"drop_stream": 1}
        with pytest.raises(aiohttp.ClientError):
            await block(response)


async def test_client_leaves(signed_in: Wire) -> None:
    """The cloud forgets who has gone."""
    async with stream(signed_in):
        assert signed_in.cloud.stream.open == 1
    async with asyncio.timeout(60):
        while signed_in.cloud.stream.open:
            await asyncio.sleep(0.01)


async def test_refused(signed_in: Wire) -> None:
    """Other event types; no token; faults reach the stream, too."""
    assert (await signed_in.call("GET", PATH, event_types="X"))[0] == 400
    assert (await signed_in.call("GET", PATH))[0] == 400
    async with signed_in.session.get(signed_in.cloud.url + PATH) as response:
        assert response.status == 401
    signed_in.cloud.faults.add(endpoint=PATH, kind="rate_limited", retry_after=7)
    async with signed_in.session.get(signed_in.cloud.url + PATH) as response:
        assert (response.status, response.headers["Retry-After"]) == (429, "7")


async def test_frozen_process(
    freezer: FrozenDateTimeFactory,
    socket_enabled: None,
    session: aiohttp.ClientSession,
) -> None:
    """Where a test has frozen the whole process, its ticks move the stream; the cloud stops with a stream open."""
    freezer.move_to(NOW)
    cloud = EmporiaCloud()
    await cloud.start()
    wire = Wire(cloud, session, cloud.accounts[0])
    await wire.sign_in()
    async with stream(wire) as response:
        freezer.tick(21)
        assert await block(response) == b": keep-alive\n\n"
        cloud.apply({"plug_in": None})
        (evse,) = (await event(response))["data"]["evses"]
        assert evse["charger_status"] == "CHARGING"
        await cloud.stop()
        with pytest.raises(aiohttp.ClientError):
            await block(response)
