"""The largest simulated home of each provider, in a Home Assistant of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
import time
from typing import Any, Final
from unittest.mock import PropertyMock, patch

from freezegun import freeze_time
from freezegun.api import (
    FrozenDateTimeFactory,
    StepTickTimeFactory,
    TickingDateTimeFactory,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity import Entity
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.cloud_energy.client.retry import RetryPolicy
from custom_components.dominion_energy.api import const as dominion_energy
from custom_components.elecnova.api import const as elecnova
from custom_components.emporia.api import const as emporia
from custom_components.flowerhub.api import const as flowerhub
from custom_components.iec.api import const as iec
from tests.clouds.cloud import Cloud, running
from tests.clouds.dominion_energy import DominionCloud
from tests.clouds.elecnova import ElecnovaCloud
from tests.clouds.emporia import EmporiaCloud
from tests.clouds.flowerhub import FlowerhubCloud
from tests.clouds.iec import IecCloud
from tests.dominion_energy import helpers as dominion_helpers
from tests.elecnova import helpers as elecnova_helpers
from tests.emporia import helpers as emporia_helpers
from tests.flowerhub import helpers as flowerhub_helpers
from tests.iec import helpers as iec_helpers

from .harness import home_assistant, recorded

type Clock = FrozenDateTimeFactory | StepTickTimeFactory | TickingDateTimeFactory
"""The frozen time, which the bench lets pass."""

_PACED: Final = ("emporia.statistics.hour_reader", "iec.statistics.history")
"""What waits between two requests: frozen time would not pass."""

_LATE: Final = timedelta(seconds=0.6)
"""By how much Home Assistant's timers may come late."""
_LONGEST_STEP: Final = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Provider:
    """One provider, and its largest simulated home."""

    domain: str
    now: datetime
    limit: int
    """The requests that an account may send in a day."""
    cloud: Callable[[], Cloud]
    add: Callable[[HomeAssistant, Any], Awaitable[MockConfigEntry]]
    """Makes the entry, with some days of history, without setting it up."""


async def _elecnova(hass: HomeAssistant, cloud: Any) -> MockConfigEntry:
    cloud.apply({"requests_per_second": None})
    return elecnova_helpers.make_entry(hass, cloud, statistics_start="2026-11-15")


async def _flowerhub(hass: HomeAssistant, cloud: Any) -> MockConfigEntry:
    return flowerhub_helpers.make_entry(hass, cloud)


EMPORIA: Final = Provider(
    domain="emporia",
    now=emporia_helpers.NOW,
    limit=emporia.REQUESTS_PER_DAY,
    cloud=lambda: EmporiaCloud(seed=1),
    add=lambda hass, cloud: emporia_helpers.make_entry(
        hass, cloud, "solar_home", days=2
    ),
)

IEC: Final = Provider(
    domain="iec",
    now=iec_helpers.NOW,
    limit=iec.REQUESTS_PER_DAY,
    cloud=lambda: IecCloud(seed=1),
    add=lambda hass, cloud: iec_helpers.make_entry(hass, cloud, "landlord"),
)

ELECNOVA: Final = Provider(
    domain="elecnova",
    now=elecnova_helpers.NOW,
    limit=elecnova.REQUESTS_PER_DAY,
    cloud=lambda: ElecnovaCloud(seed=1),
    add=_elecnova,
)

PROVIDERS: Final = (
    IEC,
    Provider(
        domain="dominion_energy",
        now=dominion_helpers.NOW,
        limit=dominion_energy.REQUESTS_PER_DAY,
        cloud=lambda: DominionCloud(seed=1),
        add=lambda hass, cloud: dominion_helpers.make_entry(hass, cloud, "solar_home"),
    ),
    Provider(
        domain="flowerhub",
        now=flowerhub_helpers.NOW,
        limit=flowerhub.REQUESTS_PER_DAY,
        cloud=lambda: FlowerhubCloud(seed=1),
        add=_flowerhub,
    ),
    EMPORIA,
    ELECNOVA,
)


def real_seconds() -> float:
    """Return the time that really passes: freezing leaves this clock alone."""
    return time.clock_gettime(time.CLOCK_MONOTONIC)


def cpu_seconds() -> float:
    """Return the time for which the processor has worked for all of this process."""
    return time.clock_gettime(time.CLOCK_PROCESS_CPUTIME_ID)


@dataclass(frozen=True)
class Running:
    """A home whose time is in the bench's hands."""

    hass: HomeAssistant
    entry: MockConfigEntry
    cloud: Cloud
    clock: Clock

    async def set_up(self) -> None:
        """Set the entry up; its history may still be under way."""
        assert await self.hass.config_entries.async_setup(self.entry.entry_id)

    async def settle(self) -> None:
        """Let everything come to its end."""
        await self.hass.async_block_till_done(wait_background_tasks=True)
        runtime = self.entry.runtime_data
        await (runtime.history or runtime.feed).async_settled()
        await self.hass.async_block_till_done(wait_background_tasks=True)

    async def pass_time(self, span: timedelta) -> None:
        """Let time pass, exactly as often as the cloud is polled: no poll comes late."""
        end = dt_util.utcnow() + span
        while (now := dt_util.utcnow()) < end:
            interval = self.entry.runtime_data.coordinator.update_interval + _LATE
            self.clock.tick(min(interval, _LONGEST_STEP, end - now))
            async_fire_time_changed(self.hass, dt_util.utcnow())
            await self.settle()
        await recorded(self.hass)


@asynccontextmanager
async def home_of(
    provider: Provider,
    cloud: Cloud | None = None,
    *,
    recorder: Mapping[str, Any] | None = None,
) -> AsyncIterator[Running]:
    """Run a home with every entity enabled; it is not set up yet.

    :param recorder: its options, such as what it leaves out
    """
    async with AsyncExitStack() as stack:
        clock = stack.enter_context(freeze_time(provider.now))
        stack.enter_context(unhurried())
        served = await stack.enter_async_context(running(cloud or provider.cloud()))
        is_typed = provider.domain == "elecnova"
        endpoints = {} if is_typed else {provider.domain: served.hosts}
        hass = await stack.enter_async_context(
            home_assistant(endpoints, recorder=recorder)
        )
        entry = await provider.add(hass, served)
        yield Running(hass, entry, served, clock)


@contextmanager
def unhurried() -> Iterator[None]:
    """Enable all entities, and let nobody wait for frozen time."""
    with (
        patch.object(
            Entity, "entity_registry_enabled_default", PropertyMock(return_value=True)
        ),
        patch.object(RetryPolicy, "pause", lambda *_: 0.0),
        patch(f"custom_components.{_PACED[0]}.PACE", 0),
        patch(f"custom_components.{_PACED[1]}.PACE", 0),
    ):
        yield
