"""Actions that scripts call with anything."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dominion_energy.services import ACTIONS
from tests.clouds.dominion_energy import DominionCloud
from tests.odd_actions import assert_refuses_clearly


async def test_each_refuses_clearly(
    at_noon: FrozenDateTimeFactory,
    hass: HomeAssistant,
    cloud: DominionCloud,
    entry: MockConfigEntry,
) -> None:
    """Each does what can be meant, or says what is wrong."""
    known = {"start": ["2026-11-10"], "end": ["2026-11-12"]}
    await assert_refuses_clearly(hass, cloud, entry, ACTIONS, known)
