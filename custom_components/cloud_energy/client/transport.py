"""The only place that sends a request to a cloud."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
import logging
from time import perf_counter
from typing import Any, Protocol

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout
from yarl import URL

from .answers import AnswerLog
from .budget import RequestBudget
from .call import Body, Call, Reply
from .errors import (
    CannotConnect,
    CloudError,
    Maintenance,
    Malformed,
    NotPermitted,
    ProviderError,
    RateLimited,
    TimedOut,
)
from .retry import RetryPolicy, parse_retry_after

_LOGGER = logging.getLogger(__name__)

_TIMEOUT = ClientTimeout(total=60, connect=15, sock_connect=15, sock_read=45)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5
# What every browser tells everybody; any other header may be a credential.
_OPEN_HEADERS = frozenset({"accept", "accept-language", "user-agent"})


@dataclass(frozen=True)
class Grant:
    """What makes one request an authorized one."""

    headers: Mapping[str, str] = field(repr=False)
    token: object = field(default=None, repr=False)
    """The token behind it, to tell which one was rejected."""


class Authorizer(Protocol):
    """Gives requests their credentials and replaces rejected ones."""

    replacements: int = 1
    """How often the credentials of one request are replaced at most."""

    async def authorize(self, call: Call) -> Grant:
        """Return the credentials for this call, renewed first if they are old.

        :raises CloudError: none can be had.
        """

    async def replace(self, call: Call, rejected: Grant) -> Grant:
        """Return other credentials than the rejected ones.

        :raises CloudError: none can be had.
        """

    def is_rejection(self, reply: Reply) -> bool:
        """Tell whether the cloud rejects the credentials in this reply."""


class Witness(Protocol):
    """Looks at answers without changing anything."""

    async def look(self, reply: Reply) -> None:
        """Look at an answer, whatever its status."""


@dataclass
class EndpointStatistics:
    """What diagnostics tell of one endpoint."""

    requests: int = 0
    failures: int = 0
    last_status: int | None = None
    last: float = 0.0
    """How long the last request took, in seconds."""
    slowest: float = 0.0
    total: float = 0.0

    def count(self, status: int | None, seconds: float) -> None:
        """Take the outcome of one request; no status if no answer came."""
        self.requests += 1
        self.failures += status is None or status >= 400
        self.last_status = status
        self.last = seconds
        self.slowest = max(self.slowest, seconds)
        self.total += seconds

    def described(self) -> dict[str, Any]:
        """Return counts and times in seconds."""
        return {
            "requests": self.requests,
            "failures": self.failures,
            "last_status": self.last_status,
            "last": round(self.last, 3),
            "slowest": round(self.slowest, 3),
            "mean": round(self.total / self.requests, 3) if self.requests else 0.0,
        }


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
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Take the account's own session, whose life is the caller's care.

        `concurrency`: how many requests are under way at most; None: any number.
        """
        self.session = session
        self.budget = budget
        self.statistics: dict[str, EndpointStatistics] = {}
        self.answers = AnswerLog()
        self.witnesses: list[Witness] = [self.answers]
        """Who gets to see every answer."""
        self._retry = retry or RetryPolicy()
        self._timeout = timeout
        self.limit_concurrency(concurrency)
        self._sleep = sleep
        self._flights: dict[object, _Flight] = {}

    def described(self) -> dict[str, Any]:
        """Return what is known of each endpoint, as data without any value."""
        return {
            where: {**statistics.described(), "answers": self.answers.described(where)}
            for where, statistics in self.statistics.items()
        }

    def limit_concurrency(self, most: int | None) -> None:
        """Have at most so many requests under way from now on; None: any number."""
        self._slots = asyncio.Semaphore(most) if most else nullcontext()

    async def send(self, call: Call, auth: Authorizer | None = None) -> Reply:
        """Send the call and return its reply if the status is a good one.

        :raises CannotConnect: no answer came (`TimedOut` if it took too long).
        :raises RateLimited: the cloud or the budget asks for a pause.
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
        if auth is None:
            return checked(await self._attempt(call))
        grant = await auth.authorize(call)
        reply = await self._attempt(granted(call, grant))
        for _ in range(auth.replacements):
            if not auth.is_rejection(reply):
                break
            grant = await auth.replace(call, grant)
            reply = await self._attempt(granted(call, grant))
        if auth.is_rejection(reply):
            # The credentials were good enough for a new token a moment ago:
            # it is the resource that is refused, not the user.
            raise _about(reply, NotPermitted(f"{call.where} refuses a fresh session"))
        return checked(reply)

    async def _attempt(self, call: Call) -> Reply:
        attempts = self._attempts(call)
        for attempt in range(1, attempts):
            try:
                reply = await self._exchange(call)
            except CannotConnect as err:
                _LOGGER.debug("%s: attempt %s failed: %s", call.where, attempt, err)
                pause = self._retry.pause(attempt)
            else:
                if not _is_passing(reply):
                    return reply
                after = parse_retry_after(reply.headers.get("Retry-After"))
                pause = self._retry.pause(attempt, after)
                if pause is None:
                    return reply
            await self._sleep(pause or 0)
        return await self._exchange(call)

    def _attempts(self, call: Call) -> int:
        if not call.may_repeat:
            return 1
        return self._retry.attempts if call.attempts is None else call.attempts

    async def _exchange(self, call: Call) -> Reply:
        """Send once, following redirects that do not leave the host's reach."""
        url, headers = call.url, dict(call.headers)
        for _ in range(_MOST_REDIRECTS):
            reply = await self._exchange_once(call, url, headers)
            await self.show(reply)
            location = reply.headers.get("Location")
            if not _is_redirect(reply) or not location:
                return reply
            target = url.join(URL(location))
            if target.scheme not in ("http", "https"):
                return reply
            if target.origin() != url.origin():
                headers = {
                    name: value
                    for name, value in headers.items()
                    if name.lower() in _OPEN_HEADERS
                }
            url = target
        raise ProviderError(f"{call.where} redirects in circles")

    async def show(self, reply: Reply) -> None:
        """Let the witnesses see an answer."""
        for witness in self.witnesses:
            await witness.look(reply)

    async def _exchange_once(
        self, call: Call, url: URL, headers: Mapping[str, str]
    ) -> Reply:
        if self.session.closed:
            # Whoever still asks is about to end as well
            raise CannotConnect(f"{call.where}: the session is closed")
        self.budget.spend(urgent=call.urgent)
        statistics = self.statistics.setdefault(call.where, EndpointStatistics())
        status: int | None = None
        began = perf_counter()
        try:
            async with (
                self._slots,
                self.session.request(
                    call.method,
                    url,
                    headers=headers,
                    json=call.json,
                    data=call.form,
                    timeout=call.timeout or self._timeout,
                    allow_redirects=False,
                ) as response,
            ):
                body = await _read(call, response)
                status = response.status
                return Reply(
                    call=call, status=status, headers=response.headers, body=body
                )
        except TimeoutError:
            raise TimedOut(f"{call.where} did not answer in time") from None
        except (ClientError, OSError) as err:
            # Not chained: aiohttp's errors hold the full address.
            raise CannotConnect(f"{call.where}: {type(err).__name__}") from None
        finally:
            seconds = perf_counter() - began
            statistics.count(status, seconds)
            _LOGGER.debug("%s: %s in %.2f s", call.where, status or "none", seconds)


async def _read(call: Call, response: ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > call.max_bytes:
            raise Malformed(
                f"{call.where} answered with more than {call.max_bytes} bytes",
                status=response.status,
            )
    return bytes(body)


def granted(call: Call, grant: Grant) -> Call:
    """Return the call with its credentials."""
    return replace(call, headers={**call.headers, **grant.headers})


def _is_redirect(reply: Reply) -> bool:
    return reply.status in _REDIRECTS and reply.call.method in ("GET", "HEAD")


def _is_passing(reply: Reply) -> bool:
    """Tell whether the same request may well succeed a little later."""
    return reply.status == 429 or reply.status >= 500


def checked(reply: Reply) -> Reply:
    """Return the reply if its call takes it.

    :raises CloudError: as `Transport.send` does.
    """
    if error := _error_of(reply):
        raise _about(reply, error)
    return reply


def _error_of(reply: Reply) -> CloudError | None:
    call, status = reply.call, reply.status
    if status == 429 and status not in call.good:
        after = parse_retry_after(reply.headers.get("Retry-After"))
        return RateLimited(f"{call.where} asks for a pause", retry_after=after)
    if reply.is_html and call.body is not Body.TEXT:
        return Maintenance(f"{call.where} answered with a web page", status=status)
    if status in call.good:
        return None
    if status in (401, 403):
        return NotPermitted(f"{call.where} is not permitted ({status})")
    return ProviderError(f"{call.where} answered {status}", status=status)


def _about(reply: Reply, error: CloudError) -> CloudError:
    error.reply = reply
    return error
