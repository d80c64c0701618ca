"""One answer of a cloud: what it says, when to ask again, and how it goes to disk."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
import time
from typing import Any, Final, Self

from homeassistant.helpers.json import json_fragment
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.client.fields import read_time
from custom_components.cloud_energy.client.retry import LONGEST_PAUSE
from custom_components.cloud_energy.helpers.frozen import NotStorable, as_json, unpacked

_LONGEST_LIFE: Final = timedelta(days=366)
"""No endpoint is asked less often."""


@dataclass
class CachedAnswer:
    """An answer and when to ask again; times are seconds of the monotonic clock."""

    value: Any = field(default=None, repr=False)
    fetched_at: datetime | None = None
    fetched: float = 0.0
    asked: float = 0.0
    next_try: float | None = None
    pause: timedelta = timedelta(0)
    keep: timedelta = timedelta(0)
    """How long it counts at least."""
    failures: int = 0
    error: str | None = None
    is_not_for_us: bool = False
    """Whether the account has never been permitted to have it."""
    version: int = 0
    """How often another value has come."""
    _packed: tuple[int, json_fragment | None] = field(default=(-1, None), repr=False)
    """A version of the value as JSON; None if JSON has no such value."""

    def take(self, value: Any, *, fetched_at: datetime, fetched: float) -> bool:
        """Take what the cloud has answered; False if it only says the same again.

        Then the value stays the same object: what was made of it still holds.
        """
        is_another = self.fetched_at is None or value != self.value
        had_failed = bool(self.failures)
        if is_another:
            self.value = value
        self.fetched_at, self.fetched = fetched_at, fetched
        self.failures, self.error = 0, None
        if is_another:
            # After the value: a thread that packs it must not take the old for the new.
            self.version += 1
        return is_another or had_failed

    def stored(self) -> dict[str, Any] | None:
        """Return it as JSON; None if its value can't be expressed in JSON.

        It is called in another thread, while another value may come.
        """
        if (value := self._as_json()) is None:
            return None
        pause = max(0.0, (self.next_try or 0.0) - time.monotonic())
        return {
            "value": value,
            "fetched_at": self.fetched_at and self.fetched_at.isoformat(),
            "pause": self.pause.total_seconds(),
            "keep": self.keep.total_seconds(),
            "failures": self.failures,
            # Not for how long: that would begin again with each restart.
            "retry_at": (dt_util.utcnow() + timedelta(seconds=pause)).isoformat(),
        }

    def _as_json(self) -> json_fragment | None:
        """Return the value as JSON, which is made once of each."""
        version = self.version
        packed_version, packed = self._packed
        if packed_version != version:
            try:
                packed = as_json(self.value)
            except NotStorable:
                packed = None
            self._packed = version, packed
        return packed

    @classmethod
    def restored(cls, data: Mapping[str, Any]) -> Self:
        """Continue with what was stored.

        :raises LookupError, TypeError, ValueError: it has another shape.
        """
        answer = cls(value=unpacked(data["value"]), failures=int(data["failures"]))
        answer.pause = min(timedelta(seconds=data["pause"]), _LONGEST_LIFE)
        answer.keep = min(timedelta(seconds=data.get("keep", 0)), _LONGEST_LIFE)
        now = time.monotonic()
        if data["fetched_at"]:
            answer.fetched_at = datetime.fromisoformat(data["fetched_at"])
            # A clock that was put back makes nothing new.
            age = (dt_util.utcnow() - answer.fetched_at).total_seconds()
            answer.fetched = now - max(0.0, age)
        retry_at = read_time(data.get("retry_at"))
        if answer.failures and retry_at:
            pause = (retry_at - dt_util.utcnow()).total_seconds()
            answer.next_try = now + min(max(0.0, pause), LONGEST_PAUSE)
        return answer

    def try_within(self, seconds: float) -> None:
        """Have it requested again in so much time at the latest."""
        if self.next_try is not None:
            self.next_try = min(self.next_try, time.monotonic() + seconds)
