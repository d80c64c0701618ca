"""The clock of a simulated cloud: real time plus an offset, or standing still."""

from datetime import UTC, datetime, timedelta
import time


class Clock:
    """Follows the process's clock, also one that a test has frozen."""

    def __init__(self, now: datetime | None = None) -> None:
        """Start at `now` (aware) or at the real time."""
        self._offset = timedelta()
        self._frozen_at: datetime | None = None
        if now is not None:
            self.set(now)

    def now(self) -> datetime:
        """The cloud's time in UTC."""
        return self._frozen_at or datetime.now(UTC) + self._offset

    def timestamp(self) -> float:
        """The cloud's time in epoch seconds."""
        # Asked for all the time, and a frozen datetime is slow
        if self._frozen_at is None:
            return time.time() + self._offset.total_seconds()
        return self._frozen_at.timestamp()

    def set(self, now: datetime, *, frozen: bool | None = None) -> None:
        """Jump to `now`; `frozen` stops (True) or starts (False) the clock there, None leaves that as it was."""
        now = now.astimezone(UTC)
        stands = self._frozen_at is not None if frozen is None else frozen
        self._frozen_at = now if stands else None
        self._offset = now - datetime.now(UTC)

    def advance(self, by: timedelta, *, frozen: bool | None = None) -> None:
        """Jump by a span, backwards too."""
        self.set(self.now() + by, frozen=frozen)
