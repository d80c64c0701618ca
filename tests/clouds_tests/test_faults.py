"""Every kind of fault over a real socket."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime
import json
from time import perf_counter
from typing import Any, ClassVar, override

import aiohttp
from aiohttp import web
from freezegun.api import FrozenDateTimeFactory
import pytest

from tests.clouds import Cloud, running
from tests.clouds.cloud import Switch

TRUE_BODY = {"id": "7", "list": [1, 2.5, True, None], "nested": {"name": "home"}}
BINARY = bytes(range(256)) * 4


class TinyCloud(Cloud):
    """Two endpoints and no state."""

    provider: ClassVar[str] = "tiny"
    host_prefixes: ClassVar[Mapping[str, str]] = {"api": "/api"}

    @property
    @override
    def accounts(self) -> list[dict[str, Any]]:
        return []

    @override
    def routes(self) -> Iterable[web.RouteDef]:
        async def answer(request: web.Request) -> web.Response:
            return web.json_response(TRUE_BODY)

        async def binary(request: web.Request) -> web.Response:
            return web.Response(body=BINARY)

        async def missing(request: web.Request) -> web.Response:
            raise web.HTTPNotFound(text=json.dumps({"why": "none"}))

        return [
            web.get("/api/things/{thing}", answer),
            web.post("/api/things/{thing}", answer),
            web.get("/api/binary", binary),
            web.get("/api/missing", missing),
        ]

    @override
    def truth(
        self,
        account: str | None,
        start: datetime | None,
        end: datetime | None,
        *,
        meter: str | None = None,
        only: str | None = None,
    ) -> dict[str, Any]:
        return {}

    @override
    def switches(self) -> Mapping[str, Switch]:
        return {}


@pytest.fixture
async def cloud(socket_enabled: None) -> AsyncIterator[TinyCloud]:
    """A running cloud."""
    async with running(TinyCloud()) as cloud:
        yield cloud


async def ask(
    session: aiohttp.ClientSession,
    cloud: TinyCloud,
    path: str = "/things/7",
    method: str = "GET",
) -> tuple[int, bytes, aiohttp.ClientResponse]:
    """Status, body and answer."""
    async with session.request(method, cloud.hosts["api"] + path) as response:
        return response.status, await response.read(), response


async def test_without_faults(session: aiohttp.ClientSession, cloud: TinyCloud) -> None:
    """Without a fault the answer is the true one."""
    status, body, _ = await ask(session, cloud)
    assert (status, json.loads(body)) == (200, TRUE_BODY)


async def test_timeout(session: aiohttp.ClientSession, cloud: TinyCloud) -> None:
    """No answer until the client gives up; the log has the request without a status."""
    cloud.faults.add(endpoint="*/things/*", kind="timeout", times=1)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await ask(session, cloud)
    assert (await ask(session, cloud))[0] == 200
    assert [entry.status for entry in cloud.requests.entries] == [None, 200]


async def test_stops_at_once_with_a_hanging_request(
    session: aiohttp.ClientSession, cloud: TinyCloud
) -> None:
    """A request that hangs does not hold the shutdown up."""
    cloud.faults.add(endpoint="*binary", kind="slow", seconds=60)
    cloud.faults.add(endpoint="*", kind="timeout")
    hanging = asyncio.gather(
        ask(session, cloud), ask(session, cloud, "/binary"), return_exceptions=True
    )
    await asyncio.sleep(0.1)
    started = perf_counter()
    await cloud.stop()
    assert perf_counter() - started < 30
    results = await hanging
    assert all(isinstance(result, aiohttp.ClientError) for result in results)


async def test_drop(session: aiohttp.ClientSession, cloud: TinyCloud) -> None:
    """The connection closes without an answer."""
    cloud.faults.add(endpoint="POST /api/things/{thing}", kind="drop", times=1)
    with pytest.raises(aiohttp.ClientConnectionError):
        await ask(session, cloud, method="POST")
    assert (await ask(session, cloud, method="POST"))[0] == 200
    assert cloud.requests.entries[0].status is None


async def test_status(session: aiohttp.ClientSession, cloud: TinyCloud) -> None:
    """The status that was asked for, 500 without; Retry-After when given."""
    cloud.faults.add(endpoint="*", kind="status", times=1)
    cloud.faults.add(endpoint="*", kind="status", status=503, retry_after=7)
    assert (await ask(session, cloud))[0] == 500
    status, _, response = await ask(session, cloud)
    assert (status, response.headers["Retry-After"]) == (503, "7")


async def test_rate_limited(session: aiohttp.ClientSession, cloud: TinyCloud) -> None:
    """429, with Retry-After in seconds or as a date, or without."""
    date = "Wed, 21 Oct 2026 07:28:00 GMT"
    for retry_after in (30, date):
        cloud.faults.add(
            endpoint="*", kind="rate_limited", retry_after=retry_after, times=1
        )
    cloud.faults.add(endpoint="*", kind="rate_limited", times=1)
    answers = [await ask(session, cloud) for _ in range(4)]
    assert [status for status, _, _ in answers] == [429, 429, 429, 200]
    headers = [response.headers.get("Retry-After") for _, _, response in answers]
    assert headers == ["30", date, None, None]


async def test_html(session: aiohttp.ClientSession, cloud: TinyCloud) -> None:
    """A block page, under 200 unless another status is asked for."""
    cloud.faults.add(endpoint="*", kind="html", times=1)
    cloud.faults.add(endpoint="*", kind="html", status=403, times=1)
    for expected in (200, 403):
        status, body, response = await ask(session, cloud)
        assert (status, response.content_type) == (expected, "text/html")
        assert b"Incapsula" in body


async def test_empty(session: aiohttp.ClientSession, cloud: TinyCloud) -> None:
    """An empty answer is a 200 with nothing in it."""
    cloud.faults.add(endpoint="*", kind="empty")
    status, body, _ = await ask(session, cloud)
    assert (status, body) == (200, b"")


async def test_truncated(session: aiohttp.ClientSession, cloud: TinyCloud) -> None:
    """Half of the true body, which HTTP itself cannot notice."""
    whole = json.dumps(TRUE_BODY).encode()
    cloud.faults.add(endpoint="*", kind="truncated")
    status, body, response = await ask(session, cloud)
    assert (status, body) == (200, whole[: len(whole) // 2])
    assert response.content_type == "application/json"
    assert (await ask(session, cloud, "/binary"))[1] == BINARY[:512]


async def test_wrong_types(session: aiohttp.ClientSession, cloud: TinyCloud) -> None:
    """Every leaf has another type, in the same places; bytes become other bytes."""
    cloud.faults.add(endpoint="*", kind="wrong_types")
    _, body, _ = await ask(session, cloud)
    assert json.loads(body) == {
        "id": ["7"],
        "list": ["about 1", "about 2.5", [True], {}],
        "nested": {"name": ["home"]},
    }
    _, body, _ = await ask(session, cloud, "/binary")
    assert (len(body), body == BINARY) == (len(BINARY), False)
    status, body, _ = await ask(session, cloud, "/missing")
    assert (status, json.loads(body)) == (404, {"why": ["none"]})


async def test_slow(session: aiohttp.ClientSession, cloud: TinyCloud) -> None:
    """The true answer, later."""
    cloud.faults.add(endpoint="*", kind="slow", seconds=0.3)
    started = perf_counter()
    _, body, _ = await ask(session, cloud)
    assert perf_counter() - started >= 0.3
    assert json.loads(body) == TRUE_BODY


async def test_times_and_globs(
    session: aiohttp.ClientSession, cloud: TinyCloud
) -> None:
    """A fault meets its endpoint only, as often as asked, until it is cleared."""
    cloud.faults.add(endpoint="GET /api/things/*", kind="status", status=502, times=2)
    cloud.faults.add(endpoint="/api/binary", kind="status", status=504)
    statuses = [(await ask(session, cloud))[0] for _ in range(3)]
    assert statuses == [502, 502, 200]
    assert (await ask(session, cloud, method="POST"))[0] == 200
    assert (await ask(session, cloud, "/binary"))[0] == 504
    cloud.faults.clear()
    assert (await ask(session, cloud, "/binary"))[0] == 200


async def test_control_meets_no_fault(
    session: aiohttp.ClientSession, cloud: TinyCloud
) -> None:
    """Faults can be set and cleared over the wire while everything else fails."""
    fault = {"endpoint": "*", "kind": "status", "status": 500}
    async with session.post(f"{cloud.control}/faults", json=fault) as response:
        assert (response.status, await response.json()) == (200, fault)
    assert (await ask(session, cloud))[0] == 500
    async with session.delete(f"{cloud.control}/faults") as response:
        assert response.status == 200
    assert (await ask(session, cloud))[0] == 200


async def test_port_is_free_again(socket_enabled: None) -> None:
    """A cloud can be stopped and started on the same port; without start it has no address."""
    cloud = TinyCloud()
    with pytest.raises(RuntimeError):
        _ = cloud.hosts
    async with running(cloud):
        port = int(cloud.url.rsplit(":", 1)[1])
        with pytest.raises(OSError):
            await TinyCloud().start(port)
    async with running(cloud, port):
        assert cloud.hosts == {"api": f"http://localhost:{port}/api"}


async def test_requests_under_a_frozen_clock(
    session: aiohttp.ClientSession, cloud: TinyCloud, freezer: FrozenDateTimeFactory
) -> None:
    """A test that holds the process's clock is served, and its time stands in the log."""
    freezer.move_to("2026-03-08T06:00:00Z")
    cloud.faults.add(endpoint="*", kind="status", times=1)
    assert (await ask(session, cloud))[0] == 500
    freezer.tick(60)
    assert (await ask(session, cloud))[0] == 200
    assert [entry.time for entry in cloud.requests.entries] == [
        "2026-03-08T06:00:00+00:00",
        "2026-03-08T06:01:00+00:00",
    ]
