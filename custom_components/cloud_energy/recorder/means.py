"""Statistics of what has no total, such as a share or a price: hourly means."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import override

from homeassistant.components.recorder.models import (
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.readings import HOUR, Reading, hourly

from .jobs import RecorderFailed
from .series import Series, async_with_declared, import_lock
from .series_rows import SeriesRows, Stored
from .statistics import Progress, ProgressListener

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
    progress: ProgressListener = lambda _: None,
) -> Progress:
    """Make the recorder hold the means of these hours, writing only what differs.

    Only readings of one hour that is over count: a mean is never spread.

    :raises RecorderFailed: not everything is stored.
    """
    given, now = hourly(readings).complete, dt_util.utcnow()
    means = {hour: mean for hour, mean in given.items() if hour + HOUR <= now}
    written: list[datetime] = []
    if means:
        async with import_lock(hass, series):
            written = await _async_write(hass, series, means)
    done = Progress(
        rows_written=len(written),
        hours_done=len(means),
        hours_total=len(means),
        latest=max(written, default=None),
        oldest=min(written, default=None),
        deferred=len(means) < len(given),
    )
    progress(done)
    return done


async def _async_write(
    hass: HomeAssistant, series: MeanSeries, means: Mapping[datetime, float]
) -> list[datetime]:
    """Write what differs until nothing does, and return its hours.

    :raises RecorderFailed: what was written twice is not there.
    """
    write = partial(_write, means)
    written = await async_with_declared(hass, series, write)
    if written and await async_with_declared(hass, series, write):
        if await async_with_declared(hass, series, write):
            raise RecorderFailed("the rows were not found after writing")
    return written


def _write(means: Mapping[datetime, float], rows: SeriesRows) -> list[datetime]:
    """Write what differs, and return its hours (on the recorder's thread)."""
    stored = rows.between(min(means), max(means) + HOUR)
    changed = {
        hour: mean for hour, mean in means.items() if _differs(stored.get(hour), mean)
    }
    rows.write_means(changed, stored)
    return list(changed)


def _differs(row: Stored | None, mean: float) -> bool:
    return row is None or row.mean is None or abs(row.mean - mean) > _TOLERANCE
