"""The answers that a snapshot is made of, each with a life of its own.

Some endpoints are asked at every poll and some twice a day; one that fails must
not take the others along, and its last good answer counts for a while.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
import time
from typing import Any, cast

from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.client.errors import (
    CannotConnect,
    CloudError,
    NotPermitted,
)
from custom_components.cloud_energy.client.retry import LONGEST_PAUSE
from custom_components.cloud_energy.const import GRACE
from custom_components.cloud_energy.helpers.frozen import NotStorable, packed, unpacked
from custom_components.cloud_energy.recorder.safety_net import SafetyNet

from .policy import error_key, needs_user

_is_offline: ContextVar[bool] = ContextVar("is_offline", default=False)

_FIRST_PAUSE = timedelta(minutes=15)
_LONGEST_PAUSE = timedelta(hours=12)


@dataclass
class _Part:
    """An answer and when to ask again; times are seconds of the monotonic clock."""

    value: Any = field(default=None, repr=False)
    fetched_at: datetime | None = None
    fetched: float = 0.0
    asked: float = 0.0
    next_try: float | None = None
    pause: timedelta = timedelta(0)
    failures: int = 0
    error: str | None = None
    is_not_for_us: bool = False
    """Whether the account has never been permitted to have it."""


class Parts:
    """Remembers every part's last good answer and when to ask again."""

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
        self._parts: dict[str, _Part] = {}
        self._round: list[tuple[_Part, CloudError | None]] = []
        self._was_in_trouble = False
        self.share = 0.0
        """The share of the entry, from 0 to 1: when its turn is among all of them."""
        self.is_incomplete = False
        """Whether something due was left out in the last round, for the next one."""

    async def get[T](
        self,
        name: str,
        fetch: Callable[[], Awaitable[T]],
        *,
        every: timedelta | Callable[[T], timedelta] = timedelta(0),
    ) -> T | None:
        """Return an optional part: fetched if due, else or on failure the last.

        None once the last good answer is too old. An endpoint that continues failing is
        asked less and less often. `every` may depend on the answer.

        :raises AuthFailed: the user must sign in again.
        """
        part = self._parts.setdefault(name, _Part())
        now = time.monotonic()
        is_due = part.next_try is None or now >= part.next_try
        if is_due and not self.is_offline:
            asked_at = dt_util.utcnow()
            part.asked = now
            try:
                with self.net.malformed("a part"):
                    value = await fetch()
            except CloudError as err:
                if needs_user(err):
                    raise
                self._failed(part, err, now)
            else:
                pause = every(value) if callable(every) else every
                part.value, part.pause = value, pause
                part.fetched_at, part.fetched = asked_at, now
                part.failures, part.error = 0, None
                part.next_try = now + pause.total_seconds()
                self._round.append((part, None))
                self._came_back()
        return cast("T | None", self.last(name))

    async def need[T](self, name: str, fetch: Callable[[], Awaitable[T]]) -> T:
        """Return a part without which there is no snapshot: requested each time.

        :raises CloudError: it isn't available.
        """
        if self.is_offline:
            known: T | None = self.last(name)
            if known is None:
                raise CannotConnect(f"{name} is not known")
            return known
        with self.net.malformed("a part"):
            value = await fetch()
        part = self._parts.setdefault(name, _Part())
        part.value = value
        part.fetched_at, part.fetched = dt_util.utcnow(), time.monotonic()
        self._round.append((part, None))
        return value

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
        """Return a part's last good answer while it counts, without asking again."""
        part = self._parts.get(name)
        return part.value if part and self._counts(part) else None

    def _counts(self, part: _Part) -> bool:
        """Return whether there is an answer, and it is not too old."""
        return part.fetched_at is not None and self._left(part) >= 0

    def _left(self, part: _Part) -> float:
        """Return the seconds for which a part's answer still counts."""
        life = (part.pause + self._grace).total_seconds()
        return part.fetched + life - time.monotonic()

    @property
    def next_expiry(self) -> float | None:
        """The seconds until the next answer is too old; None if none will be."""
        left = [self._left(part) for part in self._parts.values() if part.fetched_at]
        return min((each for each in left if each >= 0), default=None)

    def stored(self) -> dict[str, Any]:
        """Return what has to survive a restart; what can't be stored is left out."""
        found = {name: _stored(part) for name, part in list(self._parts.items())}
        return {name: data for name, data in found.items() if data}

    def restore(self, stored: Mapping[str, Any]) -> None:
        """Continue with what was stored; all but what has failed is requested again."""
        for name, data in stored.items():
            try:
                self._parts[name] = _restored(data)
            except NotStorable, KeyError, TypeError, ValueError:
                # Another version has stored it: it comes again.
                continue

    @contextmanager
    def round(self) -> Iterator[None]:
        """Request the parts of one snapshot; one that is there is enough.

        :raises CloudError: every part that was due has failed: the first one's error.
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
        """Begin a snapshot."""
        self._round = []
        self.is_incomplete = False

    def _failed_again(self) -> None:
        """Have what has failed requested again, once all of it has had its turn."""
        if any(error and not error.was_sent for _, error in self._round):
            return
        for part, _ in self._round:
            part.next_try = None

    @property
    def brought_nothing(self) -> bool:
        """Whether all that was requested in this round has failed."""
        return bool(self._round) and all(error for _, error in self._round)

    @property
    def are_used(self) -> bool:
        """Whether anything has been requested as a part."""
        return bool(self._parts)

    @property
    def has_answers(self) -> bool:
        """Whether any part has an answer that counts."""
        return any(self.last(name) is not None for name in self._parts)

    def due(self, name: str, delay: timedelta = timedelta(0)) -> None:
        """Have a part fetched at the next occasion after a delay."""
        if part := self._parts.get(name):
            at = time.monotonic() + delay.total_seconds()
            part.next_try = at if delay else None

    def is_called_for(self, name: str) -> bool:
        """Return whether a part is wanted now, whatever its turn."""
        part = self._parts.get(name)
        return part is None or part.next_try is None

    def failed_due(self) -> None:
        """Have the parts that failed last fetched at the next occasion."""
        for part in self._parts.values():
            if part.failures:
                part.next_try = None
                self.is_incomplete = True

    def put_off(self) -> None:
        """Have what has failed, or is overdue, asked for when it is this entry's turn.

        For once a cloud is back, and with it everybody: over half of the time that
        lies between two requests for a part, so that each minute has its share. What
        is asked for at each poll, or has no answer that counts, does not wait.
        """
        now = time.monotonic()
        for part in self._parts.values():
            is_late = part.next_try is not None and part.next_try <= now
            if not (part.failures or is_late):
                continue
            if part.pause and self._counts(part):
                part.next_try = now + self.share * part.pause.total_seconds() / 2
            else:
                part.next_try = None
                self.is_incomplete = True

    def failed_since(self, began: float) -> dict[str, str]:
        """Return the parts that have failed since a monotonic time, and why.

        What the account was never permitted is no failure.
        """
        return {
            name: part.error.partition(": ")[2]
            for name, part in self._parts.items()
            if part.error and not part.is_not_for_us and part.asked >= began
        }

    def all_due(self) -> None:
        """Have every part fetched at the next occasion."""
        self._was_in_trouble = False
        for part in self._parts.values():
            part.next_try = None

    @property
    def diagnostics(self) -> dict[str, dict[str, Any]]:
        """Diagnostics of the parts, without their answers."""
        return {
            name: {
                "fetched_at": part.fetched_at and part.fetched_at.isoformat(),
                "failures": part.failures,
                "error": part.error,
            }
            for name, part in self._parts.items()
        }

    def _failed(self, part: _Part, error: CloudError, now: float) -> None:
        self._round.append((part, error))
        part.is_not_for_us = part.fetched_at is None and isinstance(error, NotPermitted)
        part.error = f"{error_key(error)}: {error}"
        if not error.was_sent:
            # Nobody was asked: it stays due.
            self.is_incomplete = True
            return
        pause = min(_FIRST_PAUSE * 2 ** min(part.failures, 10), self._longest_pause)
        part.failures += 1
        part.next_try = now + max(pause.total_seconds(), error.retry_after or 0.0)


def _stored(part: _Part) -> dict[str, Any] | None:
    """Return a part as JSON; None if its answer can't be expressed in JSON."""
    next_try = part.next_try or 0.0
    try:
        return {
            "value": packed(part.value),
            "fetched_at": part.fetched_at and part.fetched_at.isoformat(),
            "pause": part.pause.total_seconds(),
            "failures": part.failures,
            "next_try": max(0.0, next_try - time.monotonic()),
        }
    except NotStorable:
        return None


def _restored(data: Mapping[str, Any]) -> _Part:
    part = _Part(value=unpacked(data["value"]), failures=int(data["failures"]))
    part.pause = timedelta(seconds=data["pause"])
    now = time.monotonic()
    if data["fetched_at"]:
        part.fetched_at = datetime.fromisoformat(data["fetched_at"])
        # A clock that was put back makes nothing new.
        age = (dt_util.utcnow() - part.fetched_at).total_seconds()
        part.fetched = now - max(0.0, age)
    if part.failures:
        part.next_try = now + min(float(data["next_try"]), LONGEST_PAUSE)
    return part
