"""A simulated cloud, and entries that are set up there."""

from collections.abc import AsyncIterator

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clouds.cloud import running
from tests.clouds.elecnova import ElecnovaCloud

from .helpers import NOW, add_entry


@pytest.fixture
def at_noon(freezer: FrozenDateTimeFactory) -> FrozenDateTimeFactory:
    """Stop the time around noon, with half a day of readings."""
    freezer.move_to(NOW)
    return freezer


@pytest.fixture
async def cloud(home: HomeAssistant) -> AsyncIterator[ElecnovaCloud]:
    """Serve the cloud."""
    async with running(ElecnovaCloud(seed=1)) as served:
        # By real time, and there is no way between these two that takes any.
        served.apply({"requests_per_second": None})
        assert await async_setup_component(home, "cloud_energy", {})
        yield served


@pytest.fixture
async def entry(hass: HomeAssistant, cloud: ElecnovaCloud) -> MockConfigEntry:
    """Set up the site with one cabinet, with sun of some days, without live values."""
    return await add_entry(hass, cloud, statistics_start="2026-11-15")
