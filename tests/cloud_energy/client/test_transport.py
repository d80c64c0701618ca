"""The transport over real sockets."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
import logging
from typing import override

from aiohttp import ClientSession, TCPConnector, web
from aiohttp.test_utils import TestServer
import pytest

from custom_components.cloud_energy.client.authorizer import Authorizer, Grant
from custom_components.cloud_energy.client.budget import RequestBudget
from custom_components.cloud_energy.client.call import Body, Call, Reply
from custom_components.cloud_energy.client.errors import (
    BudgetSpent,
    CannotConnect,
    CloudError,
    Maintenance,
    Malformed,
    NotPermitted,
    ProviderError,
    RateLimited,
    TimedOut,
)
from custom_components.cloud_energy.client.parsing import read_json
from custom_components.cloud_energy.client.transport import Transport
from tests.clouds.elecnova.certificate import TRUSTED

from .conftest import Answer, ScriptedServer, break_off, drop, hang, reply

type MakeCall = Callable[..., Call]


class Tokens(Authorizer):
    """Numbers its tokens, and knows the good one."""

    def __init__(self) -> None:
        """Begin with the first token."""
        self.number = 1
        self.replaced = 0

    @override
    async def authorize(self, call: Call) -> Grant:
        return Grant({"Authorization": f"Bearer token-{self.number}"}, self.number)

    @override
    async def replace(self, call: Call, rejected: Grant) -> Grant:
        if rejected.token == self.number:
            self.number += 1
            self.replaced += 1
        return await self.authorize(call)

    @override
    def is_rejection(self, reply: Reply) -> bool:
        return reply.status == 401


async def test_a_good_answer(
    server: ScriptedServer, transport: Transport, get: MakeCall
) -> None:
    """Address, query and headers arrive; the answer comes back whole."""
    server.script(reply(body='{"kWh": "1.5"}', content_type="text/javascript"))
    answer = await transport.send(get(query={"day": "1 & 2"}, headers={"uid": "1"}))
    assert await read_json(answer) == {"kWh": "1.5"}
    (request,) = server.requests
    assert request.path == "/things/secret-serial"
    assert request.query["day"] == "1 & 2"
    assert request.headers["uid"] == "1"


async def test_path_values_are_quoted(server: ScriptedServer) -> None:
    """A value can't leave its place in the path."""
    call = Call(
        method="GET", base=f"{server.url}/", path="/a/{x}", params={"x": "b/?c"}
    )
    assert call.url.raw_path == "/a/b%2F%3Fc"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (hang, TimedOut),
        (drop, CannotConnect),
        (break_off, CannotConnect),
        (reply(500, "oops"), ProviderError),
        (reply(503, "<html>", "text/html"), Maintenance),
        (reply(200, "<!DOCTYPE html><p>Blocked", "application/json"), Maintenance),
        (reply(403, "<html>", "text/html"), Maintenance),
        (reply(403), NotPermitted),
        (reply(401), NotPermitted),
        (reply(404), ProviderError),
        (reply(400), ProviderError),
        (reply(429), RateLimited),
        (reply(429, "<html>", "text/html"), RateLimited),
        (reply(302, Location="com.app:/"), ProviderError),
        (reply(302), ProviderError),
        (reply(200, b"x" * 2000), Malformed),
    ],
)
async def test_errors(
    server: ScriptedServer,
    transport: Transport,
    get: MakeCall,
    answer: Answer,
    error: type[CloudError],
) -> None:
    """Every kind of failure has its own error, and none is an AuthFailed."""
    server.script(answer)
    with pytest.raises(error) as caught:
        await transport.send(get(max_bytes=1000))
    if found := caught.value.reply:
        assert found.call.where == "GET localhost/things/{thing}"
    assert type(caught.value) is error
    assert "secret-serial" not in str(caught.value)


async def test_an_unreachable_host(transport: Transport, get: MakeCall) -> None:
    """No server at all is a CannotConnect."""
    with pytest.raises(CannotConnect):
        await transport.send(Call(method="GET", base="http://localhost:1", path="/"))


@pytest.mark.parametrize(
    ("body", "error"),
    [(b"", Malformed), (b'{"a"', Malformed), (b"<html>", Maintenance)],
)
async def test_what_is_no_json(
    server: ScriptedServer,
    transport: Transport,
    get: MakeCall,
    body: bytes,
    error: type[CloudError],
) -> None:
    """A body that can't be parsed says so and shows nothing of itself."""
    server.script(reply(body=body))
    answer = await transport.send(get(body=Body.TEXT))
    with pytest.raises(error) as caught:
        await read_json(answer)
    assert caught.value.__cause__ is None


async def test_large_json_is_parsed_off_the_loop(
    server: ScriptedServer, transport: Transport, get: MakeCall
) -> None:
    """A large answer is the same answer."""
    part = "[" + "1," * 9_999 + "1]"
    server.script(reply(body=f"[{part}" + f",{part}" * 19 + "]"))
    found = await read_json(await transport.send(get()))
    assert [sum(each) for each in found] == [10_000] * 20


@pytest.mark.parametrize("failure", [drop, hang, reply(500), reply(429)])
async def test_a_repeatable_call_is_tried_again(
    server: ScriptedServer,
    transport: Transport,
    get: MakeCall,
    pauses: list[float],
    failure: Answer,
) -> None:
    """Two failures, then it works; the pauses grow and are never the same."""
    server.script(failure, failure, reply())
    call = get("POST", json={}, idempotent=True)
    assert (await transport.send(call)).status == 200
    assert 0.5 <= pauses[0] <= 1 <= pauses[1] <= 2
    assert len(server.requests) == 3


@pytest.mark.parametrize("failure", [drop, hang, reply(500), reply(429)])
async def test_other_calls_are_sent_once(
    server: ScriptedServer, transport: Transport, get: MakeCall, failure: Answer
) -> None:
    """What may have had an effect is not repeated."""
    server.script(failure)
    with pytest.raises(CloudError):
        await transport.send(get("POST", json={}))
    assert len(server.requests) == 1


async def test_attempts_of_a_call(
    server: ScriptedServer, transport: Transport, get: MakeCall
) -> None:
    """A call may ask for fewer attempts."""
    server.script(reply(500))
    with pytest.raises(ProviderError):
        await transport.send(get(attempts=1))
    assert len(server.requests) == 1


async def test_other_errors_are_final(
    server: ScriptedServer, transport: Transport, get: MakeCall
) -> None:
    """A 404 does not get better by asking again."""
    server.script(reply(404))
    with pytest.raises(ProviderError):
        await transport.send(get())
    assert len(server.requests) == 1


async def test_retry_after_in_seconds(
    server: ScriptedServer, transport: Transport, get: MakeCall, pauses: list[float]
) -> None:
    """A short pause is kept to the second."""
    server.script(reply(429, Retry_After="7"), reply())
    await transport.send(get())
    assert pauses == [7]


async def test_retry_after_as_a_date(
    server: ScriptedServer, transport: Transport, get: MakeCall, pauses: list[float]
) -> None:
    """A date is a pause until then."""
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    server.script(reply(503, Retry_After=until), reply())
    await transport.send(get())
    assert 17 < pauses[0] <= 20


async def test_a_long_pause_is_left_to_the_caller(
    server: ScriptedServer, transport: Transport, get: MakeCall, pauses: list[float]
) -> None:
    """Nobody waits an hour inside a request."""
    server.script(reply(429, Retry_After="3600"))
    with pytest.raises(RateLimited) as caught:
        await transport.send(get())
    assert caught.value.retry_after == 3600
    assert pauses == []
    assert len(server.requests) == 1


async def test_statuses_that_the_caller_reads(
    server: ScriptedServer, transport: Transport, get: MakeCall
) -> None:
    """A provider whose errors stand in 4xx bodies gets to see them."""
    server.script(reply(403, '{"errorCode": "E0000068"}'))
    answer = await transport.send(get("POST", json={}, good={200, 403}))
    assert answer.status == 403
    assert await read_json(answer) == {"errorCode": "E0000068"}


async def test_a_rejected_token_is_replaced_once(
    server: ScriptedServer, transport: Transport, get: MakeCall
) -> None:
    """401, new token, replay: also for a call that is not repeatable."""
    tokens = Tokens()
    server.script(reply(401), reply(body="[1]"))
    answer = await transport.send(get("POST", json={"a": 1}), tokens)
    assert await read_json(answer) == [1]
    sent = [request.headers["Authorization"] for request in server.requests]
    assert sent == ["Bearer token-1", "Bearer token-2"]


async def test_a_fresh_token_that_is_rejected(
    server: ScriptedServer, transport: Transport, get: MakeCall
) -> None:
    """Then it is the resource that is refused: no endless loop, no reauth."""
    tokens = Tokens()
    server.script(reply(401))
    with pytest.raises(NotPermitted):
        await transport.send(get(), tokens)
    assert len(server.requests) == 2


async def test_who_knows_two_ways_to_new_credentials(
    server: ScriptedServer, transport: Transport, get: MakeCall
) -> None:
    """Where a refreshed token is rejected as well, a login may be the second try."""
    tokens = Tokens()
    tokens.replacements = 2
    server.script(reply(401), reply(401), reply(body="[1]"))
    answer = await transport.send(get(), tokens)
    assert await read_json(answer) == [1]
    server.script(reply(401))
    with pytest.raises(NotPermitted) as caught:
        await transport.send(get(), tokens)
    assert len(server.requests) == 3
    assert caught.value.reply
    assert caught.value.reply.status == 401


async def test_parallel_rejections_share_one_new_token(
    server: ScriptedServer, transport: Transport, get: MakeCall
) -> None:
    """Six calls with an old token get one new one."""
    tokens = Tokens()

    async def judge(request: web.Request) -> web.StreamResponse:
        good = request.headers["Authorization"] == "Bearer token-2"
        return web.json_response({}, status=200 if good else 401)

    server.script(judge)
    await asyncio.gather(
        *(transport.send(get(query={"n": str(n)}), tokens) for n in range(6))
    )
    assert tokens.replaced == 1


async def test_identical_requests_in_flight_are_shared(
    server: ScriptedServer, transport: Transport, get: MakeCall
) -> None:
    """Five callers, one request; afterwards a new one."""
    server.script(reply(body="[1]"))
    answers = await asyncio.gather(*(transport.send(get()) for _ in range(5)))
    assert len(server.requests) == 1
    assert {answer.body for answer in answers} == {b"[1]"}
    await transport.send(get())
    assert len(server.requests) == 2


async def test_what_differs_is_not_shared(
    server: ScriptedServer, transport: Transport, get: MakeCall
) -> None:
    """Another query, another header, another account, another method."""
    server.script(reply())
    await asyncio.gather(
        transport.send(get()),
        transport.send(get(query={"a": "b"})),
        transport.send(get(headers={"a": "b"})),
        transport.send(get(), Tokens()),
        transport.send(get(), Tokens()),
        transport.send(get("POST", json={})),
        transport.send(get("POST", json={})),
    )
    assert len(server.requests) == 7


async def test_one_of_several_callers_gives_up(
    server: ScriptedServer, transport: Transport, get: MakeCall
) -> None:
    """The others still get their answer; when all give up the request ends."""
    gate = asyncio.Event()

    async def wait(_: web.Request) -> web.StreamResponse:
        await gate.wait()
        return web.json_response([1])

    server.script(wait)
    patient = asyncio.create_task(transport.send(get()))
    hasty = asyncio.create_task(transport.send(get()))
    while not server.requests:
        await asyncio.sleep(0.001)
    hasty.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hasty
    gate.set()
    assert (await patient).body == b"[1]"
    gate.clear()
    alone = asyncio.create_task(transport.send(get()))
    while len(server.requests) < 2:
        await asyncio.sleep(0.001)
    alone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await alone
    assert not transport._flights


@pytest.fixture
async def elsewhere(socket_enabled: None) -> AsyncIterator[ScriptedServer]:
    """Serve another host."""
    scripted = ScriptedServer()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", scripted.handle)
    test_server = TestServer(app, host="127.0.0.1")
    await test_server.start_server()
    scripted.url = f"http://127.0.0.1:{test_server.port}"
    scripted.script(reply(body="[1]"))
    yield scripted
    await test_server.close()


@pytest.fixture
async def encrypted(elsewhere: ScriptedServer) -> AsyncIterator[TestServer]:
    """Serve a redirect from https to http."""

    async def redirect(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": elsewhere.url})

    app = web.Application()
    app.router.add_get("/{path:.*}", redirect)
    server = TestServer(app, host="127.0.0.1", scheme="https")
    await server.start_server(ssl=TRUSTED.server_context())
    yield server
    await server.close()


async def test_redirects_within_the_host(
    server: ScriptedServer, transport: Transport, get: MakeCall
) -> None:
    """The credentials go along on the same host."""
    server.script(reply(307, Location="/other"), reply(body="[1]"))
    answer = await transport.send(get(), Tokens())
    assert await read_json(answer) == [1]
    assert server.requests[1].path == "/other"
    assert server.requests[1].headers["Authorization"] == "Bearer token-1"


async def test_redirects_stay_with_the_provider(
    server: ScriptedServer,
    elsewhere: ScriptedServer,
    transport: Transport,
    get: MakeCall,
) -> None:
    """A host that is not the provider's is never asked."""
    server.script(reply(302, Location=f"{elsewhere.url}/x"))
    with pytest.raises(ProviderError, match="where it should not"):
        await transport.send(get(), Tokens())
    assert not elsewhere.requests


async def test_redirects_never_carry_credentials_elsewhere(
    server: ScriptedServer,
    elsewhere: ScriptedServer,
    transport: Transport,
    get: MakeCall,
) -> None:
    """Another host of the provider gets to see neither token nor cookie nor header."""
    transport.belongs_to(elsewhere.url)
    server.script(reply(302, Location=f"{elsewhere.url}/x", Set_Cookie="sid=secret"))
    call = get(headers={"authtoken": "secret", "Accept": "text/html"})
    await transport.send(call, Tokens())
    (request,) = elsewhere.requests
    assert request.headers["Accept"] == "text/html"
    assert not {"authtoken", "authorization", "cookie"} & {
        name.lower() for name in request.headers
    }


async def test_redirects_stay_encrypted(
    elsewhere: ScriptedServer, encrypted: TestServer, get: MakeCall
) -> None:
    """What began with https never goes on without, not even on the same host."""
    async with ClientSession(connector=TCPConnector(ssl=False)) as session:
        transport = Transport(session, budget=RequestBudget(10))
        transport.belongs_to(elsewhere.url)
        call = get(base=f"https://127.0.0.1:{encrypted.port}")
        with pytest.raises(ProviderError, match="where it should not"):
            await transport.send(call)
    assert not elsewhere.requests


async def test_a_post_is_never_redirected(
    server: ScriptedServer,
    elsewhere: ScriptedServer,
    transport: Transport,
    get: MakeCall,
) -> None:
    """What a body holds is for one host only."""
    server.script(reply(307, Location=elsewhere.url))
    with pytest.raises(ProviderError):
        await transport.send(get("POST", json={"password": "secret"}))
    assert not elsewhere.requests


async def test_redirects_in_circles(
    server: ScriptedServer, transport: Transport, get: MakeCall
) -> None:
    """Redirects in a circle end with an error."""
    server.script(reply(302, Location="/again"))
    with pytest.raises(ProviderError, match="circles"):
        await transport.send(get())


async def test_every_request_counts_against_the_budget(
    server: ScriptedServer, transport: Transport, get: MakeCall
) -> None:
    """Retries too; what the user waits for is never refused."""
    transport.budget = RequestBudget(2)
    server.script(reply(500))
    with pytest.raises(BudgetSpent) as caught:
        await transport.send(get())
    assert 0 < (caught.value.retry_after or 0) <= 86400
    assert len(server.requests) == 2
    server.script(reply())
    await transport.send(get(urgent=True))
    assert transport.budget.used == 3


async def test_logs_show_no_secrets(
    server: ScriptedServer,
    transport: Transport,
    get: MakeCall,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Method, host, template, status and duration; nothing else."""
    caplog.set_level(logging.DEBUG)
    server.script(reply(500, "secret-answer"), drop, reply(body='"secret-answer"'))
    call = get(
        "PUT",
        query={"q": "secret-query"},
        headers={"h": "secret-header"},
        json={"password": "secret-password"},
    )
    await transport.send(call, Tokens())
    ours = [r.message for r in caplog.records if "cloud_energy" in r.name]
    assert any("PUT localhost/things/{thing}: 200 in" in line for line in ours)
    # The test's own server logs what it is asked.
    records = [r for r in caplog.records if r.name != "aiohttp.access"]
    text = "\n".join(record.getMessage() for record in records) + repr(call)
    assert "secret-" not in text
    assert "token-1" not in text


async def test_statistics_of_endpoints(
    server: ScriptedServer, transport: Transport, get: MakeCall
) -> None:
    """Diagnostics can tell what became of the requests."""
    server.script(reply(500), reply(502), reply())
    await transport.send(get("PUT"))
    (statistics,) = transport.statistics.values()
    assert (statistics.requests, statistics.failures) == (3, 2)
    assert statistics.last_status == 200
    assert statistics.slowest > 0


@pytest.mark.parametrize(("limit", "expected"), [(4, 4), (2, 2), (None, 12)])
async def test_concurrency_is_bounded(
    server: ScriptedServer,
    transport: Transport,
    get: MakeCall,
    limit: int | None,
    expected: int,
) -> None:
    """No more than so many requests of an account are under way at once."""
    running, most = 0, 0

    async def count(_: web.Request) -> web.StreamResponse:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.05)
        running -= 1
        return web.json_response({})

    server.script(count)
    if limit != 4:
        transport.limit_concurrency(limit)
    await asyncio.gather(*(transport.send(get(query={"n": str(n)})) for n in range(12)))
    assert most == expected


async def test_a_session_that_is_closed(
    server: ScriptedServer, transport: Transport, get: MakeCall
) -> None:
    """Who still asks while Home Assistant stops meets an error like others."""
    await transport.session.close()
    with pytest.raises(CannotConnect, match="closed"):
        await transport.send(get())
    assert transport.budget.used == 0
