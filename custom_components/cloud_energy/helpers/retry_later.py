"""Tries again what has failed, with growing pauses, as long as the entry is loaded."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from .one_timer import OneTimer

_PAUSES: Final = (10.0, 60.0, 300.0, 900.0, 3600.0)
"""Seconds before the first, second, … try."""


class RetryLater:
    """Calls an action again a while after each failure."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, action: Callable[[], None]
    ) -> None:
        """Retry on behalf of an entry: unloading it ends that."""
        self._action = action
        self._timer = OneTimer(hass, entry, self._async_try)
        self.failures = 0
        """How many failures in a row there have been."""

    @callback
    def async_failed(self) -> None:
        """Plan the next try."""
        pause = _PAUSES[min(self.failures, len(_PAUSES) - 1)]
        self.failures += 1
        self._timer.async_after(pause)

    @callback
    def async_succeeded(self) -> None:
        """Begin with short pauses again."""
        self._timer.async_cancel()
        self.failures = 0

    @callback
    def _async_try(self, _: datetime) -> None:
        self._action()
