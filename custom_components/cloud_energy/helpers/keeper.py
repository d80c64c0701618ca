"""Keeps on disk what changes often."""

from collections.abc import Callable
from typing import Any

from homeassistant.core import callback

from .own_store import OwnStore


class DelayedStore:
    """Writes to a store a while after something has changed."""

    def __init__(
        self, store: OwnStore, stored: Callable[[], dict[str, Any]], seconds: float
    ) -> None:
        """Write what `stored` returns within so many seconds."""
        self._store = store
        self._stored = stored
        self._seconds = seconds

    @callback
    def async_save_later(self) -> None:
        """Write before long."""
        self._store.async_save_within(self._stored, self._seconds)

    async def async_save(self) -> None:
        """Write what is to be stored at this moment."""
        await self._store.async_save(self._stored())
