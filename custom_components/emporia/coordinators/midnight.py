"""Calls at the very midnight of each device, when its totals start again."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.helpers.one_timer import OneTimer
from custom_components.emporia.api.home import Device
from custom_components.emporia.calculations.periods import day_start

_AFTER_HOURS = (24, 26)
"""Hours that lie in the next day, whether a clock change makes this one long or not."""


class MidnightTimer:
    """Waits for the next midnight of any device."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        on_midnight: Callable[[datetime], None],
    ) -> None:
        """Take what is to be called; nothing is awaited before the first watch."""
        self._timer = OneTimer(hass, entry, on_midnight)
        self._next: datetime | None = None

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
        if following is not None and following != self._next:
            self._next = following
            self._timer.async_at(following)
