"""Staying logged in: refresh, silent login, and the user as the last resort."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
import re
from typing import Final, override

from custom_components.cloud_energy.client.call import Call, Reply
from custom_components.cloud_energy.client.errors import (
    LOCK_PAUSE,
    AuthFailed,
    CodeRequired,
    InvalidCredentials,
    SessionExpired,
)
from custom_components.cloud_energy.client.tokens import TokenKeeper
from custom_components.cloud_energy.client.transport import Authorizer, Grant, Transport

from . import cookies
from .const import Endpoints
from .gigya import Gigya, SignIn
from .login import Credentials, Login, Tokens, plain_uid
from .second_factor import SecondFactor
from .token_service import Refused, TokenService

_NEVER: Final = datetime.max.replace(tzinfo=UTC)


class Authenticator(Authorizer):
    """Keeps one account logged in and gives its requests their token."""

    def __init__(
        self,
        transport: Transport,
        endpoints: Endpoints,
        *,
        credentials: Credentials | None,
        login: Login | None,
        persist: Callable[[Login], None],
    ) -> None:
        """Take what is stored of an earlier login; `persist` gets each new one.

        Without credentials (pasted tokens) a dead refresh token ends the login.
        """
        self._jar = transport.session.cookie_jar
        self._gigya = Gigya(transport, endpoints)
        self._token_service = TokenService(transport, endpoints)
        self._credentials = credentials
        self._refusal: AuthFailed | None = None
        self._refused_until = _NEVER
        self._keeper = TokenKeeper[Login](
            login,
            is_fresh=lambda login: login.tokens.are_fresh,
            renew=self._renew,
            persist=persist,
        )
        if login:
            cookies.restore(self._jar, login.cookies, endpoints)

    @property
    def login(self) -> Login | None:
        """The login as it is now, fresh or not."""
        return self._keeper.tokens

    async def log_in(self) -> Login:
        """Sign in with user name and password, and store the login.

        :raises CodeRequired: a code is needed; the handler's `submit` ends it.
        :raises AuthFailed: the credentials or the account's state forbid it.
        :raises CloudError: the portal can't be asked now.
        """
        login = await self._sign_in()
        self._keeper.store(login)
        return login

    async def complete_login(self, sign_in: SignIn) -> Login:
        """Turn a finished sign-in into a stored login (sheet 3.11).

        :raises CloudError: the data service gives no tokens for it.
        """
        login = await self._exchange(sign_in)
        self._keeper.store(login)
        return login

    async def use_tokens(self, access: str, refresh: str) -> Login:
        """Take tokens that the user has pasted, proven by one refresh (sheet 3.14).

        :raises SessionExpired: they are dead.
        :raises CloudError: the data service can't be asked now.
        """
        pasted = Tokens.issued(_bare(access), _bare(refresh))
        try:
            login = await self._refresh(Login(pasted))
        except Refused as err:
            raise SessionExpired("The pasted tokens are dead") from err
        self._keeper.store(login)
        return login

    async def refresh(self) -> Login:
        """Renew the login now, as it happens by itself when its time has come.

        :raises CloudError: as `authorize` does.
        """
        if login := self.login:
            return await self._keeper.replace(login)
        return await self._keeper.fresh()

    async def fresh(self) -> Login:
        """Return the login, renewed if its token is old.

        :raises AuthFailed: the user must sign in again.
        :raises CloudError: it can't be renewed now.
        """
        return await self._keeper.fresh()

    async def close(self) -> None:
        """Let a renewal under way come to its end."""
        await self._keeper.close()

    @override
    async def authorize(self, call: Call) -> Grant:
        """Return the access token, renewed first if it is old."""
        return _grant(await self._keeper.fresh())

    @override
    async def replace(self, call: Call, rejected: Grant) -> Grant:
        """Return another access token than the rejected one."""
        assert isinstance(rejected.token, Login)
        return _grant(await self._keeper.replace(rejected.token))

    @override
    def is_rejection(self, reply: Reply) -> bool:
        """Tell whether the data service finds the access token too old."""
        return reply.status == 401 and not reply.is_html

    async def _renew(self, login: Login | None) -> Login:
        if login is None:
            return await self._log_in_silently()
        try:
            return await self._refresh(login)
        except Refused as err:
            if self._credentials:
                return await self._log_in_silently()
            if err.status == 401:
                raise SessionExpired("The refresh token is dead") from None
            raise

    async def _refresh(self, login: Login) -> Login:
        issued = await self._token_service.refresh(login.tokens)
        renewed = replace(login, tokens=issued.tokens)
        return replace(renewed, uid=login.uid or plain_uid(renewed.uuid))

    async def _log_in_silently(self) -> Login:
        """Sign in as `log_in`, but do not repeat what was refused.

        Each refused attempt brings the account nearer to its lock-out.
        """
        if self._refusal and datetime.now(UTC) < self._refused_until:
            raise self._refusal.with_traceback(None)
        try:
            return await self._sign_in()
        except AuthFailed as err:
            self._refusal = err
            self._refused_until = _end_of_refusal(err)
            raise

    async def _sign_in(self) -> Login:
        if self._credentials is None:
            raise SessionExpired("There is no password to sign in with")
        await self._gigya.begin()
        sign_in = await self._gigya.log_in(self._credentials)
        if sign_in.reg_token:
            handler = SecondFactor(self._gigya, sign_in, self.complete_login)
            raise CodeRequired(handler)
        return await self._exchange(sign_in)

    async def _exchange(self, sign_in: SignIn) -> Login:
        issued = await self._token_service.exchange(sign_in.id_token)
        self._refusal = None
        login = Login(issued.tokens, cookies=cookies.export(self._jar))
        uid = sign_in.uid or issued.uuid or login.uuid
        return replace(login, uid=plain_uid(uid))


def _grant(login: Login) -> Grant:
    return Grant({"Authorization": f"Bearer {login.tokens.access}"}, login)


def _bare(token: str) -> str:
    """Return a pasted token without quotes, blanks and the word before it."""
    bare = re.sub(r"^bearer\s", "", token.strip(" \t\r\n\"'"), flags=re.IGNORECASE)
    return "".join(bare.split())


def _end_of_refusal(err: AuthFailed) -> datetime:
    """A wrong password stays wrong; other refusals may pass by themselves."""
    if isinstance(err, InvalidCredentials):
        return _NEVER
    return datetime.now(UTC) + LOCK_PAUSE
