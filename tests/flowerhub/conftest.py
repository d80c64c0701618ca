"""A simulated portal, and entries that are logged in there."""

from collections.abc import AsyncIterator
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clouds.cloud import running
from tests.clouds.flowerhub import FlowerhubCloud

from .helpers import NOW, add_entry


@pytest.fixture
def at_noon(freezer: FrozenDateTimeFactory) -> FrozenDateTimeFactory:
    """Stop the time."""
    freezer.move_to(NOW)
    return freezer


@pytest.fixture
async def cloud(
    recorder_mock: Recorder,
    at_noon: FrozenDateTimeFactory,
    enable_custom_integrations: None,
    hass: HomeAssistant,
    socket_enabled: None,
    instant_retries: None,
) -> AsyncIterator[FlowerhubCloud]:
    """Serve the portal, and have this Home Assistant use it."""
    async with running(FlowerhubCloud(seed=1)) as served:
        endpoints: dict[str, Any] = {"flowerhub": served.hosts}
        config = {"cloud_energy": {"endpoints": endpoints}}
        assert await async_setup_component(hass, "cloud_energy", config)
        yield served


@pytest.fixture
async def entry(hass: HomeAssistant, cloud: FlowerhubCloud) -> MockConfigEntry:
    """Set up the home with hub, battery and sun."""
    return await add_entry(hass, cloud, "solar_home")
