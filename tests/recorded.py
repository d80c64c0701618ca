"""Reading the recorder as the Energy dashboard does."""

from datetime import UTC, datetime
from typing import Any

from homeassistant.components.recorder.db_schema import Statistics, StatisticsMeta
from homeassistant.components.recorder.statistics import statistics_during_period
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance, session_scope
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)
from sqlalchemy import func, select


async def stored_rows(
    hass: HomeAssistant, statistic_id: str, *kinds: str
) -> list[dict[str, Any]]:
    """Return the hours of a statistic, once all that is queued is written."""
    await async_wait_recording_done(hass)
    found = await get_instance(hass).async_add_executor_job(
        statistics_during_period,
        hass,
        datetime.fromtimestamp(0, UTC),
        None,
        {statistic_id},
        "hour",
        None,
        set(kinds),
    )
    return found.get(statistic_id, [])  # type: ignore[return-value]  # typed dicts


async def stored(hass: HomeAssistant, statistic_id: str) -> dict[datetime, float]:
    """Read a statistic's hours, with the promise of every row checked."""
    hours: dict[datetime, float] = {}
    before = 0.0
    for row in await stored_rows(hass, statistic_id, "state", "sum"):
        assert row["sum"] - before == pytest.approx(row["state"], abs=1e-4)
        hours[dt_util.utc_from_timestamp(row["start"])] = row["state"]
        before = row["sum"]
    return hours


async def first_stored(hass: HomeAssistant, statistic_id: str) -> datetime:
    """Return a statistic's first hour, for who asks again and again."""

    def read() -> float | None:
        query = (
            select(func.min(Statistics.start_ts))
            .join(StatisticsMeta, Statistics.metadata_id == StatisticsMeta.id)
            .where(StatisticsMeta.statistic_id == statistic_id)
        )
        with session_scope(hass=hass, read_only=True) as session:
            return session.scalar(query)

    await async_wait_recording_done(hass)
    first = await get_instance(hass).async_add_executor_job(read)
    assert first is not None
    return dt_util.utc_from_timestamp(first)
