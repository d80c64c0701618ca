"""What all calls share: the Origin, cookies, ids in the path, errors (wire 2, 3.5, 8)."""

from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
import json
from typing import Any, Final, Protocol

from aiohttp import web

from tests.clouds.request_log import ACCOUNT

from .customers import Hub, Login, Owner
from .looks import Looks

ORIGIN: Final = "https://portal.flowerhub.se"
ACCESS_COOKIE: Final = "Authentication"
REFRESH_COOKIE: Final = "Refresh"

type Call = Callable[[web.Request, Login], Awaitable[web.StreamResponse]]

_PHRASES: Final = {400: "Bad Request", 403: "Forbidden", 404: "Not Found"}


class Refused(Exception):
    """A call that is answered with an error."""

    def __init__(self, status: int, message: str) -> None:
        """Take HTTP status and message."""
        super().__init__(message)
        self.status = status

    @property
    def answer(self) -> web.Response:
        """The error as a NestJS server writes it."""
        body: dict[str, Any] = {"statusCode": self.status, "message": str(self)}
        if self.status in _PHRASES:
            body["error"] = _PHRASES[self.status]
        return web.json_response(body, status=self.status)


class Keys(Protocol):
    """Knows whose access token a cookie is."""

    def owner(self, token: str) -> Login | None:
        """None when it is unknown, expired or revoked."""


class Gate:
    """Lets callers with the right Origin and a good access cookie in."""

    def __init__(self, keys: Keys, looks: Looks, *, lenient: bool) -> None:
        """Ask `keys` whose cookie it is. A lenient gate wants no Origin."""
        self._keys = keys
        self._lenient = lenient
        self.looks = looks

    def open_route(
        self,
        method: str,
        path: str,
        call: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.RouteDef:
        """A route for which nobody has to be logged in."""

        async def handler(request: web.Request) -> web.StreamResponse:
            try:
                self._check_origin(request)
                return await call(request)
            except Refused as error:
                return error.answer

        return web.route(method, path, handler)

    def routes(self, calls: Mapping[str, Call]) -> list[web.RouteDef]:
        """GET routes by path whose callers must be logged in."""
        return [self._route(path, call) for path, call in calls.items()]

    def _route(self, path: str, call: Call) -> web.RouteDef:
        async def handler(request: web.Request) -> web.StreamResponse:
            login = self._keys.owner(request.cookies.get(ACCESS_COOKIE, ""))
            if login is None:
                raise Refused(401, "Unauthorized")
            request[ACCOUNT] = login.name
            return await call(request, login)

        return self.open_route("GET", path, handler)

    def _check_origin(self, request: web.Request) -> None:
        if not self._lenient and request.headers.get("Origin") != ORIGIN:
            raise Refused(403, "Origin is not allowed")

    def own(self, request: web.Request, login: Login) -> Owner:
        """The caller's own owner, by the path.

        :raises Refused: it is somebody else's id, or nobody's
        """
        owner = login.owner
        if owner is None or request.match_info["assetOwnerId"] != str(owner.owner_id):
            raise Refused(self.looks.foreign, "Not yours")
        return owner

    def own_hub(self, request: web.Request, login: Login) -> tuple[Owner, Hub]:
        """The caller's own hub, by the path.

        :raises Refused: it is somebody else's id, or nobody's
        """
        owner = login.owner
        hub = owner.hub if owner else None
        if not (owner and hub) or request.match_info["assetId"] != str(hub.asset_id):
            raise Refused(self.looks.foreign, "Not yours")
        return owner, hub


def json_answer(request: web.Request, value: Any) -> web.Response:
    """A JSON answer with its ETag; 304 for who has it already (wire 5)."""
    body = json.dumps(value, ensure_ascii=False).encode()
    tag = f'W/"{sha256(body).hexdigest()[:27]}"'
    if request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers={"ETag": tag})
    return web.Response(
        body=body, content_type="application/json", headers={"ETag": tag}
    )
