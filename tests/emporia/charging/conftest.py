"""A home whose charger is planned by prices of a sensor."""

from datetime import datetime
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from tests.clouds.emporia import EmporiaCloud
from tests.emporia.conftest import at_noon, cloud
from tests.emporia.helpers import add_entry

from .week import OPTIONS, Home

__all__ = ["at_noon", "cloud"]

EVENING = datetime(2026, 11, 20, 17, 30, tzinfo=ZoneInfo("America/Denver"))


@pytest.fixture
def plan() -> dict[str, object]:
    """The options of the plan."""
    return dict(OPTIONS)


@pytest.fixture
async def house(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    at_noon: FrozenDateTimeFactory,
    plan: dict[str, object],
) -> Home:
    """Set up the home on an evening, without a car."""
    await hass.config.async_set_time_zone("America/Denver")
    hass.config.currency = "USD"
    at_noon.move_to(EVENING)
    entry = await add_entry(hass, cloud, "solar_home", plan=plan)
    house = Home(hass, cloud, at_noon, entry)
    await house.plug_out()
    return house
