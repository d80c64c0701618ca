"""Counters of the cloud, which now and then fall by mistake."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Self

from custom_components.cloud_energy.client.wire import number
from custom_components.cloud_energy.helpers.own_store import readable

_FALL: Final = 0.9
"""Below this share of the last value Home Assistant treats a counter as reset."""
_PATIENCE: Final = timedelta(minutes=1)

type PointKey = tuple[str, str]
"""The serial of an owner, and the key of a value: a role, or `point_<slug>`."""


@dataclass
class Counters:
    """Distinguishes a counter that starts again from one that is briefly wrong.

    A device that has just started may send 0, and its true total a little later: taken
    at its word, all that was ever counted would be counted again.
    """

    _last: dict[PointKey, float] = field(default_factory=dict, repr=False)
    _falling: dict[PointKey, datetime] = field(
        default_factory=dict, repr=False, compare=False
    )

    def steady(self, point_key: PointKey, value: float, at: datetime) -> float | None:
        """Return a counter's value; None until a fall has lasted for a minute."""
        if value < _FALL * self._last.get(point_key, 0.0):
            since = self._falling.setdefault(point_key, at)
            if at - since < _PATIENCE:
                return None
        self._falling.pop(point_key, None)
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
