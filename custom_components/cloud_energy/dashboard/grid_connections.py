"""The grid connections that the Energy dashboard has."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from homeassistant.components.energy.data import async_get_manager
from homeassistant.components.recorder.statistics import get_metadata
from homeassistant.core import HomeAssistant

from custom_components.cloud_energy.recorder.jobs import (
    RecorderFailed,
    async_read_beside,
)

from .sources import DashboardSource


async def async_grids(hass: HomeAssistant) -> list[Mapping[str, Any]]:
    """Return the preferences of all grid connections."""
    manager = await async_get_manager(hass)
    sources = manager.data["energy_sources"] if manager.data else []
    return [{**each} for each in sources if each["type"] == "grid"]


async def async_other_grids(
    hass: HomeAssistant, offered: Iterable[DashboardSource]
) -> list[str]:
    """Return the names of the grid connections that show none of those offered."""
    ours = list(offered)
    return [
        await async_grid_name(hass, grid)
        for grid in await async_grids(hass)
        if not any(source.is_shown_by(grid) for source in ours)
    ]


async def async_grid_name(hass: HomeAssistant, grid: Mapping[str, Any]) -> str:
    """Return what the user knows a grid connection by."""
    if name := grid.get("name"):
        return str(name)
    statistic_id = grid.get("stat_energy_from") or grid.get("stat_energy_to")
    if not statistic_id:
        return str(grid.get("stat_rate", ""))
    if state := hass.states.get(statistic_id):
        return state.name
    try:
        read = partial(get_metadata, hass, statistic_ids={statistic_id})
        found = await async_read_beside(hass, read)
    except RecorderFailed:
        # Its id names it as well
        return str(statistic_id)
    _, metadata = found.get(statistic_id, (0, None))
    return (metadata and metadata["name"]) or str(statistic_id)
