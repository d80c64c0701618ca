"""Tokens of the user pool (wire 3.5, 3.7): RS256 with a published key, refresh, revocation."""

from dataclasses import dataclass
from hashlib import sha256
from random import Random
from typing import Any, Final
from uuid import UUID

from aiohttp import web

from tests.clouds.clock import Clock
from tests.clouds.signing import published_keys, signed

from .cognito_errors import CognitoError
from .customers import Customers, Login

REGION_ORIGIN: Final = "https://cognito-idp.us-east-2.amazonaws.com"
POOL_ID: Final = "us-east-2_ghlOXVLi1"
CLIENT_ID: Final = "4qte47jbstod8apnfic0bunmrq"
LIFE: Final = 3600
REFRESH_LIFE: Final = 30 * 86400
KEY_ID: Final = "c2ltdWxhdGVkLWVtcG9yaWEta2V5"


@dataclass(slots=True)
class Refresh:
    """A refresh token that was given out."""

    login: Login
    expires: float
    origin: str
    auth_time: int
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Issued:
    """An id or access token that was given out; `refresh` is the token it came with."""

    login: Login
    use: str
    expires: float
    refresh: str


class Tokens:
    """All tokens of the pool.

    - `pool_id`, `client_id`: what a client must know; `POST state` can change them
    - `rotates`: each refresh gives a new refresh token and ends the old one
    - `life`: seconds that id and access tokens live
    """

    def __init__(self, customers: Customers, clock: Clock, rng: Random) -> None:
        """Start with the refresh tokens of those who signed in at the web app."""
        self._clock = clock
        self._rng = rng
        self.pool_id = POOL_ID
        self.client_id = CLIENT_ID
        self.rotates = False
        self.life = LIFE
        self._issued: dict[str, Issued] = {}
        self._refresh: dict[str, Refresh] = {}
        for login in customers.logins:
            if login.refresh_token:
                self._keep(login.refresh_token, login, auth_time=None)

    @property
    def pool_name(self) -> str:
        """The part of the pool id that goes into the password proof."""
        return self.pool_id.partition("_")[2]

    def routes(self) -> list[web.RouteDef]:
        """The published keys."""
        path = "/{pool_id}/.well-known/jwks.json"
        return [web.get(path, self._jwks, allow_head=False)]

    def sign_in(self, login: Login) -> dict[str, Any]:
        """`AuthenticationResult` after a login."""
        refresh = self._rng.randbytes(640).hex()
        self._keep(refresh, login, auth_time=int(self._clock.timestamp()))
        return self._result(refresh) | {"RefreshToken": refresh}

    def refresh(self, token: object) -> dict[str, Any]:
        """`AuthenticationResult` after a refresh.

        :raises CognitoError: the token is unknown, expired or revoked
        """
        kept = self._refresh.get(str(token))
        if kept is None:
            raise CognitoError("NotAuthorizedException", "Invalid Refresh Token")
        if kept.revoked:
            text = "Refresh Token has been revoked"
            raise CognitoError("NotAuthorizedException", text)
        if kept.expires <= self._clock.timestamp():
            raise CognitoError("NotAuthorizedException", "Refresh Token has expired")
        if not self.rotates:
            return self._result(str(token))
        kept.revoked = True
        new = self._rng.randbytes(640).hex()
        self._keep(new, kept.login, auth_time=kept.auth_time)
        return self._result(new) | {"RefreshToken": new}

    def owner(self, token: str, use: str = "id") -> Issued | None:
        """Whose token it is; None when it is unknown, of another use, expired or revoked."""
        issued = self._issued.get(token)
        if issued is None or issued.use != use:
            return None
        return None if issued.expires <= self._clock.timestamp() else issued

    def refresh_owner(self, token: object) -> Login | None:
        """Whose refresh token it is, good or not."""
        kept = self._refresh.get(str(token))
        return kept.login if kept else None

    def revoke(self, login: Login, *, access: bool, refresh: bool) -> None:
        """Let tokens of a login die."""
        if access:
            self._issued = {t: i for t, i in self._issued.items() if i.login != login}
        for kept in self._refresh.values():
            kept.revoked |= refresh and kept.login is login

    def revoke_refresh(self, token: object) -> None:
        """End one refresh token and what it made (operation RevokeToken)."""
        if (kept := self._refresh.get(str(token))) is not None:
            kept.revoked = True
        self._issued = {t: i for t, i in self._issued.items() if i.refresh != token}

    def expire_refresh(self, login: Login) -> None:
        """Let the refresh tokens of a login be too old."""
        for kept in self._refresh.values():
            if kept.login is login:
                kept.expires = 0

    def _keep(self, token: str, login: Login, *, auth_time: int | None) -> None:
        now = self._clock.timestamp()
        origin = str(UUID(bytes=self._rng.randbytes(16), version=4))
        expires = now + REFRESH_LIFE if auth_time is not None else float("inf")
        self._refresh[token] = Refresh(login, expires, origin, auth_time or int(now))

    def _result(self, refresh: str) -> dict[str, Any]:
        return {
            "AccessToken": self._token(refresh, "access"),
            "IdToken": self._token(refresh, "id"),
            "ExpiresIn": self.life,
            "TokenType": "Bearer",
        }

    def _token(self, refresh: str, use: str) -> str:
        kept = self._refresh[refresh]
        now = int(self._clock.timestamp())
        claims = {
            "sub": kept.login.sub,
            "iss": f"{REGION_ORIGIN}/{self.pool_id}",
            "origin_jti": kept.origin,
            "token_use": use,
            "auth_time": kept.auth_time,
            "iat": now,
            "exp": now + self.life,
            "jti": str(UUID(bytes=self._rng.randbytes(16), version=4)),
        }
        own = self._id_claims if use == "id" else self._access_claims
        token = signed(claims | own(kept.login), KEY_ID)
        self._issued[token] = Issued(kept.login, use, now + self.life, refresh)
        return token

    def _id_claims(self, login: Login) -> dict[str, Any]:
        claims = {
            "aud": self.client_id,
            "email": login.email,
            "email_verified": True,
            "cognito:username": login.sub,
        }
        if login.password is None:
            claims["at_hash"] = sha256(login.sub.encode()).hexdigest()[:22]
            claims["identities"] = [{"providerName": "Google"}]
        return claims

    def _access_claims(self, login: Login) -> dict[str, Any]:
        return {
            "client_id": self.client_id,
            "scope": "aws.cognito.signin.user.admin",
            "username": login.sub,
        }

    async def _jwks(self, request: web.Request) -> web.Response:
        if request.match_info["pool_id"] != self.pool_id:
            raise web.HTTPNotFound
        return web.json_response(published_keys(KEY_ID))
