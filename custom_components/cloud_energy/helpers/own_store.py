"""Files of ours, which come back from damaged disks, other versions and by hand.

What can't be read costs only itself: an entry of a file, or a file. Nothing of it keeps
an entry from being set up.
"""

from collections.abc import Callable
from contextlib import suppress
import logging
from pathlib import Path
from typing import Any, Final, override

from homeassistant.helpers.storage import Store, UnsupportedStorageVersionError

_LOGGER = logging.getLogger(__name__)

UNREADABLE: Final = (
    ArithmeticError,
    AttributeError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    UnsupportedStorageVersionError,
    ValueError,
)
"""What comes of reading data that has another shape."""


class OwnStore(Store[dict[str, Any]]):
    """A store that holds an object, or nothing.

    A file that holds anything else, or is of another version, is set aside beside its
    place, and the run begins with nothing.
    """

    @override
    async def async_load(self) -> dict[str, Any] | None:
        try:
            stored: object = await super().async_load()
        except UNREADABLE:
            stored = False
        if stored is None or isinstance(stored, dict):
            return stored
        await self._async_set_aside()
        return None

    @override
    async def async_remove(self) -> None:
        await super().async_remove()
        await self.hass.async_add_executor_job(_remove, self._aside)

    @property
    def _aside(self) -> str:
        return f"{self.path}.unreadable"

    async def _async_set_aside(self) -> None:
        is_kept = await self.hass.async_add_executor_job(
            _is_moved, self.path, self._aside
        )
        _LOGGER.error(
            "The file %s can't be read; what it held starts anew, and it is %s",
            self.path,
            f"kept as {self._aside}" if is_kept else "going to be replaced",
        )


def readable[T](stored: object, read: Callable[..., T]) -> list[T]:
    """Read the entries of a list, or of an object as name and value.

    One that can't be read costs only itself; anything else has no entries.
    """
    entries: list[tuple[Any, ...]] = []
    if isinstance(stored, dict):
        entries = list(stored.items())
    elif isinstance(stored, list):
        entries = [(each,) for each in stored]
    found: list[T] = []
    for entry in entries:
        with suppress(*UNREADABLE):
            found.append(read(*entry))
    return found


def _is_moved(path: str, target: str) -> bool:
    """Move a file; False if that can't be done."""
    try:
        Path(path).replace(target)
    except OSError:
        return False
    return True


def _remove(path: str) -> None:
    Path(path).unlink(missing_ok=True)
