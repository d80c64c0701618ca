"""A simulated Dominion Energy, and entries that are logged in there."""

from collections.abc import AsyncIterator

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clouds.dominion_energy import DominionCloud
from tests.entries import used

from .helpers import NOW, add_entry


@pytest.fixture
def at_noon(freezer: FrozenDateTimeFactory) -> FrozenDateTimeFactory:
    """Stop the time at noon (UTC) of a November day: seven in the morning there."""
    freezer.move_to(NOW)
    return freezer


@pytest.fixture
async def cloud(home: HomeAssistant) -> AsyncIterator[DominionCloud]:
    """Serve the cloud, and have this Home Assistant use it."""
    async with used(home, DominionCloud(seed=1)) as served:
        # Writing hours is what takes time: two weeks of them serve most tests.
        served.apply({"window_days": 14})
        yield served


@pytest.fixture
async def entry(hass: HomeAssistant, cloud: DominionCloud) -> MockConfigEntry:
    """Set up the home with the sun on its roof."""
    return await add_entry(hass, cloud, "solar_home")
