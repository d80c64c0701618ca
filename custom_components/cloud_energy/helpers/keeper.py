"""Keeps on disk what changes often."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from homeassistant.core import callback
from homeassistant.helpers.storage import Store


class DelayedStore[StoredT: Mapping[str, Any] | Sequence[Any]]:
    """Writes to a store a while after something has changed, however often it does.

    The store by itself would wait until nothing has changed for that long.
    """

    def __init__(
        self, store: Store[StoredT], stored: Callable[[], StoredT], seconds: float
    ) -> None:
        """Write what `stored` returns within so many seconds."""
        self._store = store
        self._stored = stored
        self._seconds = seconds
        self._is_due = False

    @callback
    def async_save_later(self) -> None:
        """Write before long."""
        if not self._is_due:
            self._is_due = True
            self._store.async_delay_save(self._take, self._seconds)

    async def async_save(self) -> None:
        """Write what is to be stored at this moment."""
        await self._store.async_save(self._take())

    def _take(self) -> StoredT:
        self._is_due = False
        return self._stored()
