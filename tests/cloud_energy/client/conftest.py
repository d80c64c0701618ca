"""A scripted server on a real socket, and a transport that speaks to it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import ClientSession, ClientTimeout, CookieJar, web
from aiohttp.test_utils import TestServer
import pytest

from custom_components.cloud_energy.client.budget import RequestBudget
from custom_components.cloud_energy.client.call import Call
from custom_components.cloud_energy.client.retry import RetryPolicy
from custom_components.cloud_energy.client.transport import Transport

_MOMENT = ClientTimeout(total=0.5)

type Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class ScriptedServer:
    """Answers each request with the next of its answers, the last one for ever."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    requests: list[web.Request] = field(default_factory=list)

    def script(self, *answers: Answer) -> None:
        """Set the answers to come."""
        self.answers = list(answers)
        self.requests.clear()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Give the next answer."""
        await request.read()
        self.requests.append(request)
        answer = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        return await answer(request)


def reply(
    status: int = 200,
    body: bytes | str = b"{}",
    content_type: str = "application/json",
    **headers: str,
) -> Answer:
    """Make an answer."""
    content = body.encode() if isinstance(body, str) else body

    async def answer(_: web.Request) -> web.StreamResponse:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(
            status=status, body=content, content_type=content_type, headers=names
        )

    return answer


async def drop(request: web.Request) -> web.StreamResponse:
    """Close the connection without an answer."""
    assert request.transport
    request.transport.abort()
    await asyncio.sleep(3600)
    raise AssertionError


async def hang(_: web.Request) -> web.StreamResponse:
    """Never answer."""
    await asyncio.sleep(3600)
    raise AssertionError


async def break_off(request: web.Request) -> web.StreamResponse:
    """Promise more than is sent."""
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"a": ')
    assert request.transport
    request.transport.close()
    return response


@pytest.fixture
async def server(socket_enabled: None) -> AsyncIterator[ScriptedServer]:
    """Serve a script."""
    scripted = ScriptedServer()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", scripted.handle)
    test_server = TestServer(app, host="127.0.0.1")
    await test_server.start_server()
    scripted.url = f"http://localhost:{test_server.port}"
    yield scripted
    await test_server.close()


@pytest.fixture
def pauses() -> list[float]:
    """The pauses that the transport made between attempts."""
    return []


@pytest.fixture
async def transport(
    server: ScriptedServer, pauses: list[float]
) -> AsyncIterator[Transport]:
    """Make a transport whose pauses are noted instead of waited for."""

    async def note(seconds: float) -> None:
        pauses.append(seconds)

    async with ClientSession(cookie_jar=CookieJar()) as session:
        yield Transport(
            session,
            budget=RequestBudget(1000),
            retry=RetryPolicy(attempts=3),
            sleep=note,
        )


@pytest.fixture
def get(server: ScriptedServer) -> Callable[..., Call]:
    """Make calls to the server."""

    def make(
        method: str = "GET", path: str = "/things/{thing}", **parts: object
    ) -> Call:
        return Call(
            method=method,
            path=path,
            params={"thing": "secret-serial"},
            # However slow the machine is, what is answered comes in its time
            timeout=_MOMENT if hang in server.answers else None,
            **{"base": server.url, **parts},  # type: ignore[arg-type]  # whatever a test wants to set
        )

    return make
