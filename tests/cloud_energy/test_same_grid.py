"""Two grid connections that measure the same home."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import sin
from typing import Any, cast, override

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.energy.data import (
    EnergyPreferencesUpdate,
    async_get_manager,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from custom_components.cloud_energy.dashboard.sources import EnergySource, GridSource
from custom_components.cloud_energy.entry.runtime import CloudRuntime
from custom_components.cloud_energy.entry.same_grid import measure_the_same
from custom_components.cloud_energy.readings import HOUR, Reading
from custom_components.cloud_energy.recorder.series import Series
from custom_components.cloud_energy.recorder.statistics import async_import_readings

NOW = datetime(2026, 11, 20, 12, 20, tzinfo=UTC)
DAY = timedelta(days=1)
WEEK = 7 * 24
UTILITY, MONITOR, OTHER = "utility:meter", "monitor:mains", "other:meter"


def home(hour: int) -> float:
    """Return what a home uses in an hour."""
    return 1.2 + sin(hour / 3.8) + (hour * 7919 % 13) / 10


def neighbour(hour: int) -> float:
    """Return what another one uses: it sleeps at the same time."""
    return 1.2 + sin(hour / 3.8) + (hour * 104729 % 17) / 13


@pytest.mark.parametrize(
    ("hours", "second", "expected"),
    [
        (WEEK, home, True),
        # Clamps are not exact, and a circuit beside the panel is missed.
        (WEEK, lambda hour: 0.93 * home(hour) + 0.01 * (hour % 5), True),
        (WEEK - 1, home, False),
        (WEEK, neighbour, False),
        # A part of it, such as a car that charges whenever much is used
        (WEEK, lambda hour: 0.5 * home(hour), False),
        (WEEK, lambda _: 1.2, False),
        (WEEK, lambda _: 0.0, False),
    ],
)
def test_alike(hours: int, second: Callable[[int], float], *, expected: bool) -> None:
    """A week of hours has to go up and down together, by the same energies."""
    one = {float(hour): home(hour) for hour in range(300)}
    two = {
        float(300 - hours + hour): second(300 - hours + hour) for hour in range(hours)
    }
    assert measure_the_same(one, two) is expected
    assert measure_the_same(two, one) is expected


class Runtime(CloudRuntime[Any]):
    """An entry of ours that offers the utility's meter."""

    def __init__(self) -> None:
        """Have nothing else."""

    @property
    @override
    def energy_sources(self) -> tuple[EnergySource, ...]:
        """The one meter at the grid."""
        return (GridSource(name="Utility", consumption=UTILITY),)


async def choose(hass: HomeAssistant, *ids: str) -> None:
    """Have these grid connections on the dashboard."""
    manager = await async_get_manager(hass)
    update = {
        "energy_sources": [
            {"type": "grid", "stat_energy_from": each, "cost_adjustment_day": 0.0}
            | ({"name": "Emporia"} if each == MONITOR else {})
            for each in ids
        ]
    }
    await manager.async_update(cast("EnergyPreferencesUpdate", update))
    await hass.async_block_till_done(wait_background_tasks=True)


async def measure(hass: HomeAssistant, statistic_id: str, end: datetime) -> None:
    """Have ten days of the home's hours in the recorder."""
    series = Series.energy(statistic_id, "Utility consumption")
    start = (end - 10 * DAY).replace(minute=0)
    hours = [start + at * HOUR for at in range(240)]
    readings = [
        Reading(at, at + HOUR, home(int(at.timestamp()) // 3600)) for at in hours
    ]
    await async_import_readings(hass, series, readings)
    await async_wait_recording_done(hass)


def issues(hass: HomeAssistant) -> list[ir.IssueEntry]:
    """Return what is shown to the user."""
    found = ir.async_get(hass).issues.values()
    return [
        each for each in found if each.translation_key == "same_grid" and each.active
    ]


async def test_told_once(
    hass: HomeAssistant,
    enable_custom_integrations: None,
    freezer: FrozenDateTimeFactory,
) -> None:
    """It names both, may be ignored for good, and goes with one of them."""
    freezer.move_to(NOW)
    assert await async_setup_component(hass, "cloud_energy", {})
    # The utility publishes two days late.
    await measure(hass, UTILITY, NOW - 2 * DAY)
    await measure(hass, MONITOR, NOW)
    await choose(hass, UTILITY, MONITOR)
    assert not issues(hass), "none of it is known to be ours"
    entry = MockConfigEntry(domain="iec")
    entry.runtime_data = Runtime()
    entry.add_to_hass(hass)
    freezer.tick(DAY)
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)
    (issue,) = issues(hass)
    assert issue.translation_placeholders == {
        "first": "Emporia",
        "second": "Utility consumption",
    }
    assert not issue.is_fixable
    ir.async_ignore_issue(hass, issue.domain, issue.issue_id, ignore=True)
    freezer.tick(DAY)
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)
    (issue,) = issues(hass)
    assert issue.dismissed_version
    await choose(hass, UTILITY, OTHER)
    assert not issues(hass)
