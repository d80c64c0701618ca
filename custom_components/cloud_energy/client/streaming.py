"""Endless answers: the cloud keeps sending while the connection lasts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import ClientError, ClientResponse

from .authorizer import Authorizer, with_grant
from .call import Call, Reply
from .errors import CannotConnect, TimedOut
from .transport import Transport
from .verdict import require_success, transient_error


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
    response, reply = await _answer(transport, with_grant(call, grant))
    if auth.is_rejection(reply):
        response.close()
        grant = await auth.replace(call, grant)
        response, reply = await _answer(transport, with_grant(call, grant))
    try:
        require_success(reply)
        yield _chunks(call, response)
    finally:
        response.close()


async def _answer(transport: Transport, call: Call) -> tuple[ClientResponse, Reply]:
    """Open it unless the host is to be left alone.

    A stream that can't be opened holds up nothing else, unless the cloud requests it.
    """
    host = transport.hosts.of(call.base)
    async with host.turn():
        response = await _open(transport, call)
        reply = await _reply(transport, call, response)
        error = transient_error(reply)
        if error and error.retry_after is not None:
            host.fails(call.where, error)
    return response, reply


async def _open(transport: Transport, call: Call) -> ClientResponse:
    async with transport.exchange(call) as exchange:
        response = await transport.session.request(
            call.method,
            call.url,
            headers=call.headers,
            timeout=call.timeout,
            allow_redirects=False,
        )
        exchange.status = response.status
    return response


async def _reply(transport: Transport, call: Call, response: ClientResponse) -> Reply:
    """Return the answer as a reply; the body only of one that is no stream."""
    is_stream = response.status in call.good
    body = b"" if is_stream else await _start_of(response)
    reply = Reply(
        call=call, status=response.status, headers=response.headers, body=body
    )
    if not is_stream:
        await transport.show(reply)
    return reply


async def _start_of(response: ClientResponse) -> bytes:
    try:
        return await response.content.read(64 * 1024)
    except TimeoutError, ClientError, OSError:
        return b""


async def _chunks(call: Call, response: ClientResponse) -> AsyncIterator[bytes]:
    try:
        async for chunk in response.content.iter_any():
            yield chunk
    except TimeoutError:
        raise TimedOut(f"{call.where} stopped sending") from None
    except (ClientError, OSError) as err:
        raise CannotConnect(f"{call.where}: {type(err).__name__}") from None
