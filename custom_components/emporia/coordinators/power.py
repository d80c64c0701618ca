"""The power of all channels, minute by minute; a short trouble is bridged."""

from collections.abc import Mapping
from datetime import datetime
import time

from custom_components.emporia.api.home import Home
from custom_components.emporia.api.models.channels import (
    GRID_EXPORT,
    GRID_IMPORT,
    MAINS,
)
from custom_components.emporia.api.models.usage import ChannelKey

_KEPT_POLLS = 3
_LIFE = 10 * 60.0
"""Seconds after which a power is too old, however few polls were missed."""
_WATTS_PER_KWH_A_MINUTE = 60_000


class Power:
    """Remembers each channel's last power for as long as it counts."""

    def __init__(self) -> None:
        """Begin with nothing known."""
        self.latest: datetime | None = None
        """The end of the latest minute with data."""
        self._watts: dict[ChannelKey, float] = {}
        self._misses: dict[ChannelKey, int] = {}
        self._lost_polls = 0
        self._taken_at: float | None = None

    @property
    def is_lost(self) -> bool:
        """Whether the cloud has not answered for so long that nothing is known."""
        return self._lost_polls >= _KEPT_POLLS or self.left == 0

    @property
    def left(self) -> float | None:
        """The seconds for which the power still counts; None if nothing was reported.

        Without a poll nothing is missed, and yet it grows old.
        """
        if self._taken_at is None:
            return None
        return max(0.0, self._taken_at + _LIFE - time.monotonic())

    def take(self, values: Mapping[ChannelKey, float | None], end: datetime) -> None:
        """Take the kWh of the minute that ended then; None is not known yet."""
        self._lost_polls = 0
        self._taken_at = time.monotonic()
        for key in self._watts.keys() | values.keys():
            kwh = values.get(key)
            if kwh is None:
                self._miss(key)
                continue
            self.latest = end
            self._watts[key] = round(kwh * _WATTS_PER_KWH_A_MINUTE, 1) + 0.0
            self._misses.pop(key, None)

    def lose_poll(self) -> None:
        """Take note of a poll without an answer."""
        self._lost_polls += 1
        if self.is_lost:
            self._watts.clear()

    def watts(self, home: Home, key: ChannelKey) -> float | None:
        """Return a channel's power; the grid's follows from the mains if need be."""
        gid, slug = key
        if self.left == 0:
            return None
        if key in self._watts or slug not in (GRID_IMPORT, GRID_EXPORT):
            return self._watts.get(key)
        mains = self._watts.get((gid, MAINS))
        if mains is None or not home[gid].solar:
            return None
        return max(0.0, mains if slug == GRID_IMPORT else -mains)

    def _miss(self, key: ChannelKey) -> None:
        self._misses[key] = self._misses.get(key, 0) + 1
        if self._misses[key] >= _KEPT_POLLS:
            self._watts.pop(key, None)
