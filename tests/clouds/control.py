"""The control address: JSON over HTTP, the same for every cloud."""

from datetime import datetime, timedelta
import json
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web
from aiohttp.typedefs import Handler
import voluptuous as vol

from .errors import ControlError

if TYPE_CHECKING:
    from .cloud import Cloud

PREFIX: Final = "/_control"

CLOCK_SCHEMA: Final = vol.Schema(
    vol.All(
        {
            vol.Exclusive("now", "jump"): str,
            vol.Exclusive("advance", "jump"): vol.Any(int, float),
            "frozen": bool,
        },
        vol.Length(min=1),
    )
)
TRUTH_SCHEMA: Final = vol.Schema(
    {"account": str, "meter": str, "start": str, "end": str, "only": str}
)


def control_app(cloud: Cloud) -> web.Application:
    """The application that serves a cloud's control address."""
    calls = _Control(cloud)
    app = web.Application(middlewares=[_errors])
    app.add_routes(
        [
            web.get("/truth", calls.truth, allow_head=False),
            web.get("/requests", calls.requests, allow_head=False),
            web.delete("/requests", calls.clear_requests),
            web.post("/faults", calls.add_fault),
            web.delete("/faults", calls.clear_faults),
            web.post("/clock", calls.set_clock),
            web.post("/state", calls.change_state),
        ]
    )
    return app


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except (ControlError, vol.Invalid) as error:
        return web.json_response({"error": str(error)}, status=400)


class _Control:
    """The calls of the control address."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    async def truth(self, request: web.Request) -> web.Response:
        query = TRUTH_SCHEMA(dict(request.query))
        return web.json_response(
            self._cloud.truth(
                query.get("account"),
                moment(query["start"]) if "start" in query else None,
                moment(query["end"]) if "end" in query else None,
                meter=query.get("meter"),
                only=query.get("only"),
            )
        )

    async def requests(self, request: web.Request) -> web.Response:
        return web.json_response(self._cloud.requests.as_json())

    async def clear_requests(self, request: web.Request) -> web.Response:
        self._cloud.requests.clear()
        return web.json_response({})

    async def add_fault(self, request: web.Request) -> web.Response:
        body = await _body(request)
        self._cloud.faults.add(**body)
        return web.json_response(body)

    async def clear_faults(self, request: web.Request) -> web.Response:
        self._cloud.faults.clear()
        return web.json_response({})

    async def set_clock(self, request: web.Request) -> web.Response:
        body = CLOCK_SCHEMA(await _body(request))
        clock = self._cloud.clock
        if "now" in body:
            clock.set(moment(body["now"]), frozen=body.get("frozen"))
        else:
            by = timedelta(seconds=body.get("advance", 0))
            clock.advance(by, frozen=body.get("frozen"))
        return web.json_response({"now": clock.now().isoformat()})

    async def change_state(self, request: web.Request) -> web.Response:
        results = self._cloud.apply(await _body(request))
        await self._cloud.settle()
        return web.json_response(results)


def moment(text: str) -> datetime:
    """An aware time from ISO text.

    :raises ControlError: it is none, or has no offset
    """
    try:
        # A plus sign that a client forgot to escape arrives as a blank.
        time = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    except ValueError as error:
        raise ControlError(f"{text!r} is not an ISO time") from error
    if time.tzinfo is None:
        raise ControlError(f"{text!r} has no UTC offset")
    return time


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.read())
    except ValueError as error:
        raise ControlError(f"the body is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise ControlError("the body must be a JSON object")
    return body
