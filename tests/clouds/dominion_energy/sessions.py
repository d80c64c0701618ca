"""Tokens of the data host (wire 3.11, 3.12): exchange, rotation, death."""

from base64 import b64encode
from dataclasses import dataclass
from random import Random
from typing import Any, Final
from uuid import UUID

from aiohttp import web

from tests.clouds.clock import Clock
from tests.clouds.request_log import ACCOUNT

from . import jwt
from .customers import Login
from .data_host import Refused, bearer, envelope, guarded, json_object
from .gigya import Gigya

ACCESS_LIFE: Final = 30 * 60
REFRESH_IDLE_LIFE: Final = 24 * 3600
ALGORITHM: Final = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"
NAME_CLAIM: Final = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"


@dataclass(frozen=True, slots=True)
class Issued:
    """A token that was given out."""

    login: Login
    expires: float


class Sessions:
    """Access and refresh tokens. A refresh token is good once, and dies when it lies unused for a day."""

    def __init__(self, gigya: Gigya, clock: Clock, rng: Random) -> None:
        """Start with no token."""
        self._gigya = gigya
        self._clock = clock
        self._rng = rng
        self._access: dict[str, Issued] = {}
        self._refresh: dict[str, Issued] = {}

    def routes(self) -> list[web.RouteDef]:
        """The calls of this file."""
        base = "/UsermanagementAPI/api/1"
        return [
            web.post(f"{base}/Login/auth", guarded(self._exchange, pt="")),
            web.post(f"{base}/login/auth/refresh", guarded(self._rotate)),
        ]

    def authenticate(self, request: web.Request) -> Login:
        """Whose access token the request carries.

        :raises Refused: missing, unknown, expired or revoked (401)
        """
        issued = self._access.get(bearer(request))
        if issued is None or issued.expires <= self._clock.timestamp():
            raise Refused(401, "Unauthorized")
        return issued.login

    def revoke(self, login: Login, *, access: bool, refresh: bool) -> None:
        """Let tokens of a login die."""
        if access:
            self._access = {t: i for t, i in self._access.items() if i.login != login}
        if refresh:
            self._refresh = {t: i for t, i in self._refresh.items() if i.login != login}

    async def _exchange(self, request: web.Request) -> web.Response:
        _check_exchange_headers(request)
        body = await json_object(request)
        id_token = bearer(request)
        if body.get("guestToken") != id_token:
            raise Refused(400, "guestToken is missing or not the bearer token")
        known = self._gigya.id_tokens.get(id_token)
        if (
            known is None
            or not known.logged_in
            or known.expires <= self._clock.timestamp()
        ):
            raise Refused(401, "Unauthorized")
        request[ACCOUNT] = known.login.name
        return envelope(self._pair(known.login) | {"user": _user(known.login)})

    async def _rotate(self, request: web.Request) -> web.Response:
        body = await json_object(request)
        if not bearer(request):
            raise Refused(401, "Unauthorized")
        used = self._refresh.pop(str(body.get("refreshToken")), None)
        if used is None or used.expires <= self._clock.timestamp():
            raise Refused(401, "Unauthorized")
        request[ACCOUNT] = used.login.name
        return envelope(self._pair(used.login))

    def _pair(self, login: Login) -> dict[str, Any]:
        """New tokens; `expiresIn` is in minutes."""
        now = self._clock.timestamp()
        claims = {
            NAME_CLAIM: login.username,
            "Uuid": login.uuid,
            "Key": self._rng.randbytes(8).hex(),
            "exp": int(now) + ACCESS_LIFE,
            "iss": "https://mywebapi.com",
            "aud": "https://mywebapi.com",
        }
        access = jwt.token(self._rng, ALGORITHM, claims)
        refresh = b64encode(self._rng.randbytes(32)).decode()
        self._access[access] = Issued(login, now + ACCESS_LIFE)
        self._refresh[refresh] = Issued(login, now + REFRESH_IDLE_LIFE)
        return {
            "accessToken": access,
            "tokenType": "Bearer",
            "refreshToken": refresh,
            "expiresIn": ACCESS_LIFE // 60,
        }


def _check_exchange_headers(request: web.Request) -> None:
    try:
        UUID(request.headers.get("e2eid", ""))
    except ValueError as error:
        raise Refused(400, "Header e2eid is missing or no UUID") from error
    if request.headers.get("st") != "PL":
        raise Refused(400, "Header st is missing or wrong")


def _user(login: Login) -> dict[str, str]:
    return {
        "uuid": login.uuid,
        "firstName": login.first_name,
        "lastName": login.last_name,
        "email": login.username,
        "status": "Active",
    }
