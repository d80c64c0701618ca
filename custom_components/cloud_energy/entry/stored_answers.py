"""The last good answers of an account on disk, for a start while its cloud is away."""

from collections.abc import Callable
from typing import Any, Final, Self

from homeassistant.core import HomeAssistant, callback

from custom_components.cloud_energy.const import DOMAIN
from custom_components.cloud_energy.helpers.own_store import OwnStore, own_store

_STORE_VERSION: Final = 1
_SAVE_SECONDS: Final = 300
_SAVE_TIMES_SECONDS: Final = 3 * 3600
"""When they were fetched: without it they only seem older than they are."""

type Section = dict[str, Any]
"""What a coordinator stores of its answers."""


class StoredAnswers:
    """What the coordinators of one account remember, each by its name."""

    def __init__(
        self,
        hass: HomeAssistant,
        store: OwnStore,
        stored: dict[str, Section],
    ) -> None:
        """Begin with what an earlier run has stored."""
        self._hass = hass
        self._store = store
        self._sections = stored
        self._writers: dict[str, Callable[[], Section]] = {}

    @classmethod
    async def async_open(cls, hass: HomeAssistant, entry_id: str) -> Self:
        """Read what is stored for an entry."""
        store = _store(hass, entry_id)
        stored = await store.async_load() or {}
        sections = {
            name: section
            for name, section in stored.items()
            if isinstance(section, dict)
        }
        return cls(hass, store, sections)

    @callback
    def async_open_section(
        self, name: str, writer: Callable[[], Section]
    ) -> Section | None:
        """Return what is stored under a name; `writer` says what to store instead.

        It is called in another thread.
        """
        self._writers[name] = writer
        return self._sections.get(name)

    @callback
    def async_save_later(self, *, is_new: bool) -> None:
        """Write before long, or within hours if nothing `is_new` but the times."""
        seconds = _SAVE_SECONDS if is_new else _SAVE_TIMES_SECONDS
        self._store.async_save_within(self._current, seconds)

    async def async_save(self) -> bool:
        """Write the latest answers at once; False if that has failed."""
        if not self._writers:
            return True
        current = await self._hass.async_add_executor_job(self._current)
        return await self._store.async_write(current)

    def _current(self) -> dict[str, Section]:
        written = {name: write() for name, write in list(self._writers.items())}
        return {**self._sections, **written}


async def async_forget_answers(hass: HomeAssistant, entry_id: str) -> None:
    """Remove what was stored for an entry that is removed."""
    await _store(hass, entry_id).async_remove()


def _store(hass: HomeAssistant, entry_id: str) -> OwnStore:
    return own_store(
        hass,
        _STORE_VERSION,
        f"{DOMAIN}.{entry_id}.answers",
        # Years of half hours: packing them would hold the loop up.
        serialize_in_event_loop=False,
    )
