"""What users have stays."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from syrupy.assertion import SnapshotAssertion

from tests.clouds.iec import IecCloud
from tests.registries import promised

from .helpers import add_entry


@pytest.mark.parametrize("name", ["plain_home", "solar_home", "landlord"])
async def test_ids_stay(
    hass: HomeAssistant,
    at_noon: FrozenDateTimeFactory,
    cloud: IecCloud,
    name: str,
    snapshot: SnapshotAssertion,
) -> None:
    """Of entities, devices, statistics and actions, in every release."""
    entry = await add_entry(hass, cloud, name)
    assert await promised(hass, entry) == snapshot
