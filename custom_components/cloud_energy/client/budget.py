"""The request budget: how often a cloud may be asked in a day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from .errors import BudgetSpent


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class RequestCounter:
    """What of a day's budget is used; stored so that it survives restarts."""

    day: date
    used: int


class RequestBudget:
    """Counts requests per UTC day and refuses those beyond the limit."""

    def __init__(
        self,
        limit: int,
        *,
        state: RequestCounter | None = None,
        changed: Callable[[RequestCounter], None] = lambda _: None,
        now: Callable[[], datetime] = _now,
    ) -> None:
        """Take the limit per day, the stored state and who stores the next."""
        self.limit = limit
        self._now = now
        self._state = state or RequestCounter(now().date(), 0)
        self._changed = changed

    @property
    def state(self) -> RequestCounter:
        """The used budget, as it is stored."""
        return self._state

    @property
    def used(self) -> int:
        """Requests sent since the day began (UTC)."""
        return self._state.used if self._state.day == self._now().date() else 0

    @property
    def left(self) -> int:
        """Requests that may still be sent today."""
        return max(0, self.limit - self.used)

    def spend(self, *, urgent: bool = False) -> None:
        """Count one request.

        A request that the user waits for (`urgent`: login, command) is counted
        but never refused; one that renews a login for a poll is no such request.

        :raises BudgetSpent: the day's budget is used up.
        """
        now = self._now()
        if not urgent and not self.left:
            raise BudgetSpent(
                f"The daily budget of {self.limit} requests is used up",
                retry_after=_until_next_day(now).total_seconds(),
            )
        self._state = RequestCounter(now.date(), self.used + 1)
        self._changed(self._state)


def _until_next_day(now: datetime) -> timedelta:
    return datetime.combine(now.date() + timedelta(days=1), time(), UTC) - now
