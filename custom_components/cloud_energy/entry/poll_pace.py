"""How long a coordinator waits for its next poll."""

from datetime import timedelta
from typing import Final

from homeassistant.helpers.update_coordinator import UpdateFailed

from custom_components.cloud_energy.helpers.spread import SPREAD, own_delay, own_share

_FIRST_RETRY: Final = timedelta(minutes=2)
_RAREST_RETRY: Final = timedelta(minutes=5)
_JITTER: Final = 0.1


class PollPace:
    """An interval that each entry stretches by its own share, and retries that slow down."""

    def __init__(self, entry_id: str, interval: timedelta) -> None:
        """Begin with an interval."""
        self._entry_id = entry_id
        self._stretch = 1 + _JITTER * own_share(entry_id)
        self.interval = interval * self._stretch
        self.failures = 0
        """Failed polls in a row."""

    def change(self, interval: timedelta) -> None:
        """Poll at another interval, with the entry's stretch added to it."""
        self.interval = interval * self._stretch

    def succeeded(self, *, is_incomplete: bool) -> timedelta:
        """Return how long to wait after a poll.

        `is_incomplete`: something was left out while a host was in trouble.
        """
        self.failures = 0
        return self._first_retry if is_incomplete else self.interval

    def failed(self, error: UpdateFailed) -> timedelta:
        """Return how long to wait after a failure, and note it in the error.

        Many entries may have been told to come back at the same time, so each adds a
        delay of its own to what the provider asks for.
        """
        rarest = max(self.interval, _RAREST_RETRY)
        pause: timedelta = min(rarest, self._first_retry * 2 ** min(self.failures, 10))
        self.failures += 1
        if error.retry_after is None:
            return pause
        wait = timedelta(seconds=error.retry_after)
        wait += own_delay(self._entry_id, min(wait, SPREAD))
        error.retry_after = wait.total_seconds()
        return max(pause, wait)

    @property
    def _first_retry(self) -> timedelta:
        return min(self.interval, _FIRST_RETRY)
