"""A start while the cloud is away, whichever provider it is."""

from collections.abc import Awaitable, Callable
from importlib import import_module
import json
import re
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.json import ExtendedJSONEncoder
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.canaries import canaries, pattern_of
from tests.clouds import Cloud

from .entries import requests, set_up

SHORTEST: Final = 4
"""What is shorter stands anywhere by chance."""
LIVE: Final = ("power", "live", "_current")


_WITHOUT_AGE: Final = ("calendar", "event", "button", "time")
_PLANNED: Final = ("_energy_wanted", "_smart_charging", "_planned_cost")
"""What the home decides itself is as old as it is."""


def shown(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, str]:
    """Return the states of the entities that are there, besides diagnostics."""
    registry = er.async_get(hass)
    found = {}
    for each in er.async_entries_for_config_entry(registry, entry.entry_id):
        state = hass.states.get(each.entity_id)
        if state and not state.attributes.get("restored") and not each.entity_category:
            if state.state not in ("unavailable", "unknown"):
                found[each.entity_id] = state.state
    return found


async def diagnostics(hass: HomeAssistant, entry: MockConfigEntry) -> str:
    """Return the diagnostics of an entry as they are downloaded."""
    module = import_module(f"custom_components.{entry.domain}.diagnostics")
    report = await module.async_get_config_entry_diagnostics(hass, entry)
    return json.dumps(report, cls=ExtendedJSONEncoder, ensure_ascii=False)


def _hidden(entry: MockConfigEntry) -> set[str]:
    """Return what the diagnostics of a loaded entry look for."""
    module = import_module(f"custom_components.{entry.domain}.diagnostics")
    of = module.async_get_config_entry_diagnostics.__self__
    found = {str(each) for each in of.secrets(entry) if each is not None}
    return {each for each in found if len(each) >= SHORTEST}


async def assert_starts_from_what_is_known(
    hass: HomeAssistant,
    cloud: Cloud,
    entry: MockConfigEntry,
    *,
    share: float,
    poll: Callable[[], Awaitable[None]],
) -> None:
    """Restart during an outage: what was shown is shown, marked with its age.

    Diagnostics show nobody, although no answer names what is to be hidden.

    `share`: how much of it at least; what is about now is left out.
    """
    before, hidden = shown(hass, entry), _hidden(entry)
    assert before
    assert hidden
    assert await hass.config_entries.async_unload(entry.entry_id)
    cloud.faults.add(endpoint="*", kind="status", status=503)
    asked = requests(cloud)
    await set_up(hass, entry)
    assert requests(cloud) - asked <= 12
    after = shown(hass, entry)
    assert len(after) >= share * len(before)
    report = await diagnostics(hass, entry)
    for each in canaries(cloud) | hidden:
        assert not re.search(pattern_of(each), report)
    for entity_id, state in after.items():
        found = hass.states.get(entity_id)
        assert found
        assert state == before[entity_id], entity_id
        if found.domain not in _WITHOUT_AGE and not entity_id.endswith(_PLANNED):
            assert found.attributes["data_from"], entity_id
    cloud.faults.clear()
    await poll()
    assert shown(hass, entry).keys() >= before.keys()
    for entity_id in after:
        found = hass.states.get(entity_id)
        assert found
        assert "data_from" not in found.attributes, entity_id
