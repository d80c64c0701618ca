"""A call that is planned for later, of which there is at most one."""

from collections.abc import Callable, Coroutine
from datetime import datetime

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later, async_track_point_in_utc_time


class OneTimer:
    """Calls an action at a time; planning another time replaces the first.

    The action is a callback or a coroutine function.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        action: Callable[[datetime], Coroutine[None, None, None] | None],
    ) -> None:
        """Call on behalf of an entry: unloading it cancels what is planned."""
        self._hass = hass
        self._job = HassJob(action, cancel_on_shutdown=True)
        self._cancel: CALLBACK_TYPE | None = None
        entry.async_on_unload(self.async_cancel)

    @callback
    def async_after(self, seconds: float) -> None:
        """Call once that many seconds have passed."""
        self.async_cancel()
        self._cancel = async_call_later(self._hass, seconds, self._job)

    @callback
    def async_at(self, time: datetime) -> None:
        """Call at a time (UTC)."""
        self.async_cancel()
        self._cancel = async_track_point_in_utc_time(self._hass, self._job, time)

    @callback
    def async_cancel(self) -> None:
        """Call no more; does nothing if no call is planned."""
        if self._cancel:
            self._cancel()
            self._cancel = None
