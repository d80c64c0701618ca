"""When and how long to wait before a request is sent again."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
import random


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """How often a repeatable call is tried, with which pauses in seconds."""

    attempts: int = 3
    first_pause: float = 1.0
    longest_pause: float = 30.0

    def pause(self, attempt: int, retry_after: float | None = None) -> float | None:
        """Return the pause after a failed attempt (1, 2, ...).

        None means that the cloud asks for a longer pause than a request can
        wait; the caller then comes back later.
        """
        if retry_after is None:
            ceiling = min(self.longest_pause, self.first_pause * 2.0 ** (attempt - 1))
            # Half fixed and half random: clients that failed together come
            # back apart.
            return random.uniform(ceiling / 2, ceiling)
        return retry_after if retry_after <= self.longest_pause else None


def parse_retry_after(value: str | None) -> float | None:
    """Read a Retry-After header: seconds or an HTTP date; None if neither."""
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
