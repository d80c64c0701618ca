"""Actions that scripts call with anything."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.flowerhub.services import ACTIONS
from tests.clouds.flowerhub import FlowerhubCloud
from tests.odd_actions import assert_refuses_clearly


async def test_each_refuses_clearly(
    at_noon: FrozenDateTimeFactory,
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
) -> None:
    """Each does what can be meant, or says what is wrong."""
    known = {"period": ["2026-10"]}
    await assert_refuses_clearly(hass, cloud, entry, ACTIONS, known)
