"""Statistics of what has no total, such as a share or a price: hourly means."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import override

from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import (
    async_add_external_statistics,
    statistics_during_period,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util

from .readings import HOUR, Reading, hourly
from .statistics import Progress, Series, async_recorded, import_lock

_TOLERANCE = 1e-5


@dataclass(frozen=True, kw_only=True)
class MeanSeries(Series):
    """One external statistic: hourly means without a running total."""

    @property
    @override
    def metadata(self) -> StatisticMetaData:
        return {
            **super().metadata,
            "mean_type": StatisticMeanType.ARITHMETIC,
            "has_sum": False,
        }


async def async_import_means(
    hass: HomeAssistant,
    series: MeanSeries,
    readings: Iterable[Reading],
    progress: Callable[[Progress], None] = lambda _: None,
) -> Progress:
    """Make the recorder hold the means of these hours, writing only what differs.

    Only readings of one hour count: a mean is never spread.
    """
    wanted = hourly(readings).complete
    async with import_lock(hass, series):
        await async_recorded(hass)
        stored = await _async_stored(hass, series, wanted)
        changed = [
            hour
            for hour in sorted(wanted)
            if hour not in stored or abs(stored[hour] - wanted[hour]) > _TOLERANCE
        ]
        if changed:
            rows = [_row(hour, wanted[hour]) for hour in changed]
            async_add_external_statistics(hass, series.metadata, rows)
            await async_recorded(hass)
    newest, oldest = (changed[-1], changed[0]) if changed else (None, None)
    done = Progress(len(changed), len(changed), newest, oldest)
    progress(done)
    return done


def _row(hour: datetime, mean: float) -> StatisticData:
    return StatisticData(start=hour, mean=mean, min=mean, max=mean)


async def _async_stored(
    hass: HomeAssistant, series: MeanSeries, wanted: Mapping[datetime, float]
) -> dict[datetime, float]:
    """Return the stored means of the hours from the first to the last wanted one."""
    if not wanted:
        return {}

    def read() -> dict[datetime, float]:
        statistic_id = series.statistic_id
        first, end = min(wanted), max(wanted) + HOUR
        found = statistics_during_period(
            hass, first, end, {statistic_id}, "hour", None, {"mean"}
        )
        return {
            dt_util.utc_from_timestamp(row["start"]): mean
            for row in found.get(statistic_id, [])
            if (mean := row.get("mean")) is not None
        }

    return await get_instance(hass).async_add_executor_job(read)
