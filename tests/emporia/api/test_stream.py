"""The stream over a real socket: events, silence, tokens, floods."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from aiohttp import ClientTimeout
import pytest

from custom_components.cloud_energy.client.errors import (
    CannotConnect,
    Malformed,
    NotPermitted,
    TimedOut,
)
from custom_components.cloud_energy.client.wire import Drift
from custom_components.emporia.api import client as client_module
from custom_components.emporia.api.stream import status_events

from .conftest import Portal

HOUR = timedelta(hours=1)


async def first_event(portal: Portal, gid: int) -> str:
    """Plug a car in and return the status that the stream then tells."""
    client = await portal.logged_in()
    async with client.stream_status() as events:
        portal.cloud.apply({"plug_in": {"device_gid": gid}})
        portal.cloud.stream.poke()
        async for event in events:
            for evse in event.evses:
                return evse.status
    return ""


@pytest.mark.parametrize("look", [{}, {"split": True, "crlf": True, "rubbish": True}])
async def test_events(portal: Portal, look: dict[str, bool]) -> None:
    """A change comes at once, however it is written."""
    if look:
        portal.cloud.apply({"stream": look})
    gid = portal.device("charger")["device_gid"]
    portal.cloud.apply({"plug_out": gid})
    assert await first_event(portal, gid) == "CHARGING"


async def test_silence_ends_it(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that has gone dead is given up."""
    monkeypatch.setattr(
        client_module, "_STREAM_TIMEOUT", ClientTimeout(total=None, sock_read=0.3)
    )
    portal.cloud.apply({"stream": {"silent": True}})
    client = await portal.logged_in()
    async with client.stream_status() as events:
        with pytest.raises(TimedOut):
            await anext(events)


async def test_a_cut_ends_it(portal: Portal) -> None:
    """So does one that breaks."""
    client = await portal.logged_in()
    async with client.stream_status() as events:
        portal.cloud.apply({"drop_stream": True})
        with pytest.raises(CannotConnect):
            await anext(events)


async def test_tokens(portal: Portal) -> None:
    """A rejected token is replaced once, and a fresh one not at all."""
    client = await portal.logged_in()
    login = client.login
    assert login
    old = replace(login, id_token="dead", issued_at=datetime.now(UTC) - HOUR / 2)
    second = await portal.client(None, login=old)
    async with second.stream_status():
        assert second.login != old
    portal.cloud.apply({"revoke_tokens": {"account": "solar_home", "tokens": "access"}})
    with pytest.raises(NotPermitted):
        async with second.stream_status():
            pass


async def test_an_address_where_nobody_is(portal: Portal) -> None:
    """It is told as any other failure to connect."""
    client = await portal.logged_in()
    await portal.cloud.stop()
    with pytest.raises(CannotConnect):
        async with client.stream_status():
            pass


async def test_a_flood_is_given_up() -> None:
    """A server that sends no events but goes on sending fills no memory."""

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 65536

    with pytest.raises(Malformed):
        await anext(status_events(chunks(), Drift()))


async def test_odd_events_are_counted() -> None:
    """They are passed over."""

    async def chunks() -> AsyncIterator[bytes]:
        yield b"data: {\n\ndata: []\n\n"
        yield b'data: {"event_type":"DEVICE_STATUS","data":{"evses":3}}\n\n'
        yield b'data: {"event_type":"DEVICE_STATUS","data":{"evses":[]}}\n\n'

    drift = Drift()
    found = [event async for event in status_events(chunks(), drift)]
    assert len(found) == 1
    assert drift.seen["stream=no JSON"] == 1
    assert drift.seen["stream=malformed"] == 1
