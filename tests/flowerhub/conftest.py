"""A simulated portal, and entries that are logged in there."""

from collections.abc import AsyncIterator

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clouds.flowerhub import FlowerhubCloud
from tests.entries import used

from .helpers import NOW, add_entry


@pytest.fixture
def at_noon(freezer: FrozenDateTimeFactory) -> FrozenDateTimeFactory:
    """Stop the time."""
    freezer.move_to(NOW)
    return freezer


@pytest.fixture
async def cloud(home: HomeAssistant) -> AsyncIterator[FlowerhubCloud]:
    """Serve the portal, and have this Home Assistant use it."""
    async with used(home, FlowerhubCloud(seed=1)) as served:
        yield served


@pytest.fixture
async def entry(hass: HomeAssistant, cloud: FlowerhubCloud) -> MockConfigEntry:
    """Set up the home with hub, battery and sun."""
    return await add_entry(hass, cloud, "solar_home")
