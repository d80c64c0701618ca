"""Until when the hours of a statistic of ours were copied from another one.

What lies before is not the cloud's: it is no gap, has no cost, and nothing of the
cloud's is ever written there.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from custom_components.cloud_energy.client.fields import read_time
from custom_components.cloud_energy.const import DOMAIN
from custom_components.cloud_energy.helpers.own_store import OwnStore, own_store

from .jobs import RecorderFailed

_STORE_VERSION = 1


class CopiedHours:
    """The marks of all statistics."""

    def __init__(self, store: OwnStore, stored: Mapping[str, Any]) -> None:
        """Take what is stored: the statistic's id -> the first hour of ours."""
        self._store = store
        times = {name: read_time(until) for name, until in stored.items()}
        self._until = {name: until for name, until in times.items() if until}

    def until(self, statistic_id: str) -> datetime | None:
        """Return the first hour of ours; None where nothing was copied."""
        return self._until.get(statistic_id)

    async def async_note(self, statistic_id: str, until: datetime) -> None:
        """Keep the first hour of ours for good.

        :raises RecorderFailed: it can't be kept, so nothing must be copied.
        """
        if not await self._async_write({**self._until, statistic_id: until}):
            await self._async_write(self._until)
            raise RecorderFailed("the disk did not take what was to be noted first")
        self._until[statistic_id] = until

    async def async_forget(self, statistic_id: str) -> None:
        """Take back a mark: the user has deleted what was copied."""
        del self._until[statistic_id]
        await self._async_write(self._until)

    async def _async_write(self, marks: Mapping[str, datetime]) -> bool:
        return await self._store.async_write(
            {at: until.isoformat() for at, until in marks.items()}
        )


_COPIED: HassKey[CopiedHours] = HassKey("cloud_energy_copied_hours")


async def async_load_copied_hours(hass: HomeAssistant) -> None:
    """Load the marks, before anything is imported."""
    store = own_store(hass, _STORE_VERSION, f"{DOMAIN}.copied_hours")
    hass.data[_COPIED] = CopiedHours(store, await store.async_load() or {})


@callback
def copied_hours(hass: HomeAssistant) -> CopiedHours:
    """Return the marks of the hours that were copied."""
    return hass.data[_COPIED]


@callback
def copied_until(hass: HomeAssistant, statistic_id: str) -> datetime | None:
    """Return the first hour of ours; None where nothing was copied."""
    return hass.data[_COPIED].until(statistic_id) if _COPIED in hass.data else None
