"""Reports two grid connections of the dashboard that measure the same home."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import combinations
import logging
from statistics import StatisticsError, correlation
from typing import Any, Final

from homeassistant.components.energy.data import async_get_manager
from homeassistant.components.recorder.statistics import statistics_during_period
from homeassistant.const import UnitOfEnergy
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.const import DOMAIN
from custom_components.cloud_energy.dashboard.grid_connections import (
    async_grid_name,
    async_grids,
)
from custom_components.cloud_energy.helpers.help_pages import help_url
from custom_components.cloud_energy.recorder.jobs import (
    RecorderFailed,
    async_read_beside,
)
from custom_components.cloud_energy.texts import DashboardIssue

from .runtime import CloudRuntime

_LOGGER = logging.getLogger(__name__)

_EVERY: Final = timedelta(days=1)
_LOOKED_AT: Final = timedelta(days=14)
"""Some clouds publish days late: within this time both have to know a week."""
_WEEK_HOURS: Final = 7 * 24
_ALIKE: Final = 0.95
"""The hours of two meters of one home correlate by over 0.99, those of neighbours
by some 0.6."""
_NEAR: Final = 0.25
"""By which share the energies of a week may differ: the clamps of a monitor are not
as exact as a utility's meter, and miss what is not in the panel."""

type Hours = Mapping[float, float]
"""The kWh of hours, by their start."""


def measure_the_same(first: Hours, second: Hours) -> bool:
    """Return whether two connections have measured the same thing for a week."""
    common = sorted(first.keys() & second.keys())[-_WEEK_HOURS:]
    if len(common) < _WEEK_HOURS:
        return False
    one, two = ([hours[at] for at in common] for hours in (first, second))
    if abs(sum(one) - sum(two)) > _NEAR * max(sum(one), sum(two)):
        return False
    try:
        return correlation(one, two) >= _ALIKE
    except StatisticsError:
        # One of them never changes.
        return False


@callback
def async_watch_grids(hass: HomeAssistant) -> None:
    """Compare the grid connections once a day, and when the user changes them."""

    async def check(_: Any = None) -> None:
        try:
            await _async_check(hass)
        except RecorderFailed as err:
            _LOGGER.debug("Comparing grid connections later: %s", err.reason)

    async def changed() -> None:
        # The user's own change must not wait for it, nor fail with it.
        hass.async_create_background_task(check(), "grid connections")

    async def begin(_: HomeAssistant) -> None:
        (await async_get_manager(hass)).async_listen_updates(changed)
        await check()

    async_at_started(hass, begin)
    async_track_time_interval(hass, check, _EVERY, cancel_on_shutdown=True)


async def _async_check(hass: HomeAssistant) -> None:
    grids = {
        grid["stat_energy_from"]: grid
        for grid in await async_grids(hass)
        if grid.get("stat_energy_from")
    }
    pairs = {_issue_id(pair): pair for pair in combinations(sorted(grids), 2)}
    _clear_others(hass, pairs)
    ours = set(_our_statistics(hass))
    asked = {i: pair for i, pair in pairs.items() if not ours.isdisjoint(pair)}
    if not asked:
        return
    hours = await _async_hours(hass, {each for pair in asked.values() for each in pair})
    for issue_id, (first, second) in asked.items():
        if measure_the_same(hours.get(first, {}), hours.get(second, {})):
            ir.async_create_issue(
                hass,
                DOMAIN,
                issue_id,
                is_fixable=False,
                learn_more_url=help_url(hass, DOMAIN, DashboardIssue.SAME_GRID),
                severity=ir.IssueSeverity.WARNING,
                translation_key=DashboardIssue.SAME_GRID,
                translation_placeholders={
                    "first": await async_grid_name(hass, grids[first]),
                    "second": await async_grid_name(hass, grids[second]),
                },
            )


def _our_statistics(hass: HomeAssistant) -> Iterator[str]:
    """Yield what the entries that run have to offer."""
    for entry in hass.config_entries.async_entries():
        runtime = getattr(entry, "runtime_data", None)
        if isinstance(runtime, CloudRuntime):
            for source in runtime.energy_sources:
                yield from source.energy


async def _async_hours(
    hass: HomeAssistant, statistic_ids: set[str]
) -> dict[str, Hours]:
    def read() -> dict[str, Hours]:
        start: datetime = dt_util.utcnow() - _LOOKED_AT
        units: dict[str, str] = {"energy": UnitOfEnergy.KILO_WATT_HOUR}
        found = statistics_during_period(
            hass, start, None, statistic_ids, "hour", units, {"change"}
        )
        return {
            statistic_id: {
                row["start"]: change
                for row in rows
                if (change := row.get("change")) is not None
            }
            for statistic_id, rows in found.items()
        }

    return await async_read_beside(hass, read)


def _issue_id(pair: tuple[str, str]) -> str:
    """Return an id that stays the same: what the user ignores is not reported again."""
    digest = sha256(" ".join(sorted(pair)).encode()).hexdigest()
    return f"{DashboardIssue.SAME_GRID}_{digest[:16]}"


@callback
def _clear_others(hass: HomeAssistant, pairs: Mapping[str, tuple[str, str]]) -> None:
    """Clear the issues of connections that are no longer on the dashboard."""
    for domain, issue_id in list(ir.async_get(hass).issues):
        if (
            domain == DOMAIN
            and issue_id.startswith(f"{DashboardIssue.SAME_GRID}_")
            and issue_id not in pairs
        ):
            ir.async_delete_issue(hass, domain, issue_id)
