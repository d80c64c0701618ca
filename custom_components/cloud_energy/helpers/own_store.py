"""Files of ours, which come back from damaged disks, other versions and by hand.

What can't be read costs only itself: an entry of a file, or a file. Nothing of it keeps
an entry from being set up. What can't be written, to a disk that is full for a while, is
tried again until it is.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
import logging
from pathlib import Path
from typing import Any, Final, override

from homeassistant.core import CoreState, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.json import prepare_save_json
from homeassistant.helpers.storage import Store, UnsupportedStorageVersionError
from homeassistant.util.file import WriteError
from homeassistant.util.hass_dict import HassKey
from homeassistant.util.json import SerializationError, json_loads_object

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

_FIRST_PAUSE: Final = 30
_LONGEST_PAUSE: Final = 300
"""Seconds after which a write that has failed is tried again."""

_STORES: HassKey[dict[str, OwnStore]] = HassKey("cloud_energy_own_stores")
"""By key: an entry that is set up anew continues with what could not be written yet."""


class OwnStore(Store[dict[str, Any]]):
    """A store that holds an object, or nothing; of each there is one (`own_store`).

    A file that holds anything else, or is of another version, is set aside beside its
    place, and the run begins with nothing.
    """

    _due: float | None = None
    """When it is to be written at the latest; None if all of it is, or is about to be."""
    _writer: Callable[[], dict[str, Any]] = dict
    """What is to be written then."""
    _failures = 0
    """How many writes in a row have failed."""
    _is_removed = False
    """Whether its entry is removed: who is late must not bring the file back."""

    @callback
    def async_save_within(
        self, stored: Callable[[], dict[str, Any]], seconds: float
    ) -> None:
        """Write before long what `stored` returns then, however often this is called.

        `async_delay_save` would wait until nothing has changed for that long.
        """
        if self._is_removed:
            return
        self._writer = stored
        due = self.hass.loop.time() + seconds
        if self._due is None or due < self._due:
            self._due = due
            self.async_delay_save(self._current, seconds)

    async def async_write(self, data: dict[str, Any]) -> bool:
        """Write at once; False if that has failed: it is tried again until it is done."""
        await self.async_save(data)
        return self.is_kept

    @property
    def is_kept(self) -> bool:
        """Whether all that was to be written is on disk."""
        return self._data is None and not self._failures

    def _current(self) -> dict[str, Any]:
        return self._writer()

    @override
    async def _async_write_data(self, data: dict[str, Any]) -> None:
        if self._is_removed:
            return
        again = dict(data)
        # What changes from here on may not be in it.
        self._due = None
        try:
            await super()._async_write_data(data)
        except (OSError, SerializationError, WriteError) as err:
            self._failures += 1
            self._try_again(again)
            raise WriteError(err) from err
        self._failures = 0
        if self._due is None:
            self._writer = dict

    @callback
    def _try_again(self, lost: dict[str, Any]) -> None:
        """Write later what could not be written now, or what has come meanwhile."""
        if self.hass.state in (CoreState.final_write, CoreState.stopped):
            return
        data = self._data or lost
        if "data" in data:
            self._writer = partial(dict, data["data"])
        pause = min(_FIRST_PAUSE * 2 ** min(self._failures - 1, 10), _LONGEST_PAUSE)
        self.async_save_within(self._writer, pause)

    @override
    async def async_load(self) -> dict[str, Any] | None:
        try:
            if self._failures and self._data is not None:
                return self._as_read(self._data)
            stored: object = await super().async_load()
        except (*UNREADABLE, HomeAssistantError):
            stored = False
        if stored is None or isinstance(stored, dict):
            return stored
        await self._async_set_aside()
        return None

    def _as_read(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return what could not be written yet as it will be read from the file.

        :raises SerializationError, ValueError: it is nothing that can be written.
        """
        stored = data["data"] if "data" in data else self._current()
        _, text = prepare_save_json(stored)
        return json_loads_object(text)

    @override
    async def async_remove(self) -> None:
        """Remove the file for good."""
        async with self._write_lock:
            # What is being written just now would bring the file back
            self._is_removed = True
            self._data, self._due, self._failures = None, None, 0
            self._writer = dict
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


@callback
def own_store(
    hass: HomeAssistant,
    version: int,
    key: str,
    *,
    serialize_in_event_loop: bool = True,
) -> OwnStore:
    """Return the store of a file."""
    stores = hass.data.setdefault(_STORES, {})
    if key not in stores:
        stores[key] = OwnStore(
            hass,
            version,
            key,
            private=True,
            serialize_in_event_loop=serialize_in_event_loop,
        )
    return stores[key]


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
