"""What is due for everybody is spread over the entries."""

from collections import Counter
from datetime import timedelta
from typing import override
from uuid import UUID

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.cloud_energy.client.errors import BudgetSpent, CloudError
from custom_components.cloud_energy.entry.connection import CloudConnection
from custom_components.cloud_energy.entry.coordinator import CloudCoordinator
from custom_components.cloud_energy.helpers.spread import SPREAD, own_delay

SEEDS = [UUID(int=number).hex for number in range(10_000)]


def test_the_minutes_of_many() -> None:
    """Every minute has about as many entries as any other."""
    minutes = Counter(own_delay(seed) // timedelta(minutes=1) for seed in SEEDS)
    assert minutes.keys() == set(range(20))
    assert max(minutes.values()) < 1.2 * len(SEEDS) / 20
    assert own_delay(SEEDS[0]) == own_delay(SEEDS[0]) < SPREAD


class Spent(CloudCoordinator[int]):
    """Asks a cloud that has told everybody to come back at the same time."""

    error: CloudError | None = None
    polls = 0

    @override
    async def _async_fetch(self) -> int:
        self.polls += 1
        if self.error:
            raise self.error
        return self.polls


@pytest.mark.parametrize("has_been_there", [True, False])
async def test_coming_back(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, has_been_there: bool
) -> None:
    """Not before the time that was told, and each entry a while of its own after it."""
    entry = MockConfigEntry(domain="demo", entry_id=SEEDS[7])
    entry.add_to_hass(hass)
    connection = await CloudConnection.async_open(hass, entry, daily_requests=10)
    coordinator = Spent(
        hass,
        entry,
        connection,
        interval=timedelta(minutes=1),
    )
    coordinator.async_add_listener(lambda: None)
    if has_been_there:
        await coordinator.async_refresh()
    wait, own = timedelta(hours=3), own_delay(entry.entry_id)
    assert own > timedelta(minutes=1)
    coordinator.error = BudgetSpent("spent", retry_after=wait.total_seconds())
    await coordinator.async_refresh()
    began = coordinator.polls
    coordinator.error = None
    margin = timedelta(seconds=3)
    for step, polls in ((wait, 0), (own - margin, 0), (2 * margin, 1)):
        freezer.tick(step)
        async_fire_time_changed(hass, dt_util.utcnow())
        await hass.async_block_till_done(wait_background_tasks=True)
        assert coordinator.polls - began == polls
    await coordinator.async_shutdown()
