"""What users have stays."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from syrupy.assertion import SnapshotAssertion

from tests.clouds.emporia import EmporiaCloud
from tests.registries import promised

from .helpers import add_entry


@pytest.mark.parametrize("name", ["solar_home", "landlord", "combined_home"])
async def test_ids_stay(
    hass: HomeAssistant,
    at_noon: FrozenDateTimeFactory,
    cloud: EmporiaCloud,
    name: str,
    snapshot: SnapshotAssertion,
) -> None:
    """Of entities, devices, statistics and actions, in every release."""
    entry = await add_entry(hass, cloud, name)
    assert await promised(hass, entry) == snapshot
