"""Staying signed in by two cookies: refresh, silent login, the user as the last resort.

The cookies live in the session's own jar, which puts them into every request.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
import time
from typing import Any, Final, override

from aiohttp import ClientTimeout
from yarl import URL

from custom_components.cloud_energy.client import jwt
from custom_components.cloud_energy.client.authorizer import Grant
from custom_components.cloud_energy.client.call import SMALL_BYTES, Call, Reply
from custom_components.cloud_energy.client.errors import (
    AuthFailed,
    CloudError,
    InvalidCredentials,
    Malformed,
    NotPermitted,
    RateLimited,
    SessionExpired,
)
from custom_components.cloud_energy.client.parsing import read_json
from custom_components.cloud_energy.client.session import LoginSession
from custom_components.cloud_energy.client.storable import parse_json
from custom_components.cloud_energy.client.tokens import Persist
from custom_components.cloud_energy.client.transport import Transport

from .const import ACCESS_COOKIE, HEADERS, REFRESH_COOKIE, REQUEST_TIMEOUT, Endpoints
from .login import Credentials, Login
from .parsers import parse_login, parse_refreshed_owner

_REFRESH_PATH: Final = "/auth/refresh-token"
_REFRESH_IS_DEAD: Final = frozenset({400, 401, 403, 404})
_SHORT_PAUSE: Final = timedelta(minutes=1)
_PAUSE: Final = timedelta(hours=1)
"""How long something that did not help is not tried again."""


@dataclass(frozen=True)
class _Refusal:
    """A path that has refused a token as good as new, at a monotonic time."""

    is_first: bool
    """A token may have died early: the next one is tried after a minute already."""
    at: float = field(default_factory=lambda: time.monotonic())

    @property
    def is_recent(self) -> bool:
        return _age(self.at) < (_SHORT_PAUSE if self.is_first else _PAUSE)


class Authenticator(LoginSession[Login]):
    """Keeps one account signed in.

    A rejected request is sent again after a refresh, and if that does not help
    after a login, at most one an hour: else a single path that refuses everybody
    would cause a login each time.
    """

    replacements = 2

    def __init__(
        self,
        transport: Transport,
        endpoints: Endpoints,
        *,
        credentials: Credentials | None,
        login: Login | None = None,
        persist: Persist[Login] = lambda _: None,
        attempts: int | None = None,
    ) -> None:
        """Continue with a login whose cookies are in the jar, or sign in when needed.

        `persist` gets each new login; `attempts`: how often a login or refresh is tried
        at most.
        """
        self.credentials = credentials
        self._transport = transport
        self._base = endpoints.api
        self._attempts = attempts
        self._distrusted: Login | None = None
        """A login that no refresh can help."""
        self._refresh_failed_at: float | None = None
        self._refused: dict[str, _Refusal] = {}
        super().__init__(login, is_fresh=lambda login: login.is_fresh, persist=persist)

    async def send(self, call: Call) -> Reply:
        """Send a call with the login.

        :raises AuthFailed: the username or the password is wrong.
        :raises NotPermitted: even a fresh login is refused there.
        :raises CloudError: as `Transport.send` does.
        """
        reply = await self._transport.send(call, self)
        self._refused.pop(call.path, None)
        return reply

    @override
    def grant(self, call: Call, login: Login) -> Grant:
        return Grant({}, login)

    @override
    def is_rejection(self, reply: Reply) -> bool:
        return reply.status == 401 and not reply.is_html

    @override
    def refusal_pause(self, error: AuthFailed) -> timedelta | None:
        return None

    @override
    async def replace(self, call: Call, rejected: Grant) -> Grant:
        """Refresh a rejected login, or sign in again if it has just been refreshed.

        :raises NotPermitted: the path has refused a fresh login lately.
        """
        login = self.login
        if login is None or rejected.token is not login:
            return await super().replace(call, rejected)
        refusal = self._refused.get(call.path)
        if refusal and refusal.is_recent:
            raise NotPermitted(f"{call.where} refuses a fresh session")
        if login.is_new:
            self._refused[call.path] = _Refusal(is_first=refusal is None)
            if login.age < _PAUSE:
                raise NotPermitted(f"{call.where} refuses a fresh session")
            self._distrusted = login
        return await super().replace(call, rejected)

    @override
    async def renew(self, login: Login | None) -> Login:
        """Refresh where that may help, else sign in.

        A refresh that fails, for whatever reason, must not end the session while there
        is a password that may renew it. Who requests a pause gets it, though.
        """
        if login is None or login is self._distrusted or not self._may_refresh(login):
            return await self.sign_in_silently()
        try:
            return await self._refresh(login)
        except SessionExpired:
            self._distrusted = login
        except CloudError as err:
            if not err.was_sent:
                raise
            self._refresh_failed_at = time.monotonic()
            if isinstance(err, RateLimited):
                raise
        return await self.sign_in_silently()

    def _may_refresh(self, login: Login) -> bool:
        failed_at = self._refresh_failed_at
        has_just_failed = failed_at is not None and _age(failed_at) < _PAUSE
        return login.can_be_refreshed and not has_just_failed

    @override
    async def request_login(self) -> Login:
        """Send username and password (wire 3.1).

        :raises InvalidCredentials: they are wrong.
        :raises Malformed: the answer has no user or no cookies.
        """
        if self.credentials is None:
            raise SessionExpired("There is no password to sign in with")
        self._transport.session.cookie_jar.clear()
        call = self._call(
            "POST",
            "/auth/login",
            json={
                "username": self.credentials.username,
                "password": self.credentials.password,
            },
            idempotent=True,
            good=frozenset({200, 201, 401}),
        )
        reply = await self._transport.send(call)
        if reply.status == 401:
            raise InvalidCredentials("The username or password is incorrect")
        response = parse_login(await read_json(reply))
        access = self._cookie(ACCESS_COOKIE)
        if not access:
            raise Malformed(f"{call.where} set no cookies", status=reply.status)
        now = datetime.now(UTC)
        return Login(
            response=response,
            asset_owner_id=response.user.asset_owner_id if response.user else None,
            signed_in_at=now,
            issued_at=now,
            access_life=jwt.lifetime(access),
            refresh_until=response.refresh_token_expiration or self._refresh_end(now),
        )

    async def _refresh(self, login: Login) -> Login:
        """Have a new access cookie set (wire 3.3).

        :raises SessionExpired: the refresh token is dead.
        :raises CloudError: it can't be refreshed now.
        """
        before = self._cookie(ACCESS_COOKIE), self._cookie(REFRESH_COOKIE)
        call = self._call("GET", _REFRESH_PATH, good={200, 201} | _REFRESH_IS_DEAD)
        reply = await self._transport.send(call)
        if reply.status in _REFRESH_IS_DEAD:
            raise SessionExpired("The refresh token is no longer valid")
        access, refresh = self._cookie(ACCESS_COOKIE), self._cookie(REFRESH_COOKIE)
        if not access or access == before[0]:
            raise Malformed(f"{call.where} set no new cookie", status=reply.status)
        now = datetime.now(UTC)
        rotated = refresh != before[1]
        return replace(
            login,
            asset_owner_id=parse_refreshed_owner(_body(reply)) or login.asset_owner_id,
            issued_at=now,
            access_life=jwt.lifetime(access),
            refresh_until=self._refresh_end(now) if rotated else login.refresh_until,
        )

    def _call(self, method: str, path: str, **parts: Any) -> Call:
        return Call(
            method=method,
            base=self._base,
            path=path,
            headers=HEADERS,
            attempts=self._attempts,
            timeout=ClientTimeout(total=REQUEST_TIMEOUT),
            max_bytes=SMALL_BYTES,
            **parts,
        )

    def _cookie(self, name: str) -> str:
        """Return a cookie's value; empty if there is none."""
        jar = self._transport.session.cookie_jar
        # Whatever path the cookies have: here both of them are sent
        morsel = jar.filter_cookies(URL(self._base + _REFRESH_PATH)).get(name)
        return morsel.value if morsel else ""

    def _refresh_end(self, now: datetime) -> datetime | None:
        life = jwt.lifetime(self._cookie(REFRESH_COOKIE))
        return now + life if life else None


def _body(reply: Reply) -> Any:
    """Return a body that may be anything (wire 3.3)."""
    try:
        return parse_json(reply.body)
    except ValueError:
        return None


def _age(moment: float) -> timedelta:
    return timedelta(seconds=time.monotonic() - moment)
