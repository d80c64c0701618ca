"""Notifies the entities of a device, at most once a second (wire 6.5)."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

_REST: Final = 1.0

type Listener = Callable[[], None]


class Notifier:
    """The listeners of each owner."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Start without listeners."""
        self._hass = hass
        self._listeners: dict[str, list[Listener]] = {}
        self._resting: dict[str, CALLBACK_TYPE] = {}
        self._waiting: set[str] = set()

    @callback
    def async_add_listener(self, owner: str, listener: Listener) -> CALLBACK_TYPE:
        """Listen for new values of an owner; returns how to stop."""
        listeners = self._listeners.setdefault(owner, [])
        listeners.append(listener)
        return lambda: listeners.remove(listener)

    @callback
    def async_notify(self, owners: Iterable[str]) -> None:
        """Notify of new values, now or a second after the last time."""
        for owner in owners:
            if owner in self._resting:
                self._waiting.add(owner)
            else:
                self._notify(owner)

    @callback
    def async_close(self) -> None:
        """Stop notifying."""
        for cancel in self._resting.values():
            cancel()
        self._resting.clear()
        self._waiting.clear()

    @callback
    def _notify(self, owner: str) -> None:
        @callback
        def rested(_: datetime) -> None:
            del self._resting[owner]
            if owner in self._waiting:
                self._waiting.discard(owner)
                self._notify(owner)

        self._resting[owner] = async_call_later(self._hass, _REST, rested)
        for listener in list(self._listeners.get(owner, ())):
            listener()
