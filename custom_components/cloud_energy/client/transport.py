"""The only place that sends a request to a cloud."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass
from itertools import count
import logging
from typing import Any, Protocol

from aiohttp import ClientResponse, ClientSession, ClientTimeout
from yarl import URL

from .answers import ResponseShapes
from .authorizer import NOBODY, Authorizer, Grant, with_grant
from .budget import RequestBudget
from .call import Call, Reply
from .errors import (
    CannotConnect,
    CloudError,
    Maintenance,
    Malformed,
    NotPermitted,
    ProviderError,
)
from .exchange import EndpointCounters, Exchange
from .hosts import Hosts
from .pace import Pace
from .packing import ACCEPTED, Packing
from .retry import RetryPolicy
from .tokens import Errand, errand, is_renewing
from .verdict import about, require_success, status_of, transient_error

_LOGGER = logging.getLogger(__name__)

_TIMEOUT = ClientTimeout(total=60, connect=15, sock_connect=15, sock_read=45)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_REDIRECTS = 5
# What every browser sends to everyone; any other header may be a credential.
_OPEN_HEADERS = frozenset({"accept", "accept-language", "user-agent"})


class Observer(Protocol):
    """Observes replies without changing anything."""

    async def look(self, reply: Reply) -> None:
        """Look at an answer, whatever its status."""


@dataclass
class _Flight:
    task: asyncio.Task[Reply]
    waiters: int = 0


class Transport:
    """Sends the requests of one account over one session.

    Time-outs, bounded retries, Retry-After, the request budget, the replay
    after a rejected token and the sharing of identical requests live here and
    nowhere else.
    """

    def __init__(
        self,
        session: ClientSession,
        *,
        budget: RequestBudget,
        retry: RetryPolicy | None = None,
        timeout: ClientTimeout = _TIMEOUT,
        concurrency: int | None = 4,
        per_second: float | None = None,
        hosts: Hosts | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Take the account's own session, whose life is the caller's care.

        `concurrency`: how many requests are under way at most; `per_second`: how many
        are sent in a second at most; None: any number. `hosts`: what an earlier
        transport of the account has learnt of them.
        """
        self.session = session
        self.budget = budget
        self.statistics: dict[str, EndpointCounters] = {}
        self.answers = ResponseShapes()
        self.observers: list[Observer] = [self.answers]
        """Who gets to see every answer."""
        self._retry = retry or RetryPolicy()
        self._timeout = timeout
        self.limit_concurrency(concurrency)
        self.hosts = hosts or Hosts(sleep=sleep)
        self._pace = Pace(per_second)
        self._sleep = sleep
        self._own_hosts: set[str | None] = set()
        self._flights: dict[object, _Flight] = {}

    def described(self) -> dict[str, Any]:
        """Return what is known of each endpoint, as data without any value."""
        return {
            where: {**statistics.described(), "answers": self.answers.described(where)}
            for where, statistics in self.statistics.items()
        }

    def limit_concurrency(self, maximum: int | None) -> None:
        """Have at most so many requests under way from now on; None: any number."""
        self._slots = asyncio.Semaphore(maximum) if maximum else nullcontext()

    async def send(self, call: Call, auth: Authorizer | None = None) -> Reply:
        """Send the call and return its reply if the status is a good one.

        :raises CannotConnect: no answer came (`TimedOut` if it took too long).
        :raises RateLimited: the cloud or the budget requests a pause.
        :raises NotPermitted: 401 or 403 for good credentials.
        :raises Maintenance: a web page came instead of data.
        :raises Malformed: the answer is too large or broken.
        :raises ProviderError: any other status that the call does not take.
        """
        if call.is_plain_get:
            return await self._send_shared(call, auth)
        return await self._send_authorized(call, auth)

    async def _send_shared(self, call: Call, auth: Authorizer | None) -> Reply:
        headers = frozenset(call.headers.items())
        key = (call.url, headers, repr(call.good), id(auth))
        flight = self._flights.get(key)
        if flight is None or flight.task.done():
            task = asyncio.create_task(self._send_authorized(call, auth))
            flight = self._flights[key] = _Flight(task)
        flight.waiters += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiters -= 1
            if not flight.waiters:
                flight.task.cancel()
                if self._flights.get(key) is flight:
                    del self._flights[key]

    async def _send_authorized(self, call: Call, auth: Authorizer | None) -> Reply:
        auth = auth or NOBODY
        with self._errand(call):
            grant = await auth.authorize(call)
        reply, grant = await self._attempt(call, auth, grant)
        for _ in range(auth.replacements):
            if not auth.is_rejection(reply):
                break
            with self._errand(call):
                grant = await auth.replace(call, grant)
            reply, grant = await self._attempt(call, auth, grant)
        if auth.is_rejection(reply):
            # The credentials were good enough for a new token a moment ago:
            # it is the resource that is refused, not the user.
            raise about(reply, NotPermitted(f"{call.where} refuses a fresh session"))
        return require_success(reply)

    async def _attempt(
        self, call: Call, auth: Authorizer, grant: Grant
    ) -> tuple[Reply, Grant]:
        """Send until it is answered, or until it is better to come back later.

        :raises CannotConnect: no answer came.
        :raises CloudError: the host is to be left alone, for what has failed before.
        """
        host = self.hosts.of(call.base)
        for attempt in count(1):
            turn = host.turn(urgent=_is_urgent(call), is_retry=attempt > 1)
            async with self._slots, turn as is_trial:
                outcome = await self._outcome(with_grant(call, grant))
                error = transient_error(outcome)
                if error is None:
                    host.works()
                    break
                pause = self._pause(call, attempt, error)
                if pause is None or host.gives_up(error, is_trial=is_trial):
                    host.fails(call.where, error)
                    break
                host.stumbles(call.where, error, pause)
            await self._sleep(pause)
            # Credentials may be good for one request only, or others by now.
            with self._errand(call):
                grant = await auth.authorize(call)
        if isinstance(outcome, CannotConnect):
            raise outcome
        return outcome, grant

    @contextmanager
    def _errand(self, call: Call) -> Iterator[None]:
        """Have a login that is renewed within be as urgent as the call."""
        before = errand.set(Errand(_is_urgent(call), self.hosts.round))
        try:
            yield
        finally:
            errand.reset(before)

    async def _outcome(self, call: Call) -> Reply | CannotConnect:
        try:
            return await self._exchange(call)
        except CannotConnect as err:
            return err

    def _pause(self, call: Call, attempt: int, error: CloudError) -> float | None:
        """Return the pause after which to send it again; None: come back later."""
        maximum = self._retry.attempts if call.attempts is None else call.attempts
        if not call.may_repeat or attempt >= maximum or _is_page(error):
            return None
        _LOGGER.debug("%s: attempt %s failed: %s", call.where, attempt, error)
        return self._retry.pause(attempt, error.retry_after)

    async def _exchange(self, call: Call) -> Reply:
        """Send once, following redirects that do not leave the host's reach."""
        url, headers = call.url, dict(call.headers)
        for _ in range(_MAX_REDIRECTS):
            reply = await self._exchange_once(call, url, headers)
            await self.show(reply)
            location = reply.headers.get("Location")
            if not _is_redirect(reply) or not location:
                return reply
            target = _target(call, url, location)
            if target.scheme not in ("http", "https"):
                return reply
            if not self._may_lead(url, target):
                raise ProviderError(f"{call.where} redirects to where it should not")
            if target.origin() != url.origin():
                headers = {
                    name: value
                    for name, value in headers.items()
                    if name.lower() in _OPEN_HEADERS
                }
            url = target
        raise ProviderError(f"{call.where} redirects in circles")

    def _may_lead(self, url: URL, target: URL) -> bool:
        """Return whether a redirect stays encrypted, and with the provider."""
        if url.scheme == "https" and target.scheme == "http":
            return False
        return target.host == url.host or target.host in self._own_hosts

    def belongs_to(self, *bases: str) -> None:
        """Take that these addresses are the provider's: redirects may lead there."""
        self._own_hosts |= {URL(base).host for base in bases}

    async def show(self, reply: Reply) -> None:
        """Let the observers see an answer."""
        for observer in self.observers:
            await observer.look(reply)

    async def _exchange_once(
        self, call: Call, url: URL, headers: Mapping[str, str]
    ) -> Reply:
        async with (
            self.exchange(call) as exchange,
            self.session.request(
                call.method,
                url,
                headers={"Accept-Encoding": ACCEPTED, **headers},
                json=call.json,
                data=call.form,
                timeout=call.timeout or self._timeout,
                allow_redirects=False,
                auto_decompress=False,
            ) as response,
        ):
            body = await _read(call, response)
            exchange.status = status_of(call, response.status, body)
            return Reply(
                call=call,
                status=exchange.status,
                headers=response.headers,
                body=body,
            )

    @asynccontextmanager
    async def exchange(self, call: Call) -> AsyncIterator[Exchange]:
        """Account for one request that is sent within.

        :raises BudgetSpent: none is left today.
        :raises CannotConnect: it was not answered, or not to its end.
        :raises Malformed: no request can be made of the call.
        """
        self._check_open(call)
        self.budget.spend(urgent=_is_urgent(call))
        if (wait := self._pace.take()) > 0:
            await self._sleep(self._retry.pause(1, wait) or 0.0)
            self._check_open(call)
        statistics = self.statistics.setdefault(call.where, EndpointCounters())
        exchange = Exchange(call.where)
        try:
            with exchange.errors():
                yield exchange
        finally:
            statistics.count(exchange)

    def _check_open(self, call: Call) -> None:
        """Send nothing once the session is closed: whoever still asks ends as well.

        :raises CannotConnect: it is.
        """
        if self.session.closed:
            raise CannotConnect(f"{call.where}: the session is closed")


def _is_urgent(call: Call) -> bool:
    """Return whether a user waits for a call: not if it only renews a login."""
    return call.urgent and not is_renewing.get()


def _target(call: Call, url: URL, location: str) -> URL:
    """Return where a redirect leads to.

    :raises Malformed: it is no address.
    """
    try:
        target = url.join(URL(location))
        if target.scheme in ("http", "https"):
            target.origin()
    except ValueError:
        raise Malformed(f"{call.where} redirects to no address") from None
    return target


async def _read(call: Call, response: ClientResponse) -> bytes:
    body = bytearray()
    packing = Packing(response.headers.get("Content-Encoding", ""))
    async for chunk in response.content.iter_any():
        body += packing.take(chunk, call.max_bytes + 1 - len(body))
        if len(body) > call.max_bytes:
            raise Malformed(
                f"{call.where} answered with more than {call.max_bytes} bytes",
                status=response.status,
            )
    packing.finish()
    return bytes(body)


def _is_redirect(reply: Reply) -> bool:
    return reply.status in _REDIRECTS and reply.call.method in ("GET", "HEAD")


def _is_page(error: CloudError) -> bool:
    """Return whether a host gives pages instead of data: they stay for a while."""
    return isinstance(error, Maintenance) and (error.status or 0) < 500
