"""How the cost of what has not changed grows with circuits, meters and years."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cloud_energy.readings import HOUR, Reading
from custom_components.cloud_energy.recorder.feed import Batch, StatisticsFeed
from custom_components.cloud_energy.recorder.series import Series
from custom_components.cloud_energy.recorder.statistics import async_import_readings
from custom_components.cloud_energy.recorder.stored import async_stored_range
from tests.clouds.cloud import Cloud
from tests.clouds.emporia import EmporiaCloud
from tests.clouds.emporia.devices import Channel
from tests.iec import helpers as iec_helpers

from .figure import Figure
from .harness import home_assistant
from .homes import EMPORIA, IEC, Provider, cpu_seconds, home_of

_CIRCUITS = (1, 16, 64)
_CONTRACTS = (["348690499"], ["347185208"], None)
"""Of a landlord: with one meter, two, and all of them."""
_YEARS = (1, 5, 10)
_YEAR = 365 * 24
_ROUNDS = 30
_SLACK = 0.002
"""Seconds that the machine itself takes more or less."""
_END = datetime(2026, 11, 1, tzinfo=UTC)
_SERIES = Series.energy("cloud_energy:growth_energy_consumption", "Growth")


async def measure() -> Sequence[Figure]:
    """Measure all three."""
    return (await _circuits(), await _meters(), *await _years())


async def _circuits() -> Figure:
    """Count the requests of the same three hours in homes of more and more circuits."""
    asked = [await _requests_of(count) for count in _CIRCUITS]
    return Figure(
        f"Requests in 3 h, {', '.join(map(str, _CIRCUITS))} circuits",
        f"{', '.join(map(str, asked))} (emporia)",
        "the same",
        max(asked) <= min(asked) + 1,
    )


async def _meters() -> Figure:
    """Count the requests of the same three hours for more and more meters."""
    asked = []
    for contracts in _CONTRACTS:
        add = partial(iec_helpers.make_entry, name="landlord", contracts=contracts)
        asked.append(await _asked_in_3_hours(replace(IEC, add=add)))
    return Figure(
        "Requests in 3 h, 1, 2, 3 meters",
        f"{', '.join(map(str, asked))} (iec)",
        "at most in proportion",
        asked[-1] <= asked[0] * len(asked),
    )


async def _requests_of(count: int) -> int:
    cloud = EmporiaCloud(seed=1)
    vue = cloud.customers.login("solar_home").devices[0]
    vue.channels = [
        *vue.channels[:1],
        *(
            Channel(
                str(n + 1), f"Circuit {n + 1}", type_gid=18, parts={"kitchen": 0.01}
            )
            for n in range(count)
        ),
    ]
    return await _asked_in_3_hours(EMPORIA, cloud)


async def _asked_in_3_hours(provider: Provider, cloud: Cloud | None = None) -> int:
    # Each entry has an interval of its own: here all have the same.
    share = patch(
        "custom_components.cloud_energy.entry.rhythm.own_share", lambda _: 0.5
    )
    async with home_of(provider, cloud) as home:
        with share:
            await home.set_up()
        await home.settle()
        await home.pass_time(timedelta(hours=1))
        home.cloud.requests.clear()
        await home.pass_time(timedelta(hours=3))
        return len(home.cloud.requests.entries)


async def _years() -> Sequence[Figure]:
    """Time what an unchanged poll does with a series of more and more years.

    The processor's time: what else the machine does must not look like growth.
    """
    news, ends = [], []
    async with home_assistant() as hass:
        for first, last in zip((0, *_YEARS), _YEARS, strict=False):
            await _store(hass, first, last)
            news.append(await _time_news(hass))
            ends.append(await _time_ends(hass))
    return tuple(
        Figure(
            f"{what}, {', '.join(map(str, _YEARS))} years",
            ", ".join(f"{seconds * 1000:.1f} ms" for seconds in times),
            "<= 1.2 x from 1 to 10",
            times[-1] <= 1.2 * times[0] + _SLACK,
        )
        for what, times in (
            ("Import of the same two days", news),
            ("First and last stored hour", ends),
        )
    )


def _hour(at: int) -> Reading:
    start = _END - (at + 1) * HOUR
    return Reading(start, start + HOUR, 0.5 + at % 24 / 16)


async def _store(hass: HomeAssistant, first: int, last: int) -> None:
    feed = StatisticsFeed(hass, MockConfigEntry(domain="bench"))
    readings = tuple(_hour(at) for at in range(first * _YEAR, last * _YEAR))
    await feed.async_store([Batch(_SERIES, readings)])


async def _time_news(hass: HomeAssistant) -> float:
    readings, times = [_hour(at) for at in range(48)], []
    for _ in range(_ROUNDS):
        began = cpu_seconds()
        done = await async_import_readings(hass, _SERIES, readings)
        times.append(cpu_seconds() - began)
        assert not done.rows_written
    return min(times)


async def _time_ends(hass: HomeAssistant) -> float:
    times = []
    for _ in range(_ROUNDS):
        began = cpu_seconds()
        assert await async_stored_range(hass, _SERIES.statistic_id)
        times.append(cpu_seconds() - began)
    return min(times)
