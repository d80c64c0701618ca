"""What users have stays."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from syrupy.assertion import SnapshotAssertion

from tests.clouds.flowerhub import FlowerhubCloud
from tests.entries import set_up
from tests.registries import promised

from .helpers import make_older_entry


@pytest.mark.parametrize("name", ["solar_home", "plain_home"])
async def test_ids_stay(
    hass: HomeAssistant,
    at_noon: FrozenDateTimeFactory,
    cloud: FlowerhubCloud,
    name: str,
    snapshot: SnapshotAssertion,
) -> None:
    """Of entities, devices, statistics and actions, in every release."""
    entry = await set_up(hass, make_older_entry(hass, cloud, name))
    assert await promised(hass, entry) == snapshot
