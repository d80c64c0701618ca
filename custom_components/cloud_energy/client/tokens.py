"""Token state: one renewal at a time, persisted at the moment of rotation."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import re
import time
from typing import Any, ClassVar, Final

from mashumaro import DataClassDictMixin, field_options
from mashumaro.exceptions import InvalidFieldValue, MissingField

from .errors import CloudError
from .hosts import ROUND

_USUAL_LIFE: Final = timedelta(hours=1)
_LONGEST_LIFE: Final = timedelta(days=1)
_TOKEN: Final = re.compile(r"[\x21-\x7e]{8,16384}")


@dataclass(frozen=True)
class Errand:
    """What a login is wanted for."""

    user_waits: bool = False
    round: int = 0
    """The round of requests, as `Hosts` counts them; 0 for none."""


_NOTHING: Final = Errand()
errand: Final[ContextVar[Errand]] = ContextVar("errand", default=_NOTHING)
"""What the request is that is about to be sent."""
is_renewing: Final[ContextVar[bool]] = ContextVar("is_renewing", default=False)
"""Whether what is sent renews a login automatically: no user waits for it."""

type Persist[TokensT] = Callable[[TokensT], Awaitable[None] | None]
"""Stores new tokens; where it takes time, nobody uses them before it is done."""


def read_token(value: object) -> str:
    """Return a token as it is; empty for anything that can't be one.

    What is no token must never take the place of one that works.
    """
    return value if isinstance(value, str) and _TOKEN.fullmatch(value) else ""


def rotated(sent: object, before: str) -> str:
    """Return the refresh token from now on: the one that was sent, if any was.

    Empty if what was sent is no token.
    """
    return before if sent is None else read_token(sent)


class Expiring:
    """A login whose token ends at a time, by the clock of this machine."""

    margin: ClassVar[timedelta]
    """How long before its end a token is no longer used."""
    expires_at: datetime

    @property
    def is_fresh(self) -> bool:
        """Whether the token lasts for another request."""
        return datetime.now(UTC) < self.expires_at - self.margin


class Issued(Expiring):
    """The same, where it is known when the token came."""

    margin = timedelta(minutes=5)
    issued_at: datetime

    @property
    def is_new(self) -> bool:
        """Whether it came so lately that another one would fare no better."""
        return timedelta(0) <= datetime.now(UTC) - self.issued_at < self.margin


def token_life(seconds: float | None) -> timedelta:
    """Return how long a token is good; an hour if what is said of it is nonsense."""
    usable = seconds is not None and 0 < seconds <= _LONGEST_LIFE.total_seconds()
    return timedelta(seconds=seconds or 0) if usable else _USUAL_LIFE


def _stored(value: object) -> str:
    if token := read_token(value):
        return token
    raise ValueError("It is not a token")


STORED_TOKEN: Final = field_options(deserialize=_stored)
"""Metadata of a member that holds a token; what can be none is an error."""


def read_stored[LoginT: DataClassDictMixin](
    model: type[LoginT], stored: Mapping[str, Any] | None
) -> LoginT | None:
    """Return a login as it was stored; None if it can no longer be used.

    An earlier version may have stored whatever a cloud had sent. Nobody stays signed
    in with that, and every request would fail without saying why.
    """
    try:
        return model.from_dict(stored) if stored else None
    except MissingField, InvalidFieldValue, TypeError, ValueError, AttributeError:
        return None


class TokenStore[TokensT]:
    """Holds the tokens of one account and renews them when they get old.

    Callers that need a renewal while one is under way share it, with its outcome,
    and so do those of the same round after one that has failed. The renewal runs in
    a task of its own: a caller that is cancelled can't interrupt it, since a rotated
    token that was never stored is lost.
    """

    def __init__(
        self,
        tokens: TokensT | None,
        *,
        is_fresh: Callable[[TokensT], bool],
        renew: Callable[[TokensT | None], Awaitable[TokensT]],
        persist: Persist[TokensT],
    ) -> None:
        """Take the stored tokens and how to judge, renew and store them.

        `renew` gets the old tokens (None if there are none) and raises a `CloudError`
        where no new ones are available. `persist` is called before anybody gets to use
        the new tokens.
        """
        self._tokens = tokens
        self._is_fresh = is_fresh
        self._renew = renew
        self._persist = persist
        self._renewal: asyncio.Task[TokensT] | None = None
        self._failure: CloudError | None = None
        self._failed_at = 0.0
        self._failed_in = 0

    @property
    def tokens(self) -> TokensT | None:
        """The tokens as they are now, fresh or not."""
        return self._tokens

    async def store(self, tokens: TokensT) -> None:
        """Take new tokens once they are persisted."""
        storing = self._persist(tokens)
        if storing is not None:
            await storing
        self._tokens, self._failure = tokens, None

    async def fresh(self) -> TokensT:
        """Return tokens that are good for a request, renewed where needed.

        :raises CloudError: whatever the renewal raises.
        """
        tokens = self._tokens
        if tokens is not None and self._is_fresh(tokens) and not self._renewal:
            return tokens
        return await self._renewed()

    async def replace(self, rejected: TokensT) -> TokensT:
        """Return other tokens than the ones that the cloud has rejected.

        :raises CloudError: whatever the renewal raises.
        """
        tokens = self._tokens
        if tokens is not None and tokens is not rejected and not self._renewal:
            return tokens
        return await self._renewed()

    async def close(self) -> None:
        """Let a renewal under way come to its end, so that nothing is lost."""
        if self._renewal:
            await asyncio.wait([self._renewal])

    async def _renewed(self) -> TokensT:
        if self._renewal is None:
            self._check()
            self._renewal = asyncio.create_task(self._run_renewal())
            self._renewal.add_done_callback(self._renewal_done)
        renewal = self._renewal
        # Not a shield: that logs an error if it fails after its caller is gone.
        await asyncio.wait([renewal])
        return renewal.result()

    def _check(self) -> None:
        """Repeat no renewal for each request of a round.

        :raises CloudError: it has failed a moment ago.
        """
        wanted = errand.get()
        is_same = 0 < wanted.round == self._failed_in
        is_over = time.monotonic() - self._failed_at > ROUND
        if self._failure and is_same and not (is_over or wanted.user_waits):
            raise self._failure.with_traceback(None)

    async def _run_renewal(self) -> TokensT:
        # The task has a context of its own, which ends with it.
        is_renewing.set(not errand.get().user_waits)
        try:
            tokens = await self._renew(self._tokens)
        except CloudError as err:
            self._failure, self._failed_at = err, time.monotonic()
            self._failed_in = errand.get().round
            raise
        await self.store(tokens)
        return tokens

    def _renewal_done(self, task: asyncio.Task[TokensT]) -> None:
        self._renewal = None
        if not task.cancelled():
            task.exception()  # Every caller may be gone: it counts as seen.
