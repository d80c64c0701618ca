"""Endpoints that never answer. Here the loop's timers run: else no time-out ends."""

from collections.abc import Callable

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from tests.clouds.elecnova import ElecnovaCloud
from tests.entries import reauths, settle

from .helpers import POLL, add_entry
from .matrix import POINTS, POWER, SHOWN_BY, TOPICS, availability


@pytest.mark.parametrize("endpoint", [each for each in SHOWN_BY if each != TOPICS])
async def test_one_endpoint_hangs(
    hass: HomeAssistant,
    cloud: ElecnovaCloud,
    at_noon: FrozenDateTimeFactory,
    running_timers: None,
    give_up: Callable[[str], None],
    endpoint: str,
) -> None:
    """It costs its own entities only, and nobody has to log in."""
    entry = await add_entry(hass, cloud, statistics=False)
    coordinator = entry.runtime_data.coordinator
    give_up(endpoint)
    cloud.faults.add(endpoint=endpoint, kind="timeout", times=100_000)
    cloud.apply({"revoke_tokens": "solar_site"})
    for _ in range(3):
        at_noon.tick(POLL)
        coordinator.answers.all_due()
        await coordinator.async_refresh()
        await settle(hass, entry)
    assert reauths(hass, entry) == 0
    missing = {key for key, there in availability(hass, cloud).items() if not there}
    assert missing == ({POWER} if endpoint == POINTS else set())
    cloud.faults.clear()
    coordinator.answers.all_due()
    await coordinator.async_refresh()
    await settle(hass, entry)
    assert all(availability(hass, cloud).values())
