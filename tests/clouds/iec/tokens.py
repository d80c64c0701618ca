"""Tokens (wire 3.5, 3.6): the token endpoint, its keys, refresh, rotation, revocation."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from random import Random
from typing import Any, Final

from aiohttp import web

from tests.clouds.clock import Clock
from tests.clouds.request_log import ACCOUNT
from tests.clouds.signing import published_keys, signed

from .customers import Person
from .okta import BASE
from .okta_errors import OAuthError

CLIENT_ID: Final = "0oaqf6zr7yEcQZqqt2p7"
REDIRECT_URI: Final = "com.iecrn:/"
SCOPES: Final = ("offline_access", "email", "openid", "profile")
ISSUER: Final = "https://IEC-ext.okta.com/oauth2/default"
SERVER: Final = f"{BASE}/oauth2/default/v1"
KEY_ID: Final = "c2ltdWxhdGVkLWllYy1rZXk"
LIFE: Final = 3600
REFRESH_LIFE: Final = 90 * 86400
CODE_LIFE: Final = 60
DEAD: Final = "The refresh token is invalid or expired."


@dataclass(frozen=True, slots=True)
class Grant:
    """What a login asked for, and when it happened."""

    person: Person
    challenge: str
    nonce: str
    auth_time: int


@dataclass(slots=True)
class Refresh:
    """A refresh token that was given out. `used` since rotation replaced it: whoever shows it then ends the whole family."""

    grant: Grant
    expires: float
    used: bool = False
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Issued:
    """An id token that was given out."""

    person: Person
    expires: float


class Tokens:
    """All tokens.

    - `rotates`: each refresh gives a new refresh token and ends the old one
    - `omits_refresh`: refreshes do not tell the refresh token
    - `life`, `refresh_life`: seconds that id tokens and refresh tokens live
    """

    def __init__(self, clock: Clock, rng: Random) -> None:
        """Start with no token."""
        self._clock = clock
        self._rng = rng
        self.rotates = False
        self.omits_refresh = False
        self.life: float = LIFE
        self.refresh_life: float = REFRESH_LIFE
        self._codes: dict[str, tuple[Grant, float]] = {}
        self._ids: dict[str, Issued] = {}
        self._refresh: dict[str, Refresh] = {}

    def routes(self) -> list[web.RouteDef]:
        """The calls of this file."""
        return [
            web.post(f"{SERVER}/token", self._token),
            web.get(f"{SERVER}/keys", self._keys, allow_head=False),
        ]

    def owner(self, id_token: str) -> Person | None:
        """Whose id token it is; None when it is unknown (or no id token), expired or revoked."""
        issued = self._ids.get(id_token)
        if issued is None or issued.expires <= self._clock.timestamp():
            return None
        return issued.person

    def authorize(self, grant: Grant) -> tuple[str, str]:
        """An authorization code and an id token after a login."""
        code = urlsafe_b64encode(self._rng.randbytes(32)).decode().rstrip("=")
        self._codes[code] = (grant, self._clock.timestamp() + CODE_LIFE)
        return code, self._id_token(grant)

    def revoke(self, person: Person, *, access: bool, refresh: bool) -> None:
        """Let tokens of a person die."""
        if access:
            self._ids = {t: i for t, i in self._ids.items() if i.person is not person}
        for kept in self._refresh.values():
            kept.revoked |= refresh and kept.grant.person is person

    async def _token(self, request: web.Request) -> web.Response:
        try:
            return web.json_response(await self._granted(request))
        except OAuthError as error:
            return error.response()

    async def _granted(self, request: web.Request) -> dict[str, Any]:
        if request.content_type != "application/x-www-form-urlencoded":
            text = "The body must be application/x-www-form-urlencoded."
            raise OAuthError("invalid_request", text)
        form = {name: str(value) for name, value in (await request.post()).items()}
        if form.get("client_id") != CLIENT_ID:
            raise OAuthError("invalid_client", "Invalid value for 'client_id'.", 401)
        match form.get("grant_type"):
            case "authorization_code":
                grant, refresh = self._by_code(form), None
            case "refresh_token":
                grant, refresh = self._by_refresh(form)
            case _:
                text = "The authorization grant type is not supported."
                raise OAuthError("unsupported_grant_type", text)
        request[ACCOUNT] = grant.person.name
        return self._answer(grant, refresh)

    def _by_code(self, form: dict[str, str]) -> Grant:
        grant, expires = self._codes.pop(form.get("code", ""), (None, 0.0))
        if grant is None or expires <= self._clock.timestamp():
            text = "The authorization code is invalid or has expired."
            raise OAuthError("invalid_grant", text)
        if form.get("redirect_uri") != REDIRECT_URI:
            raise OAuthError("invalid_grant", "The 'redirect_uri' does not match.")
        if challenge_of(form.get("code_verifier", "")) != grant.challenge:
            raise OAuthError("invalid_grant", "PKCE verification failed.")
        return grant

    def _by_refresh(self, form: dict[str, str]) -> tuple[Grant, str]:
        token = form.get("refresh_token", "")
        kept = self._refresh.get(token)
        if kept is not None and kept.used:
            self._end_family(kept.grant)
        if kept is None or kept.revoked or kept.expires <= self._clock.timestamp():
            raise OAuthError("invalid_grant", DEAD)
        if not set(form.get("scope", "").split()) <= set(SCOPES):
            raise OAuthError("invalid_scope", "One or more scopes are not configured.")
        if not self.rotates:
            return kept.grant, token
        kept.used = True
        return kept.grant, self._new_refresh(kept.grant)

    def _end_family(self, grant: Grant) -> None:
        for kept in self._refresh.values():
            kept.revoked |= kept.grant is grant

    def _answer(self, grant: Grant, refresh: str | None) -> dict[str, Any]:
        answer = {
            "token_type": "Bearer",
            "expires_in": int(self.life),
            "access_token": self._access_token(grant),
            "scope": " ".join(SCOPES),
            "refresh_token": refresh or self._new_refresh(grant),
            "id_token": self._id_token(grant),
        }
        if refresh is not None and self.omits_refresh:
            del answer["refresh_token"]
        return answer

    def _new_refresh(self, grant: Grant) -> str:
        token = urlsafe_b64encode(self._rng.randbytes(32)).decode().rstrip("=")
        expires = self._clock.timestamp() + self.refresh_life
        self._refresh[token] = Refresh(grant, expires)
        return token

    def _id_token(self, grant: Grant) -> str:
        person = grant.person
        token = self._signed(
            grant,
            {
                "aud": CLIENT_ID,
                "name": f"{person.first_name} {person.last_name}",
                "email": person.email,
                "amr": ["mfa", "otp"],
                "idp": "00osimulated",
                "nonce": grant.nonce,
                "preferred_username": person.username,
            },
        )
        expires = self._clock.timestamp() + self.life
        self._ids[token] = Issued(person, expires)
        return token

    def _access_token(self, grant: Grant) -> str:
        claims = {
            "aud": "api://default",
            "cid": CLIENT_ID,
            "uid": grant.person.contact_id,
            "scp": list(SCOPES),
        }
        return self._signed(grant, claims)

    def _signed(self, grant: Grant, claims: dict[str, Any]) -> str:
        now = int(self._clock.timestamp())
        common = {
            "ver": 1,
            "sub": grant.person.username,
            "iss": ISSUER,
            "iat": now,
            "exp": now + int(self.life),
            "jti": self._rng.randbytes(16).hex(),
            "auth_time": grant.auth_time,
        }
        return signed(common | claims, KEY_ID)

    async def _keys(self, request: web.Request) -> web.Response:
        return web.json_response(published_keys(KEY_ID))


def challenge_of(verifier: str) -> str:
    """The PKCE challenge of a verifier, method S256."""
    digest = sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")
