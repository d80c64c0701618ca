"""What is to be added to the Energy dashboard, as the user has said in the flow.

It is carried out once the entry runs, and for a day whenever something new turns up.
What was added once is not added again: the user may have removed it since.
"""

from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from .preferences import async_update_dashboard
from .sources import EnergySource

CONF_PENDING: Final = "energy_dashboard"
_DONE: Final = "already_added"
"""Statistics and entities; diagnostics leave them out, as users name entities."""
_SINCE: Final = "since"
_WITHOUT_GRID: Final = "without_grid"

_LASTS: Final = timedelta(days=1)
_SETTLES: Final = timedelta(seconds=10)
"""Entities come several at a time."""
_STORED: Final = timedelta(minutes=2)
"""Home Assistant writes changed preferences after a minute."""


def pending_data(*, without_grid: bool) -> dict[str, Any]:
    """Return what the data of a new entry remember."""
    return {CONF_PENDING: {_WITHOUT_GRID: without_grid, _DONE: []}}


@callback
def async_add_pending(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Add what the user wants on the Energy dashboard, now and as it turns up."""
    if CONF_PENDING in entry.data:
        _PendingSources(hass, entry).async_start()


class _PendingSources:
    """Carries out what an entry's data remember."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
        self._hass = hass
        self._entry = entry
        self._timers: dict[str, CALLBACK_TYPE] = {}
        self._shown: set[str] = set()
        """What has been on the dashboard in this run."""
        self._has_ended = False

    @callback
    def async_start(self) -> None:
        """Begin with what is there."""
        if _SINCE not in self._data:
            self._remember(**{_SINCE: dt_util.utcnow().isoformat()})
        self._entry.async_on_unload(
            self._hass.bus.async_listen(
                er.EVENT_ENTITY_REGISTRY_UPDATED, self._entity_changed
            )
        )
        self._entry.async_on_unload(self._end)
        self._entry.async_create_task(self._hass, self._async_add())

    @property
    def _data(self) -> dict[str, Any]:
        data: dict[str, Any] = self._entry.data.get(CONF_PENDING, {})
        return data

    @property
    def _is_over(self) -> bool:
        since = self._data.get(_SINCE)
        return not since or dt_util.utcnow() - datetime.fromisoformat(since) > _LASTS

    @callback
    def _entity_changed(self, event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        """Look again a little later if it is an entity of this entry."""
        if event.data["action"] == "remove":
            return
        item = er.async_get(self._hass).async_get(event.data["entity_id"])
        if item and item.config_entry_id == self._entry.entry_id:
            self._later("add", _SETTLES, self._async_add)

    async def _async_add(self, _: datetime | None = None) -> None:
        if CONF_PENDING not in self._entry.data:
            return
        if self._is_over:
            self._forget()
            return
        done, sources = self._shown.union(self._data[_DONE]), self._wanted()
        await async_update_dashboard(
            self._hass,
            add=[each for each in sources if not done.issuperset(each.energy)],
            complete=[each for each in sources if not done.issuperset(each.power_ids)],
        )
        for source in sources:
            self._shown.update(source.energy, source.power_ids)
        if self._shown - done:
            # Whatever ends Home Assistant before that, it is still pending.
            self._later("note", _STORED, self._note)

    def _wanted(self) -> list[EnergySource]:
        without_grid = self._data[_WITHOUT_GRID]
        return [
            source
            for source in self._entry.runtime_data.energy_sources
            if not (without_grid and source.is_grid)
        ]

    @callback
    def _note(self, _: datetime) -> None:
        if CONF_PENDING in self._entry.data:
            self._remember(**{_DONE: sorted(self._shown.union(self._data[_DONE]))})

    @callback
    def _later(
        self,
        name: str,
        delay: timedelta,
        action: Callable[[datetime], Coroutine[Any, Any, None] | None],
    ) -> None:
        if self._has_ended:
            return
        if cancel := self._timers.pop(name, None):
            cancel()
        self._timers[name] = async_call_later(self._hass, delay, action)

    @callback
    def _end(self) -> None:
        self._has_ended = True
        for cancel in self._timers.values():
            cancel()

    @callback
    def _remember(self, **changes: Any) -> None:
        data = {**self._entry.data, CONF_PENDING: {**self._data, **changes}}
        self._hass.config_entries.async_update_entry(self._entry, data=data)

    @callback
    def _forget(self) -> None:
        data = {k: v for k, v in self._entry.data.items() if k != CONF_PENDING}
        self._hass.config_entries.async_update_entry(self._entry, data=data)
