"""Signing in and staying so: refresh, silent login, the user as the last resort."""

import asyncio
from base64 import b64decode
import binascii
from collections.abc import Mapping
from datetime import timedelta
import re
from typing import Any, Final, override

from custom_components.cloud_energy.client.authorizer import Grant
from custom_components.cloud_energy.client.call import Call, Reply
from custom_components.cloud_energy.client.errors import (
    AccountLocked,
    AuthFailed,
    CodeExpired,
    CodeRequired,
    InvalidCredentials,
    Malformed,
    NotPermitted,
    SessionExpired,
)
from custom_components.cloud_energy.client.session import LoginSession
from custom_components.cloud_energy.client.tokens import Persist
from custom_components.cloud_energy.client.transport import Transport
from custom_components.cloud_energy.client.wire import text

from . import srp
from .challenge import Pending, SecondFactor
from .cognito import Cognito
from .const import POOL_ID, Endpoints
from .login import Credentials, Login

_PAUSE: Final = timedelta(minutes=15)
_HEX: Final = re.compile(r"[0-9a-fA-F]{4,800}")
_NAME: Final = re.compile(r"[!-~]{1,255}")
_AROUND: Final = re.compile(r"""[\t"':,{}]""")
_POOL: Final = POOL_ID.partition("_")[2]
_FOREIGN: Final = b"not authorized on the requested"


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

        Without credentials (not stored, or a Google or Apple account) a dead
        refresh token ends the login.
        """
        self._cognito = Cognito(transport, endpoints)
        self._capi = endpoints.capi
        self._credentials = credentials
        super().__init__(login, is_fresh=lambda login: login.is_fresh, persist=persist)

    async def use_refresh_token(self, refresh_token: str) -> Login:
        """Sign in with a token that the user has pasted (wire 3.10).

        :raises SessionExpired: it is dead.
        """
        return await self.store(await self._refresh(_bare(refresh_token)))

    @override
    async def replace(self, call: Call, rejected: Grant) -> Grant:
        """Return another id token than the rejected one.

        :raises NotPermitted: it is so new that another would fare no better.
        """
        login = self.login
        if login and rejected.token is login and login.is_new:
            raise NotPermitted(f"{call.where} refuses a fresh session")
        return await super().replace(call, rejected)

    @override
    def is_rejection(self, reply: Reply) -> bool:
        """Return whether the token is refused; a device of others is no such case."""
        foreign = _FOREIGN in reply.body.lower()
        return reply.status == 401 and not reply.is_html and not foreign

    @override
    def grant(self, call: Call, login: Login) -> Grant:
        headers = {"authtoken": login.id_token}
        if call.base == self._capi or call.path.startswith("/v1/"):
            headers["Authorization"] = login.id_token
        return Grant(headers, login)

    @override
    def refusal_pause(self, error: AuthFailed) -> timedelta | None:
        return _PAUSE if isinstance(error, AccountLocked) else None

    @override
    async def renew(self, login: Login | None) -> Login:
        if login is None:
            return await self.sign_in_silently()
        try:
            return await self._refresh(login.refresh_token)
        except SessionExpired, InvalidCredentials:
            if self._credentials is None:
                raise
            return await self.sign_in_silently()

    async def _refresh(self, refresh_token: str) -> Login:
        answer = await self._cognito.initiate(
            "REFRESH_TOKEN_AUTH", {"REFRESH_TOKEN": refresh_token}
        )
        return Login.issued(answer.get("AuthenticationResult"), refresh_token)

    @override
    async def request_login(self) -> Login:
        if self._credentials is None:
            raise SessionExpired("There is no password to sign in with")
        username = self._credentials.username.strip().lower()
        try:
            answer = await self._prove(username, self._credentials.password)
        except CodeExpired:
            raise InvalidCredentials("The proof of the password was rejected") from None
        if answer.get("ChallengeName"):
            handler = SecondFactor(self._cognito, Pending.read(answer), self._complete)
            raise CodeRequired(handler)
        return _login(answer)

    async def _prove(self, username: str, password: str) -> dict[str, Any]:
        """Prove the password without sending it (wire 3.2, 3.3).

        It is never sent itself, whatever the pool requests: somebody else's pool would
        request just that.
        """
        secret = await asyncio.to_thread(srp.Secret.draw)
        answer = await self._cognito.initiate(
            "USER_SRP_AUTH", {"USERNAME": username, "SRP_A": secret.srp_a}
        )
        if answer.get("ChallengeName") != "PASSWORD_VERIFIER":
            return answer
        parameters = answer.get("ChallengeParameters")
        challenge, user = _read_challenge(parameters, username)
        # The pool refuses a time that isn't its own as if the password were wrong
        now = srp.timestamp(self._cognito.now)
        try:
            signature = await asyncio.to_thread(
                srp.answer, secret, _POOL, password, challenge, now
            )
        except ValueError:
            raise Malformed("Cognito sent a challenge that can't be signed") from None
        responses = {
            "USERNAME": user,
            "PASSWORD_CLAIM_SECRET_BLOCK": challenge.secret_block,
            "TIMESTAMP": now,
            "PASSWORD_CLAIM_SIGNATURE": signature,
        }
        session = text(answer.get("Session"))
        return await self._cognito.respond("PASSWORD_VERIFIER", responses, session)

    async def _complete(self, answer: Mapping[str, Any]) -> Login:
        return await self.store(_login(answer))


def _bare(pasted: str) -> str:
    """Return the token of what a browser's tools have copied: with quotes, or its name."""
    parts = ("".join(part.split()) for part in _AROUND.split(pasted))
    return max(parts, key=len)


def _login(answer: Mapping[str, Any]) -> Login:
    return Login.issued(answer.get("AuthenticationResult"))


def _read_challenge(parameters: object, username: str) -> tuple[srp.Challenge, str]:
    """Return the challenge, and the name under which to answer it.

    :raises Malformed: something is missing or can't be meant. The proof that would
        come of it would be refused as if the password were wrong.
    """
    found: Mapping[str, Any] = parameters if isinstance(parameters, dict) else {}
    user = text(found.get("USERNAME"))
    user_id = text(found.get("USER_ID_FOR_SRP")) or user
    block = text(found.get("SECRET_BLOCK"))
    try:
        salt, srp_b = (_number(found.get(key)) for key in ("SALT", "SRP_B"))
        b64decode(block, validate=True)
    except ValueError, binascii.Error:
        raise Malformed("Cognito sent a challenge that can't be read") from None
    if not (block and _NAME.fullmatch(user_id)):
        raise Malformed("Cognito sent an incomplete challenge")
    return srp.Challenge(user_id, salt, srp_b, block), user or username


def _number(value: object) -> int:
    """Read a number of a challenge, which has many digits.

    :raises ValueError: it is none.
    """
    found = _HEX.fullmatch(text(value))
    if found is None:
        raise ValueError("It is not a hexadecimal number")
    return int(found[0], 16)
