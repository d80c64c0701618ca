"""Spaces the requests of an account, so that no second holds too many of them."""

from collections.abc import Callable
import time


class Pace:
    """Gives each request its time, one after the other."""

    def __init__(
        self,
        per_second: float | None,
        clock: Callable[[], float] = lambda: time.monotonic(),
    ) -> None:
        """Take how many requests a second may hold; None: any number."""
        self._step = 1 / per_second if per_second else 0.0
        self._clock = clock
        self._next = 0.0

    def take(self) -> float:
        """Take the next place in the row; returns the seconds until then."""
        now = self._clock()
        at = max(now, self._next)
        self._next = at + self._step
        return at - now
