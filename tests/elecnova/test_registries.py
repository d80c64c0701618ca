"""What users have stays."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from syrupy.assertion import SnapshotAssertion

from tests.clouds.elecnova import ElecnovaCloud
from tests.registries import promised

from .helpers import add_entry


@pytest.mark.parametrize("name", ["solar_site", "aggregator"])
async def test_ids_stay(
    hass: HomeAssistant,
    at_noon: FrozenDateTimeFactory,
    cloud: ElecnovaCloud,
    name: str,
    snapshot: SnapshotAssertion,
) -> None:
    """Of entities, devices, statistics and actions, in every release."""
    entry = await add_entry(hass, cloud, name, statistics_start="2026-11-15")
    assert await promised(hass, entry) == snapshot
