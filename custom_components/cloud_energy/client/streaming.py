"""Answers without an end: the cloud goes on sending while the connection lasts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter

from aiohttp import ClientError, ClientResponse

from .call import Call, Reply
from .errors import CannotConnect, TimedOut
from .transport import Authorizer, EndpointStatistics, Transport, checked, granted


@asynccontextmanager
async def open_stream(
    transport: Transport, call: Call, auth: Authorizer
) -> AsyncIterator[AsyncIterator[bytes]]:
    """Open a stream and give its chunks; leaving the context closes it.

    A rejected token is replaced once, as for any other call. Nothing is tried
    again: whoever reads the stream decides when to come back.

    :raises CannotConnect: it can't be opened, or it breaks (`TimedOut` if the
        cloud keeps silent for longer than the call's time-out allows).
    :raises CloudError: as `Transport.send` does.
    """
    grant = await auth.authorize(call)
    response = await _open(transport, granted(call, grant))
    if auth.is_rejection(await _refusal(call, response)):
        response.close()
        grant = await auth.replace(call, grant)
        response = await _open(transport, granted(call, grant))
    try:
        checked(await _refusal(call, response))
        yield _chunks(call, response)
    finally:
        response.close()


async def _open(transport: Transport, call: Call) -> ClientResponse:
    transport.budget.spend(urgent=call.urgent)
    statistics = transport.statistics.setdefault(call.where, EndpointStatistics())
    status: int | None = None
    began = perf_counter()
    try:
        response = await transport.session.request(
            call.method,
            call.url,
            headers=call.headers,
            timeout=call.timeout,
            allow_redirects=False,
        )
        status = response.status
    except TimeoutError:
        raise TimedOut(f"{call.where} did not answer in time") from None
    except (ClientError, OSError) as err:
        raise CannotConnect(f"{call.where}: {type(err).__name__}") from None
    finally:
        statistics.count(status, perf_counter() - began)
    return response


async def _refusal(call: Call, response: ClientResponse) -> Reply:
    """Return the answer as a reply; the body only of one that is no stream."""
    body = b""
    if response.status not in call.good:
        try:
            body = await response.content.read(64 * 1024)
        except TimeoutError, ClientError, OSError:
            body = b""
    return Reply(call=call, status=response.status, headers=response.headers, body=body)


async def _chunks(call: Call, response: ClientResponse) -> AsyncIterator[bytes]:
    try:
        async for chunk in response.content.iter_any():
            yield chunk
    except TimeoutError:
        raise TimedOut(f"{call.where} has gone silent") from None
    except (ClientError, OSError) as err:
        raise CannotConnect(f"{call.where}: {type(err).__name__}") from None
