"""How long entries take to be set up."""

import asyncio
from collections.abc import Sequence
from time import perf_counter
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity import Entity

from tests.end_to_end.simulator import Simulator

from .figure import Figure
from .harness import add_entries, home_with_simulator

_PEOPLE = ("solar_home", "plain_home", "landlord")
_LIMIT = 10.0


async def measure() -> Sequence[Figure]:
    """Set up all simulated meters at once, with every entity they have, disabled ones too."""
    everything = patch.object(Entity, "entity_registry_enabled_default", True)
    async with home_with_simulator() as (hass, simulator):
        with everything:
            return (await _set_up(hass, simulator),)


async def _set_up(hass: HomeAssistant, simulator: Simulator) -> Figure:
    entries = [
        entry
        for person in _PEOPLE
        for entry in await add_entries(hass, simulator, person)
    ]
    before = len(hass.states.async_all())
    began = perf_counter()
    await asyncio.gather(
        *(hass.config_entries.async_setup(entry.entry_id) for entry in entries)
    )
    took = perf_counter() - began
    assert all(entry.state is ConfigEntryState.LOADED for entry in entries)
    entities = len(hass.states.async_all()) - before
    for entry in entries:
        await entry.runtime_data.feed.async_settled()
    return Figure(
        f"Set-up of {len(entries)} meters, {entities} entities",
        f"{took:.2f} s, the cloud's answers included",
        f"< {_LIMIT:.0f} s",
        took < _LIMIT,
    )
