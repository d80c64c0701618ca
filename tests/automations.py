"""Automations as a household makes them: started and asked by devices of our own."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

_ASKED: Final = "automation_is_asked"
_DONE: Final = "automation_has_run"


def device_id(hass: HomeAssistant, entry: MockConfigEntry, name: str) -> str:
    """Return the id of a device by what it is known by."""
    found = dr.async_get(hass).async_get_device_by_identifier(
        (entry.domain, name), entry.entry_id
    )
    assert found, name
    return found.id


async def listen(
    hass: HomeAssistant,
    target: Mapping[str, Any],
    triggers: Sequence[str],
    condition: str | None = None,
) -> list[Event[Any]]:
    """Set up an automation for each trigger; returns what they will have run for."""
    conditions = [{"condition": condition, "target": target}] if condition else []
    return await _automate(
        hass,
        {
            trigger: {
                "triggers": [{"trigger": trigger, "target": target}],
                "conditions": conditions,
            }
            for trigger in triggers
        },
    )


async def ask_for(
    hass: HomeAssistant, target: Mapping[str, Any], conditions: Sequence[str]
) -> list[Event[Any]]:
    """Set up an automation for each condition; returns what `met` will look at."""
    return await _automate(
        hass,
        {
            condition: {
                "triggers": [{"trigger": "event", "event_type": _ASKED}],
                "conditions": [{"condition": condition, "target": target}],
            }
            for condition in conditions
        },
    )


async def met(hass: HomeAssistant, events: list[Event[Any]]) -> list[str]:
    """Return the conditions that are met now."""
    hass.bus.async_fire(_ASKED)
    await hass.async_block_till_done()
    return ran(events)


async def _automate(
    hass: HomeAssistant, parts: Mapping[str, Mapping[str, Any]]
) -> list[Event[Any]]:
    automations = [
        {"alias": name, "actions": [{"event": _DONE, "event_data": {"name": name}}]}
        | dict(part)
        for name, part in parts.items()
    ]
    events = async_capture_events(hass, _DONE)
    assert await async_setup_component(hass, "automation", {"automation": automations})
    await hass.async_block_till_done()
    found = hass.states.async_entity_ids("automation")
    assert len(found) == len(parts)
    assert all(hass.states.is_state(each, "on") for each in found)
    return events


def ran(events: list[Event[Any]]) -> list[str]:
    """Return what has started or let pass something since this was asked last."""
    found = [event.data["name"] for event in events]
    events.clear()
    return found
