"""How often a cloud is asked."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from freezegun import freeze_time
from freezegun.api import (
    FrozenDateTimeFactory,
    StepTickTimeFactory,
    TickingDateTimeFactory,
)
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.dominion_energy.api.const import REQUESTS_PER_DAY
from custom_components.dominion_energy.const import DOMAIN
from tests.clouds.cloud import running
from tests.clouds.dominion_energy import DominionCloud

from .figure import Figure
from .harness import add_entries, home_assistant

_NOON = datetime(2026, 11, 18, 17, tzinfo=UTC)
_STEP = timedelta(minutes=30)
_DAY = timedelta(days=1)

type _Clock = FrozenDateTimeFactory | StepTickTimeFactory | TickingDateTimeFactory


async def measure() -> Sequence[Figure]:
    """Let a day pass in the home of one meter, and count what its cloud was asked.

    It is the second day: the first one also has the login and the first import.
    """
    with freeze_time(_NOON) as clock:
        async with running(DominionCloud(seed=1)) as cloud:
            await _pass_two_days(cloud, clock)
            asked = cloud.requests.by_path()
    count = asked.total()
    busiest = ", ".join(
        f"{n} {path.rpartition('/')[2]}" for path, n in asked.most_common(3)
    )
    return (
        Figure(
            "Requests per meter and day",
            f"{count} (most: {busiest})",
            f"< {REQUESTS_PER_DAY // 4}",
            count < REQUESTS_PER_DAY / 4,
        ),
    )


async def _pass_two_days(cloud: DominionCloud, clock: _Clock) -> None:
    async with home_assistant({DOMAIN: cloud.hosts}) as hass:
        (entry,) = await add_entries(hass, cloud, "plain_home")
        await hass.config_entries.async_setup(entry.entry_id)
        await _pass_a_day(hass, entry, clock)
        cloud.requests.clear()
        await _pass_a_day(hass, entry, clock)


async def _pass_a_day(
    hass: HomeAssistant, entry: MockConfigEntry, clock: _Clock
) -> None:
    for _ in range(_DAY // _STEP):
        clock.tick(_STEP)
        async_fire_time_changed(hass, dt_util.utcnow())
        await hass.async_block_till_done(wait_background_tasks=True)
        await entry.runtime_data.feed.async_settled()
