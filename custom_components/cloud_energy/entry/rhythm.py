"""When an entry polls: in ordinary times, while its cloud is in trouble, and after it."""

from datetime import timedelta
from typing import Final

from custom_components.cloud_energy.helpers.spread import SPREAD, own_delay, own_share

_FIRST_RETRY: Final = timedelta(minutes=2)
_RAREST_RETRY: Final = timedelta(minutes=5)
_JITTER: Final = 0.1
_RETRY_JITTER: Final = 0.5
"""All begin to fail at the same time: they have to come apart soon."""
_FIRST_TURN: Final = 1 / 6
"""The share of its patience that every entry waits: with none, the first would be many."""


class Rhythm:
    """The pauses between the polls of one entry."""

    def __init__(self, seed: str, interval: timedelta) -> None:
        """Poll so often; every entry, by its `seed`, adds a delay of its own to it."""
        self._seed = seed
        self.stretch = 1 + _JITTER * own_share(seed)
        """How much slower than everybody the entry is."""
        self._retry_stretch = 1 + _RETRY_JITTER * own_share(seed)
        self._turn = _FIRST_TURN + (1 - _FIRST_TURN) * own_share(seed)
        self.failures = 0
        """How many polls in a row have failed."""
        self.interval = interval * self.stretch
        """The pause in ordinary times."""

    def set_interval(self, interval: timedelta) -> None:
        """Poll so often from now on; the delay of the entry is added to it."""
        self.interval = interval * self.stretch

    def after_success(self, *, is_incomplete: bool) -> timedelta:
        """Return the next pause.

        What was left out while a host was in trouble (`is_incomplete`) does not wait
        for long.
        """
        self.failures = 0
        return min(self.interval, _FIRST_RETRY) if is_incomplete else self.interval

    def after_failure(
        self, asked: timedelta | None, patience: timedelta = timedelta(0)
    ) -> timedelta:
        """Return the next pause: ever longer ones, and none shorter than was asked for.

        `patience`: how long all that is due can wait. After the first retry the entry
        waits for its turn in that time: what everybody asks for twice a day would else
        be asked for by everybody in the minutes after an outage.
        """
        first = min(self.interval, _FIRST_RETRY) * self._retry_stretch
        rarest = max(self.interval, _RAREST_RETRY * self._retry_stretch)
        pause = min(rarest, first * 2.0 ** min(self.failures, 10))
        if self.failures:
            pause = max(pause, patience * self._turn)
        self.failures += 1
        return max(pause, asked) if asked else pause

    def asked_pause(self, seconds: float) -> timedelta:
        """Return how long to wait that is asked to wait so long.

        Many may have been told to come back at the same time.
        """
        wait = timedelta(seconds=seconds)
        return wait + own_delay(self._seed, min(wait, SPREAD))

    @property
    def own_delay(self) -> timedelta:
        """How long what is due for everybody at the same time waits in this entry."""
        return own_delay(self._seed)
