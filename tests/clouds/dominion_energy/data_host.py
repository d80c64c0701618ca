"""What all calls of the data host share: firewall, headers, envelope, tokens (wire 2, 4)."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
import voluptuous as vol

from tests.clouds.fault_answers import block_page
from tests.clouds.request_log import ACCOUNT

from .customers import Login

type Call = Callable[[web.Request, Login], Awaitable[web.StreamResponse]]
type Authenticate = Callable[[web.Request], Login]


class Refused(Exception):
    """A call that the data host answers with an error envelope."""

    def __init__(self, status: int, message: str) -> None:
        """Take HTTP status and message."""
        super().__init__(message)
        self.status = status


def envelope(data: Any) -> web.Response:
    """A successful answer."""
    status = {"type": "success", "code": 200, "message": "success", "error": False}
    return web.json_response({"status": status, "data": data})


def refusal(error: Refused) -> web.Response:
    """An error envelope with the HTTP status of the same number."""
    status = {
        "type": "error",
        "code": error.status,
        "message": str(error),
        "error": True,
    }
    return web.json_response({"status": status, "data": None}, status=error.status)


def guarded(
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]], *, pt: str = "1"
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Let only requests pass that look like the web portal's."""

    async def guard(request: web.Request) -> web.StreamResponse:
        if not request.headers.get("User-Agent", "").startswith("Mozilla/5.0"):
            return block_page(403)
        for name, value in {"uid": "1", "pt": pt, "channel": "WEB"}.items():
            if request.headers.get(name) != value:
                return refusal(Refused(400, f"Header {name} is missing or wrong"))
        try:
            return await handler(request)
        except Refused as error:
            return refusal(error)

    return guard


def signed_in(
    authenticate: Authenticate, method: str, path: str, call: Call
) -> web.RouteDef:
    """A route whose caller must have a good access token."""

    async def handler(request: web.Request) -> web.StreamResponse:
        login = authenticate(request)
        request[ACCOUNT] = login.name
        return await call(request, login)

    return web.route(method, path, guarded(handler))


def bearer(request: web.Request) -> str:
    """The token of the Authorization header; "" without."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Bearer" else ""


async def json_object(request: web.Request) -> dict[str, Any]:
    """The JSON body.

    :raises Refused: it is no JSON object
    """
    try:
        body = await request.json()
    except ValueError as error:
        raise Refused(400, "The body is not JSON") from error
    if request.content_type != "application/json" or not isinstance(body, dict):
        raise Refused(400, "The body must be a JSON object")
    return body


def query(request: web.Request, name: str) -> str:
    """A query parameter that must be there.

    :raises Refused: it is missing or empty
    """
    if not (value := request.query.get(name)):
        raise Refused(400, f"{name} is required")
    return value


def query_of(request: web.Request, schema: vol.Schema) -> dict[str, Any]:
    """All query parameters.

    :raises Refused: they do not fit
    """
    return valid(schema, dict(request.query))


def valid(schema: vol.Schema, fields: dict[str, Any]) -> dict[str, Any]:
    """The fields as the schema makes them.

    :raises Refused: they do not fit
    """
    try:
        checked: dict[str, Any] = schema(fields)
    except vol.Invalid as error:
        raise Refused(400, str(error)) from error
    return checked
