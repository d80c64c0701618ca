"""How old the data of an entry is, and whether it still counts."""

from datetime import datetime, timedelta
import time

from homeassistant.util import dt as dt_util


class Freshness:
    """The age of the last success, by a clock that nobody sets."""

    def __init__(self, grace: timedelta) -> None:
        """Take how long data counts while the cloud is out of reach."""
        self._grace = grace
        self.last_success: datetime | None = None
        self.is_restored = False
        """Whether the last success was one of an earlier run of Home Assistant."""
        self._succeeded = 0.0

    def note_success(self) -> None:
        """Begin anew: the cloud has just brought something."""
        self.last_success, self._succeeded = dt_util.utcnow(), time.monotonic()

    def restore(self, last_success: datetime) -> None:
        """Continue with the last success of an earlier run."""
        age = (dt_util.utcnow() - last_success).total_seconds()
        self.last_success = last_success
        self._succeeded = time.monotonic() - max(0.0, age)
        self.is_restored = True

    @property
    def left(self) -> float:
        """For how many seconds data still counts; negative once it is too old."""
        return self._succeeded + self._grace.total_seconds() - time.monotonic()

    @property
    def is_over(self) -> bool:
        """Whether nothing has come yet, or what came is too old."""
        return self.last_success is None or self.left < 0
