"""What the recorder holds of a statistic."""

from collections.abc import Mapping
from datetime import datetime

from homeassistant.components.recorder import Recorder
from homeassistant.core import HomeAssistant
from sqlalchemy.orm import Session

from custom_components.cloud_energy.readings import HOUR

from .copied_hours import copied_hours, copied_until
from .jobs import async_run_in_recorder, reading
from .ledger import Ledger, Row
from .series import async_with_rows
from .series_rows import SeriesRows, Stored


async def async_stored_hours(
    hass: HomeAssistant,
    statistic_id: str,
    start: datetime | None = None,
    end: datetime | None = None,
) -> dict[datetime, float]:
    """Return the stored amount of each hour (UTC start) from a start on, in order.

    Those from an end on are not read. What was copied from another statistic is left out.

    :raises RecorderUnreadable: it can't be read now.
    """
    start = _behind_copied(hass, statistic_id, start)

    def read(rows: SeriesRows) -> dict[datetime, float]:
        base = rows.sum_before(start) if start else 0.0
        found = with_totals(rows.between(start, end), base)
        return dict(Ledger(found, base).amounts)

    with reading():
        return await async_with_rows(hass, statistic_id, read) or {}


async def async_stored_range(
    hass: HomeAssistant, statistic_id: str
) -> tuple[datetime, datetime] | None:
    """Return the starts of the first and the last stored hour, if there are any.

    What was copied from another statistic is left out.

    :raises RecorderUnreadable: it can't be read now.
    """
    found = await async_whole_range(hass, statistic_id)
    until = copied_until(hass, statistic_id)
    if until is None:
        return found
    if found is None or found[0] > until:
        # The user has deleted the statistic since: what comes anew is all ours.
        await copied_hours(hass).async_forget(statistic_id)
        return found
    return (until, found[1]) if found[1] >= until else None


async def async_whole_range(
    hass: HomeAssistant, statistic_id: str
) -> tuple[datetime, datetime] | None:
    """Return the starts of the first and the last row, whoever's they are.

    :raises RecorderUnreadable: it can't be read now.
    """
    with reading():
        return await async_with_rows(hass, statistic_id, SeriesRows.range)


def _behind_copied(
    hass: HomeAssistant, statistic_id: str, start: datetime | None
) -> datetime | None:
    """Return a start that is not before the first hour of ours."""
    until = copied_until(hass, statistic_id)
    return max((each for each in (start, until) if each is not None), default=None)


async def async_first_hour_without(
    hass: HomeAssistant, statistic_id: str, other_id: str, start: datetime
) -> datetime | None:
    """Return the first stored hour from a start on that another statistic lacks.

    What was copied from another statistic is left out.

    :raises RecorderUnreadable: it can't be read now.
    """
    start = _behind_copied(hass, statistic_id, start) or start

    def read(recorder: Recorder, session: Session) -> datetime | None:
        rows = SeriesRows.find(recorder, session, statistic_id)
        others = SeriesRows.find(recorder, session, other_id)
        if rows is None:
            return None
        if others is None:
            found = rows.range()
            return max(found[0], start) if found and found[1] >= start else None
        return rows.first_without(others, start)

    with reading():
        return await async_run_in_recorder(hass, read)


def with_totals(stored: Mapping[datetime, Stored], base: float) -> dict[datetime, Row]:
    """Return rows whose total is known; without one of its own, that before counts."""
    rows: dict[datetime, Row] = {}
    for hour, row in stored.items():
        base = base if row.sum is None else row.sum
        rows[hour] = Row(row.state, base)
    return rows


async def async_free_until(hass: HomeAssistant, statistic_id: str) -> datetime | None:
    """Return until when hours may be put in front; None while there are none.

    A first row that stands alone is the total of a longer time: with a neighbour it
    would be taken for an hour.

    :raises RecorderUnreadable: it can't be read now.
    """

    def read(rows: SeriesRows) -> datetime | None:
        stored = rows.range()
        if stored is None:
            return None
        first = stored[0]
        is_alone = len(rows.between(first, first + 2 * HOUR)) == 1
        return first - HOUR if is_alone else first

    with reading():
        return await async_with_rows(hass, statistic_id, read)
