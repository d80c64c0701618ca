"""What entities do themselves, called with anything, whichever provider they are of."""

import asyncio
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from itertools import product
import os
from random import Random
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from .odd_actions import ODD_FIELDS, complaint

_ROUNDS: Final = int(os.environ.get("ODD_ENTITIES", "4"))
"""How often each action is called with fields; a run by hand can do it more often."""

_ACTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "button.press": (),
    "calendar.get_events": ("start_date_time", "end_date_time", "duration"),
    "number.set_value": ("value",),
    "switch.turn_off": (),
    "switch.turn_on": (),
    "time.set_value": ("time",),
}
"""The actions of entities, and their fields."""
_MEANT: Final[Mapping[str, tuple[Any, ...]]] = {
    "start_date_time": ("2026-11-20 00:00:00", "0001-01-01 00:00:00"),
    "end_date_time": ("2026-11-21 00:00:00", "9999-12-31 23:59:59"),
    "duration": ({"days": 1}, {"days": -1}, {"days": 10**9}),
    "value": (0, 10, 10.4, "1e1", 200),
    "time": ("07:00", "00:00:00", "23:59:59.999999", "24:00"),
}
"""What an automation may well put there."""
_ODD: Final = [each for each in ODD_FIELDS if each != "\ud83d"]
"""Half a character in a time ends Home Assistant, before it gets to any entity."""
_TIMES: Final = (
    "0001-01-03T00:00:00+00:00",
    "2026-11-20T00:00:00-23:59",
    "9999-12-29T23:59:59+00:00",
    "odd",
)


async def assert_entities_refuse_clearly(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, entry: MockConfigEntry
) -> None:
    """Call all that entities can do, also twice at once and while the entry ends.

    Each call is carried out, or says what is wrong.
    """
    found = [await complaint(hass, *each) for each in _calls(hass, entry, _ROUNDS)]
    found += await _ask_calendars(hass, hass_client, entry)
    at_once = list(_calls(hass, entry, 2))
    assert at_once
    found += await asyncio.gather(*(complaint(hass, *each) for each in at_once))
    found += entry.runtime_data.connection.net.caught
    unloading = hass.async_create_task(hass.config_entries.async_unload(entry.entry_id))
    found += await asyncio.gather(*(complaint(hass, *each) for each in at_once))
    assert await unloading
    assert not any(found), "\n".join(filter(None, found))


def _calls(
    hass: HomeAssistant, entry: MockConfigEntry, rounds: int
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield actions of the entities of an entry, with their data."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    for entity, action in product(entities, _ACTIONS):
        if entity.disabled_by or action.partition(".")[0] != entity.domain:
            continue
        fields = _ACTIONS[action]
        for seed in range(rounds if fields else 1):
            draw = Random(f"{entity.unique_id} {seed}")
            data = {
                name: draw.choice(draw.choice((_MEANT[name], _ODD)))
                for name in fields
                if draw.random() < 0.9
            }
            yield action, {"entity_id": entity.entity_id, **data}


async def _ask_calendars(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, entry: MockConfigEntry
) -> list[str]:
    """Ask the calendars for events as the browser does; return what went wrong."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    calendars = [each.entity_id for each in entities if each.domain == "calendar"]
    if not calendars:
        return []
    client, found = await hass_client(), []
    for calendar, start, end in product(calendars, _TIMES, _TIMES):
        span = {"start": start, "end": end}
        reply = await client.get(f"/api/calendars/{calendar}", params=span)
        if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            found.append(f"{calendar} {span}: {await reply.text()}")
    return found
