"""Logging in and staying so: two cookies with JSON web tokens (wire 3)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any, Final

from aiohttp import web
import jwt

from tests.clouds.clock import Clock
from tests.clouds.request_log import ACCOUNT

from .api import ACCESS_COOKIE, REFRESH_COOKIE, Gate, Refused
from .customers import Customers, Login
from .looks import Looks

ACCESS_LIFE: Final = 15 * 60
REFRESH_LIFE: Final = 28 * 86_400
_KEY: Final = "simulated-flowerhub-key-of-32-bytes"


@dataclass(slots=True)
class _Token:
    login: Login
    use: str
    expires: float


class Sessions:
    """All tokens of the portal.

    - `access_life`, `refresh_life`: seconds that new tokens live
    - `rotates`: each refresh gives a new refresh token and ends the old one
    - `opaque`: tokens say nothing to who reads them
    """

    def __init__(
        self, customers: Customers, clock: Clock, rng: Random, looks: Looks
    ) -> None:
        """Nobody is logged in."""
        self._customers = customers
        self._clock = clock
        self._rng = rng
        self._looks = looks
        self.access_life = ACCESS_LIFE
        self.refresh_life = REFRESH_LIFE
        self.rotates = False
        self.opaque = False
        self._tokens: dict[str, _Token] = {}

    def routes(self, gate: Gate) -> list[web.RouteDef]:
        """Login and refresh."""
        return [
            gate.open_route("POST", "/auth/login", self._login),
            gate.open_route("GET", "/auth/refresh-token", self._refresh),
        ]

    def owner(self, token: str, use: str = ACCESS_COOKIE) -> Login | None:
        """Whose token it is; None when it is unknown, expired or of another use."""
        found = self._tokens.get(token)
        if found is None or found.use != use:
            return None
        return found.login if found.expires > self._clock.timestamp() else None

    def revoke(self, login: Login, *, access: bool, refresh: bool) -> None:
        """End tokens of a login."""
        uses = {ACCESS_COOKIE: access, REFRESH_COOKIE: refresh}
        self._tokens = {
            text: token
            for text, token in self._tokens.items()
            if token.login is not login or not uses[token.use]
        }

    async def _login(self, request: web.Request) -> web.StreamResponse:
        username, password = await _credentials(request)
        login = self._customers.by_username(username)
        if login is None or login.password != password:
            raise Refused(401, "Unauthorized")
        request[ACCOUNT] = login.name
        end = self._clock.timestamp() + self.refresh_life
        moment = datetime.fromtimestamp(end, UTC).isoformat(timespec="milliseconds")
        body = self._looks.object(
            user=self._looks.object(**login.as_user()),
            refreshTokenExpirationDate=moment.replace("+00:00", "Z"),
        )
        answer = web.json_response(body)
        self._set(answer, ACCESS_COOKIE, login)
        self._set(answer, REFRESH_COOKIE, login)
        return answer

    async def _refresh(self, request: web.Request) -> web.StreamResponse:
        token = request.cookies.get(REFRESH_COOKIE, "")
        login = self.owner(token, REFRESH_COOKIE)
        if login is None:
            raise Refused(401, "Unauthorized")
        request[ACCOUNT] = login.name
        answer = self._refreshed(login)
        self._tokens.pop(request.cookies.get(ACCESS_COOKIE, ""), None)
        self._set(answer, ACCESS_COOKIE, login)
        if self.rotates:
            del self._tokens[token]
            self._set(answer, REFRESH_COOKIE, login)
        return answer

    def _refreshed(self, login: Login) -> web.Response:
        bodies: dict[str, Any] = {
            "flat": self._looks.object(**login.as_user()),
            "wrapped": {"user": login.as_user()},
            "ok": {"ok": True},
        }
        if self._looks.refresh_body == "empty":
            return web.Response()
        return web.json_response(bodies[self._looks.refresh_body])

    def _set(self, answer: web.Response, use: str, login: Login) -> None:
        """Give a new token out. Without TLS a cookie can't be `Secure`."""
        life = self.access_life if use == ACCESS_COOKIE else self.refresh_life
        now = self._clock.timestamp()
        text = self._rng.randbytes(32).hex()
        if not self.opaque:
            claims = {"sub": str(login.user_id), "jti": text[:16]}
            times = {"iat": int(now), "exp": int(now + life)}
            text = jwt.encode(claims | times, _KEY)
        self._tokens[text] = _Token(login, use, now + life)
        answer.set_cookie(use, text, httponly=True, samesite="Strict", path="/")


async def _credentials(request: web.Request) -> tuple[object, object]:
    """User name and password.

    :raises Refused: the body is something else
    """
    try:
        body = await request.json()
    except ValueError:
        body = None
    is_json = request.content_type == "application/json"
    if not is_json or not isinstance(body, dict) or body.keys() != _LOGIN_KEYS:
        raise Refused(400, "username and password are expected")
    return body["username"], body["password"]


_LOGIN_KEYS: Final = {"username", "password"}
