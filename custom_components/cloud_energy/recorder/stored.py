"""What the recorder holds of a statistic."""

from collections.abc import Mapping
from datetime import datetime

from homeassistant.components.recorder import Recorder
from homeassistant.core import HomeAssistant
from sqlalchemy.orm import Session

from .jobs import async_run_in_recorder
from .ledger import Ledger, Row
from .series import async_with_rows
from .series_rows import SeriesRows, Stored


async def async_stored_hours(
    hass: HomeAssistant, statistic_id: str, start: datetime | None = None
) -> dict[datetime, float]:
    """Return the stored amount of each hour (UTC start) from a start on, in order.

    :raises RecorderFailed: it can't be read now.
    """

    def read(rows: SeriesRows) -> dict[datetime, float]:
        base = rows.sum_before(start) if start else 0.0
        found = with_totals(rows.between(start), base)
        return dict(Ledger(found, base).amounts)

    return await async_with_rows(hass, statistic_id, read) or {}


async def async_stored_range(
    hass: HomeAssistant, statistic_id: str
) -> tuple[datetime, datetime] | None:
    """Return the starts of the first and the last stored hour, if there are any.

    :raises RecorderFailed: it can't be read now.
    """
    return await async_with_rows(hass, statistic_id, SeriesRows.range)


async def async_first_hour_without(
    hass: HomeAssistant, statistic_id: str, other_id: str, start: datetime
) -> datetime | None:
    """Return the first stored hour from a start on that another statistic lacks.

    :raises RecorderFailed: it can't be read now.
    """

    def read(recorder: Recorder, session: Session) -> datetime | None:
        rows = SeriesRows.find(recorder, session, statistic_id)
        others = SeriesRows.find(recorder, session, other_id)
        if rows is None:
            return None
        if others is None:
            found = rows.range()
            return max(found[0], start) if found and found[1] >= start else None
        return rows.first_without(others, start)

    return await async_run_in_recorder(hass, read)


def with_totals(stored: Mapping[datetime, Stored], base: float) -> dict[datetime, Row]:
    """Return rows whose total is known; without one of its own, that before counts."""
    rows: dict[datetime, Row] = {}
    for hour, row in stored.items():
        base = base if row.sum is None else row.sum
        rows[hour] = Row(row.state, base)
    return rows
