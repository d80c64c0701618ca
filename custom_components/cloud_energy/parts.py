"""The answers that a snapshot is made of, each with a life of its own.

Some endpoints are asked at every poll and some twice a day; one that fails must
not take the others along, and its last good answer counts for a while.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from homeassistant.util import dt as dt_util

from .client.errors import CloudError, RateLimited
from .const import GRACE
from .policy import error_key, needs_user

_FIRST_PAUSE = timedelta(minutes=15)
_LONGEST_PAUSE = timedelta(hours=12)


@dataclass
class _Part:
    value: Any = None
    fetched_at: datetime | None = None
    next_try: datetime | None = None
    pause: timedelta = timedelta(0)
    failures: int = 0
    error: str | None = None


class Parts:
    """Remembers every part's last good answer and when to ask again."""

    def __init__(
        self, *, grace: timedelta = GRACE, longest_pause: timedelta = _LONGEST_PAUSE
    ) -> None:
        """Begin with no answers.

        `grace`: how long a last good answer counts beyond its time;
        `longest_pause`: how rarely a failing endpoint is asked at the rarest.
        """
        self._grace = grace
        self._longest_pause = longest_pause
        self._parts: dict[str, _Part] = {}
        self._round: list[CloudError | None] = []

    async def get[T](
        self,
        name: str,
        fetch: Callable[[], Awaitable[T]],
        *,
        every: timedelta | Callable[[T], timedelta] = timedelta(0),
    ) -> T | None:
        """Return an optional part: fetched if due, else or on failure the last.

        None once the last good answer is too old. An endpoint that goes on failing
        is asked less and less often. `every` may depend on the answer.

        :raises AuthFailed: the user must sign in again.
        """
        part = self._parts.setdefault(name, _Part())
        now = dt_util.utcnow()
        if part.next_try is None or now >= part.next_try:
            try:
                part.value = await fetch()
            except CloudError as err:
                if needs_user(err):
                    raise
                self._failed(part, err, now)
                self._round.append(err)
            else:
                part.fetched_at, part.failures, part.error = now, 0, None
                part.pause = every(part.value) if callable(every) else every
                part.next_try = now + part.pause
                self._round.append(None)
        return cast("T | None", self.last(name))

    def last(self, name: str) -> Any:
        """Return a part's last good answer while it counts, without asking again."""
        part = self._parts.get(name)
        if part is None or part.fetched_at is None:
            return None
        age = dt_util.utcnow() - part.fetched_at
        return None if age > part.pause + self._grace else part.value

    @contextmanager
    def round(self) -> Iterator[None]:
        """Ask for the parts of one snapshot; one that is there is enough.

        :raises CloudError: every part that was due has failed: the first one's error.
            All of them are due again at the next occasion.
        """
        self._round = []
        yield
        errors = [error for error in self._round if error]
        if errors and len(errors) == len(self._round):
            self.all_due()
            raise errors[0]

    def due(self, name: str) -> None:
        """Have a part fetched at the next occasion."""
        if part := self._parts.get(name):
            part.next_try = None

    def failed_due(self) -> None:
        """Have the parts that failed last fetched at the next occasion."""
        for part in self._parts.values():
            if part.failures:
                part.next_try = None

    def all_due(self) -> None:
        """Have every part fetched at the next occasion."""
        for part in self._parts.values():
            part.next_try = None

    @property
    def diagnostics(self) -> dict[str, dict[str, Any]]:
        """What diagnostics tell of the parts; no answers in it."""
        return {
            name: {
                "fetched_at": part.fetched_at and part.fetched_at.isoformat(),
                "failures": part.failures,
                "error": part.error,
            }
            for name, part in self._parts.items()
        }

    def _failed(self, part: _Part, error: CloudError, now: datetime) -> None:
        pause = min(_FIRST_PAUSE * 2 ** min(part.failures, 10), self._longest_pause)
        if isinstance(error, RateLimited) and error.retry_after:
            pause = max(pause, timedelta(seconds=error.retry_after))
        part.failures += 1
        part.error = f"{error_key(error)}: {error}"
        part.next_try = now + pause
