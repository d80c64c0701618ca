"""Tries again what has failed, with growing pauses, as long as the entry is loaded."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

_PAUSES: Final = (10.0, 60.0, 300.0, 900.0, 3600.0)
"""Seconds before the first, second, … try."""


class RetryLater:
    """Calls an action again a while after each failure."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, action: Callable[[], None]
    ) -> None:
        """Retry on behalf of an entry: unloading it ends that."""
        self._hass = hass
        self._action = action
        self._cancel: CALLBACK_TYPE | None = None
        self.failures = 0
        """How many failures in a row there have been."""
        entry.async_on_unload(self._async_cancel)

    @callback
    def async_failed(self) -> None:
        """Plan the next try."""
        self._async_cancel()
        pause = _PAUSES[min(self.failures, len(_PAUSES) - 1)]
        self.failures += 1
        self._cancel = async_call_later(self._hass, pause, self._async_try)

    @callback
    def async_succeeded(self) -> None:
        """Begin with short pauses again."""
        self._async_cancel()
        self.failures = 0

    @callback
    def _async_try(self, _: datetime) -> None:
        self._cancel = None
        self._action()

    @callback
    def _async_cancel(self) -> None:
        if self._cancel:
            self._cancel()
            self._cancel = None
