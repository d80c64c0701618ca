"""Hosts in trouble are left alone; pauses are kept, and requests spaced."""

import asyncio
from collections.abc import Callable
import time
from typing import override

from aiohttp import ClientSession, ClientTimeout, web
import pytest

from custom_components.cloud_energy.client.authorizer import Authorizer, Grant
from custom_components.cloud_energy.client.budget import RequestBudget
from custom_components.cloud_energy.client.call import Call, Reply
from custom_components.cloud_energy.client.errors import (
    CannotConnect,
    CloudError,
    Maintenance,
    NotPermitted,
    ProviderError,
    RateLimited,
    TimedOut,
    Unreachable,
)
from custom_components.cloud_energy.client.hosts import ROUND, Hosts
from custom_components.cloud_energy.client.transport import Transport

from .conftest import Answer, ScriptedServer, hang, reply

type MakeCall = Callable[..., Call]


class Watch:
    """A monotonic clock that a test turns; sleeping turns it as well."""

    def __init__(self) -> None:
        """Begin at some time."""
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        """Tell the time."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def watch() -> Watch:
    """Give a clock."""
    return Watch()


@pytest.fixture
def hosts(transport: Transport, watch: Watch) -> Hosts:
    """Have the transport go by the clock."""
    transport.hosts = Hosts(clock=watch, sleep=watch.sleep)
    transport.hosts.begin_round()
    transport._sleep = watch.sleep
    return transport.hosts


@pytest.mark.parametrize(
    "failure",
    [reply(503), reply(429), reply(503, "<html>")],
)
async def test_the_first_failure_of_a_host_ends_the_round(
    server: ScriptedServer,
    transport: Transport,
    get: MakeCall,
    hosts: Hosts,
    watch: Watch,
    failure: Answer,
) -> None:
    """Others are not asked then, and the next round begins with one request."""
    server.script(failure)
    with pytest.raises(CloudError) as first:
        await transport.send(get())
    assert first.value.was_sent
    assert len(server.requests) == 3
    for number in range(5):
        with pytest.raises(type(first.value)) as caught:
            await transport.send(get(query={"n": str(number)}))
        assert not caught.value.was_sent
    assert len(server.requests) == 3
    watch.now += ROUND
    questions = (transport.send(get(query={"n": str(n)})) for n in range(5))
    found = await asyncio.gather(*questions, return_exceptions=True)
    assert all(isinstance(each, CloudError) for each in found)
    assert len(server.requests) == 4
    watch.now += ROUND
    server.script(reply())
    await asyncio.gather(*(transport.send(get(query={"n": str(n)})) for n in range(5)))
    assert len(server.requests) == 5


async def test_without_rounds_each_question_is_one_of_its_own(
    server: ScriptedServer, transport: Transport, get: MakeCall
) -> None:
    """As for a program that asks what its user wants to know."""
    server.script(reply(503), reply(503), reply(503), reply())
    with pytest.raises(ProviderError):
        await transport.send(get())
    assert (await transport.send(get())).status == 200


@pytest.mark.parametrize(
    ("failure", "error", "asked"),
    [
        (reply(500), ProviderError, 3),
        (reply(502), ProviderError, 3),
        (hang, TimedOut, 3),
        (reply(200, "<html>"), Maintenance, 1),
        (reply(403, "<html>"), Maintenance, 1),
    ],
)
async def test_two_endpoints_that_fail_are_a_host_that_fails(
    server: ScriptedServer,
    transport: Transport,
    get: MakeCall,
    hosts: Hosts,
    failure: Answer,
    error: type[CloudError],
    asked: int,
) -> None:
    """One alone may be out of order by itself."""
    server.script(failure)
    with pytest.raises(error):
        await transport.send(get())
    assert len(server.requests) == asked
    with pytest.raises(error):
        await transport.send(get())
    assert len(server.requests) == asked + 1
    for path in ("/other", "/third"):
        with pytest.raises(error):
            await transport.send(get(path=path))
    assert len(server.requests) == asked + 2
    for number in range(3):
        hosts.begin_round()
        for path in ("/third", "/fourth"):
            with pytest.raises(error):
                await transport.send(get(path=path))
        assert len(server.requests) == asked + 3 + number


async def test_endpoints_out_of_order_of_a_host_that_answers_others(
    server: ScriptedServer, transport: Transport, get: MakeCall, hosts: Hosts
) -> None:
    """However many they are, they hold up nothing else of that round."""
    server.script(reply(), *[reply(500)] * 4, reply())
    assert (await transport.send(get(path="/a"))).status == 200
    for path in ("/b", "/c"):
        with pytest.raises(ProviderError) as caught:
            await transport.send(get(path=path))
        assert caught.value.was_sent
    assert (await transport.send(get(path="/d"))).status == 200


@pytest.mark.parametrize("answer", [reply(404), reply(400), reply(403), reply()])
async def test_what_says_nothing_of_the_host(
    server: ScriptedServer,
    transport: Transport,
    get: MakeCall,
    hosts: Hosts,
    answer: Answer,
) -> None:
    """An answer is an answer: the host is well."""
    server.script(reply(500), reply(500), reply(500), answer, reply(500), reply())
    with pytest.raises(ProviderError):
        await transport.send(get())
    await asyncio.gather(transport.send(get(path="/b")), return_exceptions=True)
    assert (await transport.send(get(path="/c"))).status == 200
    assert len(server.requests) == 6


async def test_a_host_that_is_not_there(
    transport: Transport, get: MakeCall, hosts: Hosts
) -> None:
    """Nobody tries it by another path."""
    for number in range(3):
        with pytest.raises(Unreachable) as caught:
            await transport.send(get(base="http://localhost:1", path=f"/{number}"))
        assert caught.value.was_sent is (number == 0)


async def test_hosts_do_not_share_their_trouble(
    server: ScriptedServer, transport: Transport, get: MakeCall, hosts: Hosts
) -> None:
    """And what the user waits for is always tried."""
    server.script(reply(503))
    with pytest.raises(ProviderError):
        await transport.send(get())
    server.script(reply())
    elsewhere = f"{server.url}/elsewhere"
    assert (await transport.send(get(base=elsewhere))).status == 200
    assert (await transport.send(get(urgent=True))).status == 200
    assert (await transport.send(get(query={"n": "1"}))).status == 200


async def test_a_long_pause_is_kept(
    server: ScriptedServer,
    transport: Transport,
    get: MakeCall,
    hosts: Hosts,
    watch: Watch,
) -> None:
    """By everybody, whatever a request has brought that was under way."""
    server.script(reply(429, Retry_After="3600"), reply())
    with pytest.raises(RateLimited):
        await transport.send(get())
    hosts.of(server.url).works()
    watch.now += 3599
    assert hosts.pauses == {server.url: 1}
    with pytest.raises(RateLimited) as caught:
        await transport.send(get())
    assert caught.value.retry_after == 1
    assert len(server.requests) == 1
    watch.now += 1
    assert hosts.pauses == {}
    await transport.send(get())


@pytest.mark.parametrize("status", [429, 503])
async def test_a_short_pause_is_waited_for(
    server: ScriptedServer,
    transport: Transport,
    get: MakeCall,
    hosts: Hosts,
    watch: Watch,
    status: int,
) -> None:
    """By those who come in between as well; nobody gets an error."""
    server.script(reply(status, Retry_After="7"), reply())
    host = hosts.of(server.url)
    host.stumbles("GET /", RateLimited("x"), 5)
    await transport.send(get())
    assert watch.slept == [5, 7]
    assert len(server.requests) == 2


async def test_pauses_that_were_stored(
    server: ScriptedServer, transport: Transport, get: MakeCall, watch: Watch
) -> None:
    """A host's pause outlives a restart."""
    changes: list[None] = []
    transport.hosts = Hosts(pauses={server.url: 60, "https://other": -5}, clock=watch)
    transport.hosts.changed = lambda: changes.append(None)
    server.script(reply())
    with pytest.raises(RateLimited):
        await transport.send(get())
    watch.now += 60
    await transport.send(get())
    server.script(reply(503, Retry_After="600"))
    with pytest.raises(ProviderError):
        await transport.send(get())
    assert len(changes) == 1


class Signer(Authorizer):
    """Signs each attempt anew."""

    def __init__(self) -> None:
        """Begin to count."""
        self.number = 0

    @override
    async def authorize(self, call: Call) -> Grant:
        self.number += 1
        return Grant({"Signature": str(self.number)})

    @override
    async def replace(self, call: Call, rejected: Grant) -> Grant:
        return await self.authorize(call)

    @override
    def is_rejection(self, reply: Reply) -> bool:
        return reply.status == 401


async def test_each_attempt_has_its_own_credentials(
    server: ScriptedServer, transport: Transport, get: MakeCall, hosts: Hosts
) -> None:
    """A signature may be good for one request only."""
    server.script(reply(429, Retry_After="1"), reply(500), reply())
    await transport.send(get("PUT"), Signer())
    sent = [request.headers["Signature"] for request in server.requests]
    assert sent == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("inside", "error"),
    [
        (401, NotPermitted),
        (403, NotPermitted),
        (429, RateLimited),
        (500, ProviderError),
    ],
)
async def test_a_status_inside_counts(
    server: ScriptedServer,
    transport: Transport,
    get: MakeCall,
    hosts: Hosts,
    inside: int,
    error: type[CloudError],
) -> None:
    """It is what the cloud means; one that is none is left to the caller."""
    server.script(reply(body="{}", Retry_After="3600"))
    call = get(status_inside=lambda body: inside)
    with pytest.raises(error):
        await transport.send(call, Signer())
    assert len(server.requests) == {401: 2, 500: 3}.get(inside, 1)
    server.script(reply(body="x" * 100_000))
    call = get(base=f"{server.url}/large", status_inside=lambda body: inside)
    assert (await transport.send(call)).status == 200
    for none in (None, 200, 7):
        call = get(base=f"{server.url}/{none}", status_inside=lambda body, n=none: n)
        assert (await transport.send(call)).status == 200


async def test_requests_are_spaced(server: ScriptedServer, get: MakeCall) -> None:
    """However many begin at once, no second holds more than it may."""
    times: list[float] = []

    async def note(_: web.Request) -> web.StreamResponse:
        times.append(time.monotonic())
        return web.json_response({})

    server.script(note)
    async with ClientSession() as session:
        transport = Transport(
            session,
            budget=RequestBudget(1000),
            timeout=ClientTimeout(total=5),
            concurrency=None,
            per_second=50,
        )
        questions = (transport.send(get(query={"n": str(n)})) for n in range(30))
        began = time.monotonic()
        await asyncio.gather(*questions)
    assert times[-1] - began >= 28 / 50


async def test_a_renewal_that_fails_is_no_answer(
    server: ScriptedServer, transport: Transport, get: MakeCall, hosts: Hosts
) -> None:
    """Its own host is in trouble, and nothing is sent to the other."""

    class Lost(Signer):
        @override
        async def authorize(self, call: Call) -> Grant:
            raise CannotConnect("POST elsewhere/token")

    server.script(reply())
    with pytest.raises(CannotConnect):
        await transport.send(get(), Lost())
    assert not server.requests
    assert not hosts.of(server.url).is_in_trouble
