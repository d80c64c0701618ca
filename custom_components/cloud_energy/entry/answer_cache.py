"""The answers that a snapshot is made of, each with a life of its own.

Some endpoints are asked at every poll and some twice a day; one that fails must
not take the others along, and its last good answer counts for a while.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
import time
from typing import Any, cast

from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.client.errors import (
    CannotConnect,
    CloudError,
    NotPermitted,
)
from custom_components.cloud_energy.const import GRACE
from custom_components.cloud_energy.helpers.own_store import readable
from custom_components.cloud_energy.recorder.safety_net import SafetyNet

from .cached_answer import CachedAnswer
from .policy import error_key, needs_user

_is_offline: ContextVar[bool] = ContextVar("is_offline", default=False)

_FIRST_PAUSE = timedelta(minutes=15)
_LONGEST_PAUSE = timedelta(hours=12)
_PAUSE_WITHOUT = timedelta(hours=1)
"""The longest one after a start without an answer that still counts."""


class AnswerCache:
    """Remembers every endpoint's last good answer and when to ask again."""

    def __init__(
        self,
        *,
        grace: timedelta = GRACE,
        longest_pause: timedelta = _LONGEST_PAUSE,
    ) -> None:
        """Begin with no answers.

        `grace`: how long a last good answer counts beyond its time;
        `longest_pause`: how rarely a failing endpoint is asked at the rarest.
        """
        self.net = SafetyNet()
        """Catches what is no error of the cloud."""
        self._grace = grace
        self._longest_pause = longest_pause
        self._answers: dict[str, CachedAnswer] = {}
        self._round: list[tuple[CachedAnswer, CloudError | None]] = []
        self._was_in_trouble = False
        self.share = 0.0
        """The share of the entry, from 0 to 1: when its turn is among all of them."""
        self.is_incomplete = False
        """Whether something due was left out in the last round, for the next one."""
        self._has_news = False

    async def get[T](
        self,
        name: str,
        fetch: Callable[[], Awaitable[T]],
        *,
        every: timedelta | Callable[[T], timedelta] = timedelta(0),
        keep: timedelta = timedelta(0),
    ) -> T | None:
        """Return an optional answer: fetched if due, else or on failure the last.

        None once the last good answer is too old. An endpoint that continues failing is
        asked less and less often. `every` may depend on the answer; `keep`: how long the
        last good answer counts at least.

        :raises AuthFailed: the user must sign in again.
        """
        answer = self._answers.setdefault(name, CachedAnswer())
        now = time.monotonic()
        is_due = answer.next_try is None or now >= answer.next_try
        if is_due and not self.is_offline:
            asked_at = dt_util.utcnow()
            answer.asked = now
            try:
                with self.net.malformed("an answer"):
                    value = await fetch()
            except CloudError as err:
                if needs_user(err):
                    raise
                self._failed(answer, err, now)
            else:
                pause = every(value) if callable(every) else every
                answer.pause, answer.keep = pause, keep
                answer.next_try = now + pause.total_seconds()
                self._note(answer, value, asked_at, now)
                self._came_back()
        return cast("T | None", self.last(name))

    async def need[T](self, name: str, fetch: Callable[[], Awaitable[T]]) -> T:
        """Return an answer without which there is no snapshot: requested each time.

        :raises CloudError: it isn't available.
        """
        if self.is_offline:
            known: T | None = self.last(name)
            if known is None:
                raise CannotConnect(f"{name} is not known")
            return known
        answer = self._answers.setdefault(name, CachedAnswer())
        with self.net.malformed("an answer"):
            value = await fetch()
        self._note(answer, value, dt_util.utcnow(), time.monotonic())
        return value

    def _note(
        self, answer: CachedAnswer, value: object, fetched_at: datetime, fetched: float
    ) -> None:
        is_new = answer.take(value, fetched_at=fetched_at, fetched=fetched)
        self._has_news = self._has_news or is_new
        self._round.append((answer, None))

    @contextmanager
    def offline(self) -> Iterator[None]:
        """Request nothing while this lasts: what is known has to do."""
        token = _is_offline.set(True)
        try:
            yield
        finally:
            _is_offline.reset(token)

    @property
    def is_offline(self) -> bool:
        """Whether nothing is requested now, by the task that wants to know."""
        return _is_offline.get()

    def last(self, name: str) -> Any:
        """Return the last good answer of a name while it counts, without asking again."""
        answer = self._answers.get(name)
        return answer.value if answer and self._counts(answer) else None

    def _counts(self, answer: CachedAnswer) -> bool:
        """Return whether there is an answer, and it is not too old."""
        return answer.fetched_at is not None and self._left(answer) >= 0

    def _left(self, answer: CachedAnswer) -> float:
        """Return the seconds for which an answer still counts."""
        life = max(answer.pause + self._grace, answer.keep)
        return answer.fetched + life.total_seconds() - time.monotonic()

    @property
    def next_expiry(self) -> float | None:
        """The seconds until the next answer is too old; None if none will be."""
        left = [
            self._left(answer) for answer in self._answers.values() if answer.fetched_at
        ]
        return min((each for each in left if each >= 0), default=None)

    def take_news(self) -> bool:
        """Return whether more has changed since the last time than when they were fetched.

        Whoever takes them has to see to it that they are stored.
        """
        had_news, self._has_news = self._has_news, False
        return had_news

    def stored(self) -> dict[str, Any]:
        """Return what has to survive a restart; what can't be stored is left out."""
        found = {name: each.stored() for name, each in list(self._answers.items())}
        return {name: data for name, data in found.items() if data}

    def restore(self, stored: object) -> None:
        """Continue with what was stored; all but what has failed is requested again.

        What another version has stored, and can't be read, comes again.
        """

        def read(name: str, data: Mapping[str, Any]) -> tuple[str, CachedAnswer]:
            return name, CachedAnswer.restored(data)

        restored = dict(readable(stored, read))
        for answer in restored.values():
            if not self._counts(answer):
                # Set-up may be waiting for just this one.
                answer.try_within(_PAUSE_WITHOUT.total_seconds())
        self._answers |= restored

    @contextmanager
    def round(self) -> Iterator[None]:
        """Request the answers of one snapshot; one that is there is enough.

        :raises CloudError: every answer that was due has failed: the first one's error.
            They are due again at the next occasion, those first that were not asked.
        """
        self.begin_round()
        yield
        if self.is_offline:
            return
        if self.brought_nothing:
            self._was_in_trouble = True
            self._failed_again()
            raise next(error for _, error in self._round if error)

    def _came_back(self) -> None:
        """Take it that the cloud answers: everybody's does, then."""
        if self._was_in_trouble:
            self._was_in_trouble = False
            self.put_off()

    def begin_round(self) -> None:
        """Begin to note which answers the next snapshot is made of."""
        self._round = []
        self.is_incomplete = False

    def _failed_again(self) -> None:
        """Have what has failed requested again, once all of it has had its turn."""
        if any(error and not error.was_sent for _, error in self._round):
            return
        for answer, _ in self._round:
            answer.next_try = None

    @property
    def brought_nothing(self) -> bool:
        """Whether all that was requested in this round has failed."""
        return bool(self._round) and all(error for _, error in self._round)

    @property
    def patience(self) -> timedelta:
        """How long all that has failed, or will be due meanwhile, can wait.

        That is half of the time between two requests for the most frequent answer; 0 if
        something is asked for at each poll, or what has failed has no answer that counts.
        """
        if not all(self._counts(answer) for answer, error in self._round if error):
            return timedelta(0)
        pauses = [answer.pause for answer in self._answers.values()]
        return min(pauses, default=timedelta(0)) / 2

    @property
    def are_used(self) -> bool:
        """Whether anything has been requested."""
        return bool(self._answers)

    @property
    def has_answers(self) -> bool:
        """Whether any answer counts."""
        return any(self.last(name) is not None for name in self._answers)

    def due(self, name: str, delay: timedelta = timedelta(0)) -> None:
        """Have an answer fetched at the next occasion after a delay."""
        if answer := self._answers.get(name):
            at = time.monotonic() + delay.total_seconds()
            answer.next_try = at if delay else None

    def remember(self, name: str, value: object, *, keep: timedelta) -> None:
        """Take a value as the last good answer of a name; a new one is due.

        `keep`: how long it counts at least.
        """
        answer = self._answers[name] = CachedAnswer(keep=keep)
        answer.take(value, fetched_at=dt_util.utcnow(), fetched=time.monotonic())
        self._has_news = True

    def is_called_for(self, name: str) -> bool:
        """Return whether an answer is wanted now, whatever its turn."""
        answer = self._answers.get(name)
        return answer is None or answer.next_try is None

    def failed_due(self) -> None:
        """Have the answers that failed last fetched at the next occasion."""
        for answer in self._answers.values():
            if answer.failures:
                answer.next_try = None
                self.is_incomplete = True

    def put_off(self) -> None:
        """Have what has failed, or is overdue, asked for when it is this entry's turn.

        For once a cloud is back, and with it everybody: over half of the time that
        lies between two requests for an answer, so that each minute has its share. What
        is asked for at each poll, or has no answer that counts, does not wait.
        """
        now = time.monotonic()
        for answer in self._answers.values():
            is_late = answer.next_try is not None and answer.next_try <= now
            if not (answer.failures or is_late):
                continue
            if answer.pause and self._counts(answer):
                answer.next_try = now + self.share * answer.pause.total_seconds() / 2
            else:
                answer.next_try = None
                self.is_incomplete = True

    def failed_since(self, began: float) -> dict[str, str]:
        """Return the answers that have failed since a monotonic time, and why.

        What the account was never permitted is no failure.
        """
        return {
            name: answer.error.partition(": ")[2]
            for name, answer in self._answers.items()
            if answer.error and not answer.is_not_for_us and answer.asked >= began
        }

    def all_due(self) -> None:
        """Have every answer fetched at the next occasion."""
        self._was_in_trouble = False
        for answer in self._answers.values():
            answer.next_try = None

    @property
    def diagnostics(self) -> dict[str, dict[str, Any]]:
        """Diagnostics of the answers, without their values."""
        return {
            name: {
                "fetched_at": answer.fetched_at and answer.fetched_at.isoformat(),
                "failures": answer.failures,
                "error": answer.error,
            }
            for name, answer in self._answers.items()
        }

    def _failed(self, answer: CachedAnswer, error: CloudError, now: float) -> None:
        self._round.append((answer, error))
        answer.is_not_for_us = answer.fetched_at is None and isinstance(
            error, NotPermitted
        )
        answer.error = f"{error_key(error)}: {error}"
        if not error.was_sent:
            # Nobody was asked: it stays due.
            self.is_incomplete = True
            return
        pause = min(_FIRST_PAUSE * 2 ** min(answer.failures, 10), self._longest_pause)
        answer.failures += 1
        self._has_news = True
        answer.next_try = now + max(pause.total_seconds(), error.retry_after or 0.0)
