"""Actions that scripts call with anything."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.emporia.services import ACTIONS
from tests.clouds.emporia import EmporiaCloud
from tests.odd_actions import assert_refuses_clearly


async def test_each_refuses_clearly(
    at_noon: FrozenDateTimeFactory,
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    entry: MockConfigEntry,
) -> None:
    """Each does what can be meant, or says what is wrong."""
    known: dict[str, list[Any]] = {"current": [16], "channel": ["mains"], "on": [True]}
    await assert_refuses_clearly(hass, cloud, entry, ACTIONS, known)
