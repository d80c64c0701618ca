"""A simulated provider, and entries that are signed in there."""

from collections.abc import AsyncIterator
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iec import history
from tests.clouds.cloud import running
from tests.clouds.iec import IecCloud

from .helpers import NOW, add_entry


@pytest.fixture
def at_noon(
    freezer: FrozenDateTimeFactory, monkeypatch: pytest.MonkeyPatch
) -> FrozenDateTimeFactory:
    """Stop the time: then no pause between requests would ever end."""
    monkeypatch.setattr(history, "PACE", 0)
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
) -> AsyncIterator[IecCloud]:
    """Serve the cloud, and have this Home Assistant use it."""
    async with running(IecCloud(seed=1)) as served:
        endpoints: dict[str, Any] = {"iec": served.hosts}
        config = {"cloud_energy": {"endpoints": endpoints}}
        assert await async_setup_component(hass, "cloud_energy", config)
        yield served


@pytest.fixture
async def entry(hass: HomeAssistant, cloud: IecCloud) -> MockConfigEntry:
    """Set up the flat with one smart meter."""
    return await add_entry(hass, cloud)
