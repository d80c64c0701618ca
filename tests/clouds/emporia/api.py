"""What all data calls share: tokens, errors, parameters (wire 2, 4)."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web
import voluptuous as vol

from tests.clouds.control import moment
from tests.clouds.errors import ControlError
from tests.clouds.request_log import ACCOUNT

from .customers import Login
from .devices import Device
from .drift import Drift
from .tokens import Tokens

type Call = Callable[[web.Request, Login], Awaitable[web.StreamResponse]]

MODERN = "/v1/"


class Refused(Exception):
    """A data call that is answered with an error."""

    def __init__(self, status: int, message: str) -> None:
        """Take HTTP status and message."""
        super().__init__(message)
        self.status = status


class Gate:
    """Lets callers with a good id token in."""

    def __init__(self, tokens: Tokens, catch_up: Callable[[], None]) -> None:
        """Ask `tokens` whose token it is; `catch_up` brings the cloud up to the time of a call."""
        self._tokens = tokens
        self._catch_up = catch_up
        self.drift = Drift()

    def route(self, method: str, path: str, call: Call) -> web.RouteDef:
        """A route whose caller must be signed in; errors look as they do on that host."""

        async def handler(request: web.Request) -> web.StreamResponse:
            self._catch_up()
            login = None
            try:
                login = self.owner(request)
                request[ACCOUNT] = login.name
                return self.drift.changed(await call(request, login))
            except Refused as error:
                return refusal(request, error, login)

        return web.route(method, path, handler)

    def routes(self, calls: Mapping[str, Call]) -> list[web.RouteDef]:
        """Routes from `METHOD /path` and call."""
        routes = []
        for endpoint, call in calls.items():
            method, path = endpoint.split()
            routes.append(self.route(method, path, call))
        return routes

    def owner(self, request: web.Request) -> Login:
        """Whose token the request carries: c-api takes it in either header, legacy in `authtoken` alone.

        :raises Refused: missing, unknown, expired or no id token (401)
        """
        tokens = [request.headers.get("authtoken", "")]
        if request.path.startswith(MODERN):
            bare = request.headers.get("Authorization", "").removeprefix("Bearer ")
            tokens.append(bare)
        for token in tokens:
            if (issued := self._tokens.owner(token)) is not None:
                return issued.login
        raise Refused(401, "Unauthorized")

    def expiry(self, request: web.Request) -> float:
        """When the caller's token ends, in epoch seconds."""
        headers = request.headers
        tokens = (headers.get("authtoken", ""), headers.get("Authorization", ""))
        found = [self._tokens.owner(t.removeprefix("Bearer ")) for t in tokens]
        return min((issued.expires for issued in found if issued), default=0.0)


def refusal(
    request: web.Request, error: Refused, login: Login | None = None
) -> web.Response:
    """An error as the host of the path writes it; legacy ones may tell who called (wire 4)."""
    text = str(error)
    if request.path.startswith(MODERN):
        body = {"error_code": error.status, "error_message": text, "user_message": text}
        return web.json_response(body, status=error.status)
    if login is not None and error.status == 400:
        text += f" {{identity={{sourceIp={request.remote}, email={login.email}}}}}"
    return web.json_response({"message": text}, status=error.status)


def own_device(login: Login, gid: object) -> Device:
    """The caller's device of that gid.

    :raises Refused: it is somebody else's, or nobody's
    """
    device = login.device(gid)
    if device is None or device.forbidden:
        text = f"{login.email} is not authorized on the requested deviceGid {gid}"
        raise Refused(401, text)
    return device


def own_devices(login: Login, gids: str) -> list[Device]:
    """The caller's devices of a list, joined by comma, blank or plus.

    :raises Refused: one is not the caller's, or the list is empty
    """
    parts = gids.replace(",", " ").replace("+", " ").split()
    if not parts:
        raise Refused(400, "deviceGids is required")
    return [own_device(login, gid) for gid in parts]


def own_serial(login: Login, serial: object) -> Device:
    """The caller's device of that serial.

    :raises Refused: there is none
    """
    if (device := login.by_serial(serial)) is None:
        raise Refused(404, f"device {serial} not found")
    return device


def parameter(request: web.Request, name: str) -> str:
    """A query parameter that must be there.

    :raises Refused: it is missing or empty
    """
    if not (value := request.query.get(name)):
        raise Refused(400, f"{name} is required")
    return value


def time_parameter(request: web.Request, name: str) -> float:
    """A time in epoch seconds.

    :raises Refused: it is missing or no ISO time with offset
    """
    text = parameter(request, name)
    try:
        return moment(text).timestamp()
    except ControlError as error:
        raise Refused(400, f"{name} {error}") from error


def choice(request: web.Request, name: str, choices: tuple[str, ...]) -> str:
    """One of some words.

    :raises Refused: it is another
    """
    value = parameter(request, name)
    if value not in choices:
        kind = name[0].upper() + name[1:]
        text = f"'{value}' is not a valid {kind}; defined {kind} are [{', '.join(choices)}]"
        raise Refused(400, f"{name} {text}")
    return value


async def json_body(request: web.Request, schema: vol.Schema) -> dict[str, Any]:
    """The JSON body as the schema makes it.

    :raises Refused: it does not fit
    """
    try:
        checked: dict[str, Any] = schema(await request.json())
    except (ValueError, vol.Invalid) as error:
        raise Refused(400, f"Bad body: {error}") from error
    return checked
