"""Actions that scripts call with anything."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.elecnova.services import ACTIONS
from tests.clouds.elecnova import ElecnovaCloud
from tests.odd_actions import assert_refuses_clearly


async def test_each_refuses_clearly(
    at_noon: FrozenDateTimeFactory,
    hass: HomeAssistant,
    cloud: ElecnovaCloud,
    entry: MockConfigEntry,
) -> None:
    """Each does what can be meant, or says what is wrong."""
    known = {"start": ["2026-11-10", "2022-01-01"], "end": ["2026-11-18", "2026-11-20"]}
    await assert_refuses_clearly(hass, cloud, entry, ACTIONS, known)
