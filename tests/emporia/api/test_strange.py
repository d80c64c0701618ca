"""Every question and every event meets every kind of strange answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
import json
from typing import Any, Final

import pytest

from custom_components.cloud_energy.client.errors import Malformed
from custom_components.cloud_energy.client.storable import parse_json
from custom_components.cloud_energy.client.wire import Drift
from custom_components.emporia.api.models import PeakDemand
from custom_components.emporia.api.stream import status_events
from tests.clouds import running_apart
from tests.clouds.cloud import Serve
from tests.clouds.strange import (
    BODIES,
    FLOODS,
    SOMEWHERE,
    Plain,
    altered,
    altered_value,
    written,
)
from tests.strange import MAX_SECONDS, SEEDS, Ask, findings, longest_step, unstorable

from .conftest import Portal
from .test_client import QUESTIONS

EVENT: Final[dict[str, Any]] = {
    "event_type": "DEVICE_STATUS",
    "data": {
        "devices_connected": [{"device_gid": 7, "connected": True}],
        "evses": [
            {
                "device_gid": 7,
                "load_gid": 8,
                "charger_on": True,
                "charging_rate": 16,
                "status": "Charging",
            },
            {"device_gid": 9, "status": "Standby", "message": "Ready"},
        ],
    },
}


@pytest.fixture
def serve() -> Serve:
    """Serve clouds so that only the client's work counts as the event loop's."""
    return running_apart


async def questions_of(portal: Portal) -> dict[str, Ask]:
    """Return all questions of a home, its login and its renewal."""
    client = await portal.logged_in()

    async def sign_in() -> None:
        await (await portal.client()).sign_in()

    async def refresh() -> None:
        assert client.login
        old = replace(client.login, expires_at=client.login.issued_at)
        await (await portal.client(login=old)).get_customer()

    return {
        **{name: partial(ask, client, portal) for name, ask in QUESTIONS.items()},
        "app-preferences": client.get_app_preferences,
        "maintenance": client.get_maintenance,
        "refresh": refresh,
        "login": sign_in,
    }


@pytest.mark.usefixtures("pauses_are_over")
@pytest.mark.parametrize("kind", SEEDS)
async def test_every_question(portal: Portal, kind: str) -> None:
    """None of them tells of the user, and nothing unstorable comes out."""
    assert not await findings(portal.cloud, await questions_of(portal), kind)


def framed(body: bytes) -> bytes:
    """Return an event of the stream with this body."""
    return b"".join(b"data: " + line + b"\n" for line in body.split(b"\n")) + b"\n"


@pytest.mark.parametrize("kind", [*SOMEWHERE, *BODIES])
async def test_every_event(kind: str) -> None:
    """The stream goes on, and nothing unstorable comes out of it."""
    true = json.dumps(EVENT).encode()
    strange = [altered(kind, Plain(true), seed=seed).body for seed in SEEDS[kind]]

    async def chunks() -> AsyncIterator[bytes]:
        for body in (true, *strange, true):
            yield framed(body)

    drift = Drift()
    events = [event async for event in status_events(chunks(), drift)]
    assert events[0] == events[-1]
    assert len(events) >= 2
    assert not list(unstorable(events))
    assert not list(unstorable(dict(drift.seen)))


CHUNK: Final = 64 * 1024
"""What is read from a socket at once."""


@pytest.mark.parametrize("kind", FLOODS)
async def test_flood_of_events(kind: str) -> None:
    """What is no flood by far is an event like others; else the stream begins anew."""

    flood = framed(FLOODS[kind](b""))

    async def chunks() -> AsyncIterator[bytes]:
        for at in range(0, len(flood), CHUNK):
            yield flood[at : at + CHUNK]
            await asyncio.sleep(0)

    async def read() -> None:
        with suppress(Malformed):
            assert not [event async for event in status_events(chunks(), Drift())]

    with longest_step() as step:
        await asyncio.create_task(read())
    assert step.seconds < MAX_SECONDS


async def test_many_events_at_once() -> None:
    """Others have their turn between them, however many come in one piece."""
    events, turns = framed(json.dumps(EVENT).encode()) * 200, 0

    async def chunks() -> AsyncIterator[bytes]:
        yield events

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as group:
        counting = group.create_task(count())
        found = [event async for event in status_events(chunks(), Drift())]
        counting.cancel()
    assert len(found) == 200
    assert turns >= 200


@pytest.mark.parametrize("kind", SOMEWHERE)
def test_peak_demand(kind: str) -> None:
    """The simulator takes too long to reckon it out for each of the kinds."""
    stamp = {"epochSecond": 1_764_400_000, "nano": 0}
    true = {"peakDemand": {"Timestamp": stamp, "Value": 3.5}}
    for seed in SEEDS[kind]:
        body = written(altered_value(kind, true, seed=seed))
        try:
            peak = PeakDemand.read(parse_json(body))
        except Malformed, ValueError:
            continue
        assert not list(unstorable(peak))
