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
    automations = [
        {
            "alias": trigger,
            "triggers": [{"trigger": trigger, "target": target}],
            "conditions": conditions,
            "actions": [{"event": _DONE, "event_data": {"trigger": trigger}}],
        }
        for trigger in triggers
    ]
    events = async_capture_events(hass, _DONE)
    assert await async_setup_component(hass, "automation", {"automation": automations})
    await hass.async_block_till_done()
    assert len(hass.states.async_entity_ids("automation")) == len(triggers)
    assert all(
        hass.states.is_state(each, "on")
        for each in hass.states.async_entity_ids("automation")
    )
    return events


def ran(events: list[Event[Any]]) -> list[str]:
    """Return the triggers that have started something since this was asked last."""
    found = [event.data["trigger"] for event in events]
    events.clear()
    return found
