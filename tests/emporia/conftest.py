"""A simulated Emporia, and entries that are signed in there."""

from collections.abc import AsyncIterator

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.emporia.api import srp
from custom_components.emporia.statistics import hour_reader
from tests.clouds.emporia import EmporiaCloud
from tests.entries import used

from .helpers import NOW, add_entry


@pytest.fixture(autouse=True)
def short_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Log in with a short secret number, which proves the password just as well.

    The arithmetic of a long one takes longer than the rest of most tests that log in.
    `test_srp.py` has the long one.
    """
    monkeypatch.setattr(srp, "SECRET_BITS", 64)


@pytest.fixture
def at_noon(
    freezer: FrozenDateTimeFactory, monkeypatch: pytest.MonkeyPatch
) -> FrozenDateTimeFactory:
    """Stop the time: then no pause between requests would ever end."""
    monkeypatch.setattr(hour_reader, "PACE", 0)
    freezer.move_to(NOW)
    return freezer


@pytest.fixture
async def cloud(home: HomeAssistant) -> AsyncIterator[EmporiaCloud]:
    """Serve the cloud, and have this Home Assistant use it."""
    async with used(home, EmporiaCloud(seed=1)) as served:
        yield served


@pytest.fixture
async def entry(hass: HomeAssistant, cloud: EmporiaCloud) -> MockConfigEntry:
    """Set up the home with sun, charger, plug and battery."""
    return await add_entry(hass, cloud, "solar_home")
