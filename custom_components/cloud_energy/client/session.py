"""Staying signed in: renewal, silent login, and the user as the last resort."""

from abc import abstractmethod
from collections.abc import Callable
from datetime import timedelta
import time
from typing import override

from .authorizer import Authorizer, Grant
from .call import Call
from .errors import AuthFailed
from .tokens import Persist, TokenStore

_NEVER_AGAIN = float("inf")


class LoginSession[LoginT](Authorizer):
    """Keeps one account signed in and gives its requests their credentials.

    `LoginT` is all that is stored to stay signed in, replaced as a whole.
    """

    def __init__(
        self,
        login: LoginT | None,
        *,
        is_fresh: Callable[[LoginT], bool],
        persist: Persist[LoginT],
    ) -> None:
        """Take what is stored of an earlier login; `persist` gets each new one."""
        self._refusal: AuthFailed | None = None
        self._refused_until = _NEVER_AGAIN
        self._keeper = TokenStore[LoginT](
            login, is_fresh=is_fresh, renew=self.renew, persist=persist
        )

    # To be implemented by a provider.

    @abstractmethod
    async def request_login(self) -> LoginT:
        """Sign in with what the user has given.

        :raises CodeRequired: a code is needed; the handler's `submit` ends it.
        :raises AuthFailed: the credentials or the account's state forbid it.
        :raises CloudError: the cloud can't be asked now.
        """

    @abstractmethod
    async def renew(self, login: LoginT | None) -> LoginT:
        """Renew a login that is old or was rejected; None if there is none yet.

        :raises AuthFailed: the user must sign in again.
        :raises CloudError: it can't be renewed now.
        """

    @abstractmethod
    def grant(self, call: Call, login: LoginT) -> Grant:
        """Return what makes a call an authorized one, with the login as its token."""

    @abstractmethod
    def refusal_pause(self, error: AuthFailed) -> timedelta | None:
        """Return how long not to repeat what was refused; None: never again."""

    # What everybody uses.

    @property
    def login(self) -> LoginT | None:
        """The login as it is now, fresh or not."""
        return self._keeper.tokens

    async def store(self, login: LoginT) -> LoginT:
        """Take a finished login."""
        self._refusal = None
        await self._keeper.store(login)
        return login

    async def sign_in(self) -> LoginT:
        """Sign in, and store the login.

        :raises CodeRequired: a code is needed; the handler's `submit` ends it.
        :raises AuthFailed: the credentials or the account's state forbid it.
        :raises CloudError: the cloud can't be asked now.
        """
        return await self.store(await self.request_login())

    async def sign_in_silently(self) -> LoginT:
        """Sign in as `sign_in`, but do not repeat what was refused.

        Each refused attempt brings the account nearer to its lock-out.
        """
        if self._refusal and time.monotonic() < self._refused_until:
            raise self._refusal.with_traceback(None)
        try:
            login = await self.request_login()
        except AuthFailed as err:
            pause = self.refusal_pause(err)
            self._refusal = err
            self._refused_until = (
                time.monotonic() + pause.total_seconds() if pause else _NEVER_AGAIN
            )
            raise
        self._refusal = None
        return login

    async def fresh(self) -> LoginT:
        """Return the login, renewed if it is old.

        :raises AuthFailed: the user must sign in again.
        :raises CloudError: it can't be renewed now.
        """
        return await self._keeper.fresh()

    async def refresh(self) -> LoginT:
        """Renew the login now, as happens automatically when it expires.

        :raises CloudError: as `fresh` does.
        """
        if login := self.login:
            return await self._keeper.replace(login)
        return await self._keeper.fresh()

    async def close(self) -> None:
        """Let a renewal under way come to its end."""
        await self._keeper.close()

    @override
    async def authorize(self, call: Call) -> Grant:
        return self.grant(call, await self._keeper.fresh())

    @override
    async def replace(self, call: Call, rejected: Grant) -> Grant:
        login = self.login
        if login is None or rejected.token is not login:
            return await self.authorize(call)
        return self.grant(call, await self._keeper.replace(login))
