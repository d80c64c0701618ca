"""Entities whose actions are called with anything."""

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from tests.odd_entities import assert_entities_refuse_clearly


async def test_each_refuses_clearly(
    all_enabled: None,
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_client: ClientSessionGenerator,
) -> None:
    """Each does what can be meant, or says what is wrong."""
    await assert_entities_refuse_clearly(hass, hass_client, entry)
