"""Set-up, polling, downtime, unloading."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clouds.dominion_energy import DominionCloud


async def test_set_up_and_unload(
    hass: HomeAssistant, cloud: DominionCloud, entry: MockConfigEntry
) -> None:
    """An entry comes up with its entities and leaves nothing behind."""
    assert entry.state is ConfigEntryState.LOADED
    for state in hass.states.async_all():
        print(state.entity_id, state.state, state.attributes.get("unit_of_measurement"))
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert entry.state is ConfigEntryState.NOT_LOADED
