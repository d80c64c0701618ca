"""Calls at the very midnight of each device, when its totals start again."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util

from custom_components.emporia.api.home import Device
from custom_components.emporia.calculations.periods import day_start

_AFTER_HOURS = (24, 26)
"""Hours that lie in the next day, whether a clock change makes this one long or not."""


class MidnightTimer:
    """Waits for the next midnight of any device."""

    def __init__(self, hass: HomeAssistant, on_midnight: Callable[[], None]) -> None:
        """Take what is to be called; nothing is awaited before the first `watch`."""
        self._hass = hass
        self._on_midnight = on_midnight
        self._next: datetime | None = None
        self._cancel: CALLBACK_TYPE | None = None

    @callback
    def async_watch(self, devices: Iterable[Device]) -> None:
        """Wait for the next midnight of these devices, instead of any other."""
        now = dt_util.utcnow()
        starts = [
            day_start(device, now + timedelta(hours=hours))
            for device in devices
            for hours in _AFTER_HOURS
        ]
        following = min((start for start in starts if start > now), default=None)
        if following is None or following == self._next:
            return
        self.async_stop()
        self._next = following
        self._cancel = async_track_point_in_utc_time(
            self._hass, self._async_call, following
        )

    @callback
    def async_stop(self) -> None:
        """Wait for none."""
        if self._cancel:
            self._cancel()
            self._cancel = None

    @callback
    def _async_call(self, _: datetime) -> None:
        self._cancel = None
        self._on_midnight()
