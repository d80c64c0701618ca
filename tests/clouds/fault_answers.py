"""What a client sees of each kind of fault."""

import asyncio
from collections.abc import Awaitable, Callable
import json
from random import Random
from typing import Any, Final, Protocol

from aiohttp import web
from aiohttp.typedefs import Handler

from .strange import Plain, altered

BLOCK_PAGE: Final = """<!DOCTYPE html>
<html style="height:100%"><head><META NAME="ROBOTS" CONTENT="NOINDEX, NOFOLLOW">
<title>Request unsuccessful</title></head><body style="margin:0px;height:100%">
<iframe id="main-iframe" src="/_Incapsula_Resource?CWUDNSAI=9&incident_id=100-1"
 frameborder=0 width="100%" height="100%">Request unsuccessful.
 Incapsula incident ID: 100-1</iframe></body></html>
"""

OWN_DATE: Final = "own_date"
"""Marks a response whose date is not to be told by the clock of its cloud."""


class FaultFields(Protocol):
    """The fields of a fault that shape its answer."""

    status: int | None
    retry_after: int | str | None
    seconds: float
    strange: str
    seed: int | None

    @property
    def wait(self) -> Callable[[float], Awaitable[None]]:
        """How seconds pass."""


type Answer = Callable[
    [FaultFields, web.Request, Handler], Awaitable[web.StreamResponse]
]


async def _timeout(
    fault: FaultFields, request: web.Request, handler: Handler
) -> web.StreamResponse:
    """Say nothing until the client gives up or the server stops: either cancels this."""
    await asyncio.Event().wait()
    raise AssertionError("nobody sets that event")


async def _drop(
    fault: FaultFields, request: web.Request, handler: Handler
) -> web.StreamResponse:
    return _hang_up(request)


async def _status(
    fault: FaultFields, request: web.Request, handler: Handler
) -> web.StreamResponse:
    status = fault.status or 500
    return web.Response(
        status=status, text=f"simulated {status}", headers=_retry_after(fault)
    )


async def _rate_limited(
    fault: FaultFields, request: web.Request, handler: Handler
) -> web.StreamResponse:
    return web.json_response(
        {"message": "Too Many Requests"},
        status=fault.status or 429,
        headers=_retry_after(fault),
    )


async def _html(
    fault: FaultFields, request: web.Request, handler: Handler
) -> web.StreamResponse:
    return block_page(fault.status or 200)


async def _empty(
    fault: FaultFields, request: web.Request, handler: Handler
) -> web.StreamResponse:
    return web.Response(status=fault.status or 200)


async def _truncated(
    fault: FaultFields, request: web.Request, handler: Handler
) -> web.StreamResponse:
    body, answer = await _true_body(request, handler)
    return _with_body(answer, body[: len(body) // 2])


async def _wrong_types(
    fault: FaultFields, request: web.Request, handler: Handler
) -> web.StreamResponse:
    body, answer = await _true_body(request, handler)
    try:
        value = json.loads(body)
    except ValueError:
        return _with_body(answer, Random(len(body)).randbytes(len(body)))
    return _with_body(answer, json.dumps(_other_type(value)).encode())


async def _slow(
    fault: FaultFields, request: web.Request, handler: Handler
) -> web.StreamResponse:
    await fault.wait(fault.seconds)
    return await handler(request)


async def _strange(
    fault: FaultFields, request: web.Request, handler: Handler
) -> web.StreamResponse:
    body, answer = await _true_body(request, handler)
    true = Plain(body, answer.content_type, answer.status)
    sent = altered(fault.strange, true, seed=fault.seed)
    response = web.Response(
        status=sent.status, body=sent.body, content_type=sent.content_type
    )
    response.headers.update(sent.headers)
    if "Date" in sent.headers:
        response[OWN_DATE] = True
    response.cookies.update(answer.cookies)
    return response


ANSWERS: Final[dict[str, Answer]] = {
    "timeout": _timeout,
    "drop": _drop,
    "status": _status,
    "html": _html,
    "truncated": _truncated,
    "empty": _empty,
    "wrong_types": _wrong_types,
    "slow": _slow,
    "strange": _strange,
    "rate_limited": _rate_limited,
}


def block_page(status: int) -> web.Response:
    """The page of a web application firewall that does not like the client."""
    return web.Response(status=status, text=BLOCK_PAGE, content_type="text/html")


def _hang_up(request: web.Request) -> web.Response:
    """Close the connection; what is returned never reaches the wire."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _retry_after(fault: FaultFields) -> dict[str, str]:
    return {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}


async def _true_body(
    request: web.Request, handler: Handler
) -> tuple[bytes, web.StreamResponse]:
    try:
        answer = await handler(request)
    except web.HTTPException as error:
        answer = error
    body = answer.body if isinstance(answer, web.Response) else None
    return (bytes(body) if isinstance(body, (bytes, bytearray)) else b""), answer


def _with_body(answer: web.StreamResponse, body: bytes) -> web.Response:
    return web.Response(
        status=answer.status, body=body, content_type=answer.content_type
    )


def _other_type(value: Any) -> Any:
    """The same shape with every leaf of another type: text in lists, numbers as words."""
    match value:
        case dict():
            return {key: _other_type(item) for key, item in value.items()}
        case list():
            return [_other_type(item) for item in value]
        case bool() | str():
            return [value]
        case int() | float():
            return f"about {value}"
        case _:
            return {}
