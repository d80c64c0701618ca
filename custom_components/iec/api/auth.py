"""Signing in and staying so: refresh, and the user as the last resort."""

from datetime import UTC, datetime, timedelta
import time
from typing import Any, Final, override

from custom_components.cloud_energy.client.authorizer import Grant
from custom_components.cloud_energy.client.call import Call, Reply
from custom_components.cloud_energy.client.errors import (
    AuthFailed,
    CodeRequired,
    Maintenance,
    ProviderError,
    SessionExpired,
)
from custom_components.cloud_energy.client.session import LoginSession
from custom_components.cloud_energy.client.tokens import Persist
from custom_components.cloud_energy.client.transport import Transport

from .const import USERNAME_DOMAIN, Endpoints
from .errors import InvalidId, NotRegistered
from .identity import normal_id
from .login import Credentials, Login
from .okta import Attempt, Okta
from .second_factor import SecondFactor

CUSTOMER_PATH: Final = "/customer"
"""Of the person who is signed in: nobody may be refused there."""

_PATIENCE: Final = timedelta(days=1)
"""After how long a refusal without a reason counts as one for good."""
_PATIENCE_WITH_OLD: Final = timedelta(hours=3)
"""The same, if the token has not been renewed for that day."""

_NOT_YOURS: Final = (b"not associated with you", b"not authorized to this action")


class Authenticator(LoginSession[Login]):
    """Keeps one person signed in and gives the requests their token."""

    def __init__(
        self,
        transport: Transport,
        endpoints: Endpoints,
        *,
        credentials: Credentials | None,
        login: Login | None,
        persist: Persist[Login],
    ) -> None:
        """Take what is stored of an earlier login; `persist` gets each new one."""
        self._okta = Okta(transport, endpoints)
        self._hosts = transport.hosts
        self._refused_since: float | None = None
        self._credentials = credentials
        super().__init__(login, is_fresh=lambda login: login.is_fresh, persist=persist)

    @override
    def grant(self, call: Call, login: Login) -> Grant:
        return Grant({"Authorization": _bearer(login)}, login)

    @override
    def is_rejection(self, reply: Reply) -> bool:
        """Return whether the token is refused; what is another's is no such case.

        A token that has just come is not refused either: another one would fare no
        better. Only the person's own data proves that (wire 4): there it is tried.
        """
        if reply.status != 401 or reply.is_html or is_not_yours(reply):
            return False
        if reply.call.path == CUSTOMER_PATH:
            return True
        login = self.login
        used = reply.call.headers.get("Authorization")
        return not (login and login.is_new and used == _bearer(login))

    @override
    def refusal_pause(self, error: AuthFailed) -> timedelta | None:
        return None

    @override
    async def request_login(self) -> Login:
        if self._credentials is None:
            raise SessionExpired("There is no ID number to sign in with")
        username, attempt = await self._begin(_names(self._credentials))
        raise CodeRequired(
            SecondFactor(
                self._okta,
                username,
                attempt,
                preferred=self._credentials.preferred,
                complete=self._finish,
            )
        )

    async def _begin(self, names: list[str]) -> tuple[str, Attempt]:
        """Begin under the first name that is known."""
        for name in names[:-1]:
            try:
                return name, await self._okta.begin(name)
            except NotRegistered:
                continue
        return names[-1], await self._okta.begin(names[-1])

    @override
    async def renew(self, login: Login | None) -> Login:
        """Trade the refresh token: nothing else can be done without the user."""
        if login is None:
            raise SessionExpired("Nobody is signed in")
        try:
            answer = await self._okta.refresh(login.refresh_token)
        except ProviderError as err:
            if self._is_refused_for_good(err, login):
                raise SessionExpired(str(err)) from None
            raise
        self._refused_since = None
        return Login.issued(answer, login.refresh_token)

    def _is_refused_for_good(self, error: ProviderError, login: Login) -> bool:
        """Return whether a refusal that proves nothing has lasted for a day.

        After a restart an old token stands for the refusals before it, but one that
        is old since nobody was there to renew it gets some hours. It is the login's
        refusal, not the service's, if all other hosts are well.
        """
        if error.status != 400 or isinstance(error, Maintenance):
            return False
        now = time.monotonic()
        self._refused_since = since = self._refused_since or now
        lasting = timedelta(seconds=now - since)
        is_overdue = datetime.now(UTC) - login.expires_at >= _PATIENCE
        is_long = lasting >= (_PATIENCE_WITH_OLD if is_overdue else _PATIENCE)
        return is_long and self._hosts.are_well

    async def _finish(self, answer: dict[str, Any]) -> Login:
        return await self.store(Login.issued(answer))


def is_not_yours(reply: Reply) -> bool:
    """Return whether a refusal is about the resource and not about the token."""
    body = reply.body.lower()
    return any(text in body for text in _NOT_YOURS)


def _bearer(login: Login) -> str:
    return f"Bearer {login.id_token}"


def _names(credentials: Credentials) -> list[str]:
    """Return the names that the login may have (wire 12.11).

    :raises InvalidId: it isn't a valid ID number.
    """
    try:
        padded = normal_id(credentials.user_id)
    except ValueError:
        raise InvalidId("This is not an ID number") from None
    numbers = dict.fromkeys((padded, padded.lstrip("0")))
    return [f"{number}@{USERNAME_DOMAIN}" for number in numbers]
