"""Statistics of means on the real recorder."""

from datetime import UTC, datetime, timedelta

from homeassistant.components.recorder import Recorder
from homeassistant.components.recorder.models import StatisticMeanType
from homeassistant.components.recorder.statistics import (
    list_statistic_ids,
    statistics_during_period,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from custom_components.cloud_energy.readings import HOUR, Reading
from custom_components.cloud_energy.recorder.feed import MeanBatch, StatisticsFeed
from custom_components.cloud_energy.recorder.means import MeanSeries, async_import_means
from custom_components.cloud_energy.recorder.stored import async_stored_range

SERIES = MeanSeries(
    statistic_id="cloud_energy:uptime", name="Uptime", unit="%", unit_class="unitless"
)
START = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def setup(recorder_mock: Recorder, hass: HomeAssistant) -> None:
    """Every test writes to a recorder."""


def readings(**days: float) -> list[Reading]:
    """Make readings of the first hours of days."""
    starts = {START + timedelta(days=int(day[1:])): v for day, v in days.items()}
    return [Reading(start, start + HOUR, value) for start, value in starts.items()]


async def stored(
    hass: HomeAssistant,
) -> dict[int, tuple[float | None, float | None, float | None]]:
    """Read mean, minimum and maximum by number of day."""
    await async_wait_recording_done(hass)
    found = await get_instance(hass).async_add_executor_job(
        statistics_during_period,
        hass,
        START,
        None,
        {SERIES.statistic_id},
        "hour",
        None,
        {"mean", "min", "max"},
    )
    return {
        (dt_util.utc_from_timestamp(row["start"]) - START).days: (
            row["mean"],
            row["min"],
            row["max"],
        )
        for row in found.get(SERIES.statistic_id, [])
    }


async def test_only_what_differs_is_written(hass: HomeAssistant) -> None:
    """The first time all, then nothing, then the one that was corrected."""
    days = {"d0": 100.0, "d31": 99.0, "d60": 0.0}
    done = await async_import_means(hass, SERIES, readings(**days))
    assert (done.rows_written, done.hours_total) == (3, 3)
    assert done.oldest == START
    expected = {0: (100, 100, 100), 31: (99, 99, 99), 60: (0, 0, 0)}
    assert await stored(hass) == expected
    done = await async_import_means(hass, SERIES, readings(**days))
    assert (done.rows_written, done.latest) == (0, None)
    done = await async_import_means(hass, SERIES, readings(**(days | {"d31": 97.5})))
    assert done.rows_written == 1
    assert await stored(hass) == expected | {31: (97.5, 97.5, 97.5)}
    assert await async_stored_range(hass, SERIES.statistic_id) == (
        START,
        START + timedelta(days=60),
    )


async def test_metadata(hass: HomeAssistant) -> None:
    """It is a mean, and no sum can be had of it."""
    await async_import_means(hass, SERIES, readings(d0=50))
    await async_wait_recording_done(hass)
    (found,) = await get_instance(hass).async_add_executor_job(
        list_statistic_ids, hass, {SERIES.statistic_id}
    )
    assert found["mean_type"] is StatisticMeanType.ARITHMETIC
    assert found["has_sum"] is False


async def test_coarse_readings_are_no_means(hass: HomeAssistant) -> None:
    """A month is not spread over its hours, and nothing is written for nothing."""
    month = Reading(START, START + timedelta(days=31), 99)
    assert (await async_import_means(hass, SERIES, [month])).rows_written == 0
    assert await stored(hass) == {}


async def test_the_feed_takes_them(hass: HomeAssistant) -> None:
    """Beside series that have a total."""
    entry = MockConfigEntry()
    entry.add_to_hass(hass)
    feed = StatisticsFeed(hass, entry)
    feed.async_submit([MeanBatch(SERIES, tuple(readings(d0=98)))])
    await feed.async_settled()
    assert await stored(hass) == {0: (98, 98, 98)}
    assert feed.share_done == 1
