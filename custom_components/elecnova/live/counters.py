"""Counters of the cloud, which now and then fall or leap by mistake."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Self

from custom_components.cloud_energy.client.wire import number
from custom_components.cloud_energy.helpers.own_store import readable

_FALL: Final = 0.9
"""Below this share of the last value Home Assistant treats a counter as reset."""
_LEAP: Final = 10_000.0
"""KWh that no cabinet counts from one message to the next."""
_PATIENCE: Final = timedelta(minutes=1)

type PointKey = tuple[str, str]
"""The serial of an owner, and the key of a value: a role, or `point_<slug>`."""


@dataclass
class Counters:
    """Distinguishes a counter that starts again from one that is briefly wrong.

    A device that has just started may send 0, and its true total a little later: taken
    at its word, all that was ever counted would be counted again. After a number that
    is far too large the true one would look like a fall.
    """

    _last: dict[PointKey, float] = field(default_factory=dict, repr=False)
    _odd_since: dict[PointKey, datetime] = field(
        default_factory=dict, repr=False, compare=False
    )

    def steady(self, point_key: PointKey, value: float, at: datetime) -> float | None:
        """Return a counter's value; None until a fall or a leap has lasted for a minute."""
        last = self._last.get(point_key, value)
        if not _FALL * last <= value <= last + _LEAP:
            since = self._odd_since.setdefault(point_key, at)
            if at - since < _PATIENCE:
                return None
        self._odd_since.pop(point_key, None)
        self._last[point_key] = value
        return value

    def stored(self) -> list[dict[str, Any]]:
        """Return what has to survive a restart."""
        return [
            {"owner": owner, "key": key, "value": value}
            for (owner, key), value in self._last.items()
        ]

    @classmethod
    def restored(cls, stored: object) -> Self:
        """Continue where an earlier run has stopped."""

        def read(each: dict[str, Any]) -> tuple[PointKey, float]:
            return (str(each["owner"]), str(each["key"])), number(each["value"]) or 0.0

        return cls(dict(readable(stored, read)))
