"""How the hosts of an account fare: one that is in trouble is left alone for a while.

The first failure that is about a host ends a round of requests for all who share it:
what is due stays due, and the next round begins with a single request. Where it may
be about one endpoint only, another one's has to follow, and none must have been
answered. All times are seconds of the
monotonic clock: a clock that is put right changes no pause.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from copy import copy
from math import ceil
import time
from typing import Final

from .errors import CloudError, ProviderError, RateLimited, Unreachable

ROUND: Final = 30.0
"""Seconds after which a round of requests is over in any case."""

_UNAVAILABLE: Final = 503
_NEVER: Final = float("-inf")


class Host:
    """What is known of one host."""

    def __init__(
        self,
        changed: Callable[[], None],
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        """Take a host that is well; `changed` is called when it requests a pause."""
        self._changed = changed
        self._clock = clock
        self._sleep = sleep
        self._failed_at = ""
        self._is_in_round = False
        self._has_answered = False
        self._is_long_in_trouble = False
        self._error: CloudError | None = None
        self._closed_until = _NEVER
        self._held_until = _NEVER
        self._trial = asyncio.Lock()
        self.is_asked = False
        """Whether it is the cloud that requests the pause."""

    @property
    def is_in_trouble(self) -> bool:
        """Whether what was asked last has failed."""
        return bool(self._failed_at)

    @property
    def left(self) -> float:
        """Seconds for which it is still to be left alone."""
        return max(0.0, self._closed_until - self._clock())

    def check(self) -> None:
        """Let nothing through while it is to be left alone.

        :raises CloudError: it is, for what has failed before.
        """
        if self.left and self._error:
            error = copy(self._error)
            error.was_sent, error.retry_after = False, ceil(self.left)
            raise error

    @asynccontextmanager
    async def turn(
        self, *, urgent: bool = False, is_retry: bool = False
    ) -> AsyncIterator[bool]:
        """Wait for a request's turn; gives whether it is a trial, to be made once.

        In trouble the host is asked one thing at a time, until one is answered.
        What the user waits for (`urgent`) is never put off; what has waited for its
        own pause (`is_retry`) does not wait for it twice.

        :raises CloudError: it is to be left alone, for what has failed before.
        """
        held = self._held_until - self._clock()
        if held > 0 and not is_retry:
            await self._sleep(held)
        if urgent:
            yield False
            return
        self.check()
        if not self.is_in_trouble:
            yield False
            return
        async with self._trial:
            self.check()
            yield self.is_in_trouble and not is_retry

    def gives_up(self, error: CloudError, *, is_trial: bool) -> bool:
        """Return whether an error is final for now, short pauses of the cloud apart."""
        is_asked = error.retry_after is not None and not self._is_long_in_trouble
        return is_trial and not is_asked

    def stumbles(self, where: str, error: CloudError, pause: float) -> None:
        """Take an error of an endpoint that is asked again after a pause.

        All others wait as well if it is the cloud that requests it.
        """
        self._failed_at = where
        if isinstance(error, RateLimited) or error.retry_after is not None:
            self._held_until = max(self._held_until, self._clock() + pause)

    def begin_round(self) -> None:
        """Let a trial through even if the last round has just ended in trouble."""
        self._is_in_round, self._has_answered = True, False
        self._is_long_in_trouble = self.is_in_trouble
        if not self.is_asked:
            self._closed_until = _NEVER

    def works(self) -> None:
        """Take that it has answered; a pause that it has requested stays."""
        self._failed_at, self._is_long_in_trouble = "", False
        self._has_answered = True
        if not self.is_asked:
            self._closed_until = _NEVER

    def fails(self, where: str, error: CloudError) -> None:
        """Take an error of an endpoint: is it one of the whole host?

        Without a round there is none to be ended; a pause that is requested is kept.
        """
        if error.retry_after is not None:
            self.close(max(error.retry_after, ROUND), error, is_asked=True)
        elif self._is_in_round and (_is_of_host(error) or self._is_down(where)):
            self.close(ROUND, error)
        self._failed_at = where

    def _is_down(self, where: str) -> bool:
        """Return whether nothing answers; a host that has answered others does."""
        is_alone = self._failed_at in ("", where)
        return not self._has_answered and (self._is_long_in_trouble or not is_alone)

    def close(
        self, seconds: float, error: CloudError, *, is_asked: bool = False
    ) -> None:
        """Leave it alone for a while because of an error."""
        until = self._clock() + seconds
        if until <= self._closed_until:
            return
        self._closed_until, self._error, self.is_asked = until, error, is_asked
        if is_asked:
            self._changed()


class Hosts:
    """The hosts of one account, by their base addresses."""

    def __init__(
        self,
        *,
        pauses: Mapping[str, float] | None = None,
        changed: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = lambda: time.monotonic(),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Take the seconds for which hosts have asked to be left alone.

        `changed`: what hears of new pauses, to store them.
        """
        self.changed = changed
        self._clock = clock
        self._sleep = sleep
        self._hosts: dict[str, Host] = {}
        self.round = 0
        """How many rounds of requests have begun."""
        for base, seconds in (pauses or {}).items():
            error = RateLimited("The cloud has asked for a pause", retry_after=seconds)
            self.of(base).close(seconds, error, is_asked=True)

    def of(self, base: str) -> Host:
        """Return what is known of a host."""
        host = self._hosts.get(base)
        if host is None:
            host = Host(lambda: self.changed(), self._clock, self._sleep)
            self._hosts[base] = host
            if self.round:
                host.begin_round()
        return host

    def begin_round(self) -> None:
        """Begin a round of requests, such as a poll."""
        self.round += 1
        for host in self._hosts.values():
            host.begin_round()

    @property
    def are_well(self) -> bool:
        """Whether all that were asked have answered."""
        return not any(host.is_in_trouble for host in self._hosts.values())

    @property
    def pauses(self) -> dict[str, float]:
        """Return the seconds for which hosts still want to be left alone."""
        return {
            base: host.left
            for base, host in self._hosts.items()
            if host.is_asked and host.left
        }


def _is_of_host(error: CloudError) -> bool:
    """Return whether the next endpoint would hardly fare any better."""
    if isinstance(error, ProviderError):
        return error.status == _UNAVAILABLE
    return isinstance(error, (Unreachable, RateLimited))
