"""Home Assistant starts while the cloud is away."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clouds.emporia import EmporiaCloud
from tests.entries import MINUTE, pass_time
from tests.stored_start import assert_starts_from_what_is_known


async def test_what_was_known_is_shown(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """With its age, until the cloud is back."""
    at_noon.tick(5 * MINUTE)

    async def poll() -> None:
        await pass_time(hass, at_noon, entry, *[MINUTE] * 9)

    await assert_starts_from_what_is_known(hass, cloud, entry, share=0.3, poll=poll)
