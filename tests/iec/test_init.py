"""Set-up, entities, unloading."""

import asyncio

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clouds.iec import IecCloud

from .helpers import NOW, DAY, person_of, requests, series_of, state, stored, true_hours


async def test_set_up_and_unload(
    hass: HomeAssistant, cloud: IecCloud, entry: MockConfigEntry
) -> None:
    """An entry comes up with its entities and leaves nothing behind."""
    person = person_of(cloud, "plain_home")
    meter = f"{person['contract']}_{person['meter']}"
    assert float(state(hass, "sensor", f"{meter}_elec_latest_meter_reading")) > 0
    hours = await stored(hass, series_of(person))
    start = NOW - 4 * DAY
    truth = true_hours(cloud, "plain_home", start, NOW)
    assert hours
    assert {h: v for h, v in hours.items() if h >= start} == truth
    runtime = entry.runtime_data
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert entry.state is ConfigEntryState.NOT_LOADED
    assert runtime.account.session.closed
    names = {task.get_name() for task in asyncio.all_tasks()}
    assert not any(entry.entry_id in name for name in names)
    before = requests(cloud)
    await hass.async_block_till_done()
    assert requests(cloud) == before
    assert await hass.config_entries.async_remove(entry.entry_id)


async def test_entities(
    hass: HomeAssistant, cloud: IecCloud, entry: MockConfigEntry
) -> None:
    """Every entity has a name, a device and a value."""
    registry = er.async_get(hass)
    entries = er.async_entries_for_config_entry(registry, entry.entry_id)
    for item in entries:
        assert item.device_id
        if item.disabled_by:
            continue
        found = hass.states.get(item.entity_id)
        assert found, item.entity_id
        print(item.entity_id, found.state, dict(found.attributes).get("friendly_name"))
