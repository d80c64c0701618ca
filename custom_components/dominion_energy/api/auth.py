"""Staying signed in: refresh, silent login, and the user as the last resort."""

from dataclasses import replace
from datetime import timedelta
import re
from typing import override

from custom_components.cloud_energy.client.authorizer import Grant
from custom_components.cloud_energy.client.call import Call, Reply
from custom_components.cloud_energy.client.errors import (
    LOCK_PAUSE,
    AccountLocked,
    AuthFailed,
    CodeRequired,
    InvalidCredentials,
    SessionExpired,
)
from custom_components.cloud_energy.client.session import LoginSession
from custom_components.cloud_energy.client.tokens import Persist
from custom_components.cloud_energy.client.transport import Transport

from . import cookies
from .const import Endpoints
from .gigya import Gigya, SignIn
from .login import Credentials, Login, Tokens, plain_uid
from .second_factor import SecondFactor
from .token_service import Refused, TokenService


class Authenticator(LoginSession[Login]):
    """Keeps one account signed in and gives its requests their token."""

    def __init__(
        self,
        transport: Transport,
        endpoints: Endpoints,
        *,
        credentials: Credentials | None,
        login: Login | None,
        persist: Persist[Login],
    ) -> None:
        """Take what is stored of an earlier login; `persist` gets each new one.

        Without credentials (pasted tokens) a dead refresh token ends the login.
        """
        self._jar = transport.session.cookie_jar
        self._gigya = Gigya(transport, endpoints)
        self._token_service = TokenService(transport, endpoints)
        self._credentials = credentials
        super().__init__(
            login, is_fresh=lambda login: login.tokens.is_fresh, persist=persist
        )
        if login:
            cookies.restore(self._jar, login.cookies, endpoints)

    async def complete_login(self, sign_in: SignIn) -> Login:
        """Turn a finished sign-in into a stored login (wire 3.11).

        :raises CloudError: the data service gives no tokens for it.
        """
        return await self.store(await self._exchange(sign_in))

    async def use_tokens(self, access: str, refresh: str) -> Login:
        """Take tokens that the user has pasted, proven by one refresh (wire 3.14).

        :raises SessionExpired: they are dead.
        :raises CloudError: the data service can't be asked now.
        """
        pasted = Tokens.issued(_bare(access), _bare(refresh))
        try:
            login = await self._refresh(Login(pasted))
        except Refused as err:
            raise SessionExpired("The pasted tokens are no longer valid") from err
        return await self.store(login)

    @override
    def grant(self, call: Call, login: Login) -> Grant:
        return Grant({"Authorization": f"Bearer {login.tokens.access}"}, login)

    @override
    def refusal_pause(self, error: AuthFailed) -> timedelta | None:
        if isinstance(error, InvalidCredentials):
            return None
        if isinstance(error, AccountLocked) and error.retry_after is not None:
            return timedelta(seconds=error.retry_after)
        return LOCK_PAUSE

    @override
    def is_rejection(self, reply: Reply) -> bool:
        """Return whether the data service finds the access token too old."""
        return reply.status == 401 and not reply.is_html

    @override
    async def renew(self, login: Login | None) -> Login:
        if login is None:
            return await self.sign_in_silently()
        try:
            return await self._refresh(login)
        except Refused as err:
            if self._credentials:
                return await self.sign_in_silently()
            if err.status == 401:
                raise SessionExpired("The refresh token is no longer valid") from None
            raise

    async def _refresh(self, login: Login) -> Login:
        issued = await self._token_service.refresh(login.tokens)
        renewed = replace(login, tokens=issued.tokens)
        return replace(renewed, uid=login.uid or plain_uid(renewed.uuid))

    @override
    async def request_login(self) -> Login:
        if self._credentials is None:
            raise SessionExpired("There is no password to sign in with")
        await self._gigya.begin()
        sign_in = await self._gigya.sign_in(self._credentials)
        if sign_in.reg_token:
            handler = SecondFactor(self._gigya, sign_in, self.complete_login)
            raise CodeRequired(handler)
        return await self._exchange(sign_in)

    async def _exchange(self, sign_in: SignIn) -> Login:
        issued = await self._token_service.exchange(sign_in.id_token)
        login = Login(issued.tokens, cookies=cookies.export(self._jar))
        uid = sign_in.uid or issued.uuid or login.uuid
        return replace(login, uid=plain_uid(uid))


def _bare(token: str) -> str:
    """Return a pasted token without quotes, spaces and the word before it."""
    bare = re.sub(r"^bearer\s", "", token.strip(" \t\r\n\"'"), flags=re.IGNORECASE)
    return "".join(bare.split())
