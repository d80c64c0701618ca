"""The hourly rows of one statistic, in the recorder's own table.

Home Assistant's functions write rows and shift sums in jobs of their own, report no
failure, and look up each row separately. Here both are one transaction, so that no
interruption leaves one without the other, and a span of rows is one query.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from homeassistant.components.recorder import Recorder
from homeassistant.components.recorder.db_schema import Statistics
from homeassistant.util import dt as dt_util
from sqlalchemy import Select, bindparam, exists, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from custom_components.cloud_energy.readings import HOUR

from .ledger import Row

# Queries are put together once: that takes longer than their answer.
_FAR: Final = 1e12
"""Seconds: no time is as far from 1970."""
_OF_SERIES: Final = Statistics.metadata_id == bindparam("series")
_FROM: Final = Statistics.start_ts >= bindparam("since")
_BEFORE: Final = Statistics.start_ts < bindparam("until")
_ROWS: Final = (
    select(
        Statistics.start_ts,
        Statistics.id,
        Statistics.state,
        Statistics.sum,
        Statistics.mean,
    )
    .where(_OF_SERIES, _FROM, _BEFORE)
    .order_by(Statistics.start_ts)
)
_SUM: Final = (
    select(Statistics.sum).where(_OF_SERIES, Statistics.sum.is_not(None)).limit(1)
)
_SUM_BEFORE: Final = _SUM.where(_BEFORE).order_by(Statistics.start_ts.desc())
_SUM_FROM: Final = _SUM.where(_FROM).order_by(Statistics.start_ts)
# Of both in one query a database would read all rows.
_ENDS: Final = select(
    *(
        select(end(Statistics.start_ts)).where(_OF_SERIES).scalar_subquery()
        for end in (func.min, func.max)
    )
)
_SHIFT: Final = (
    update(Statistics)
    .where(_OF_SERIES, _FROM)
    .values(sum=Statistics.sum + bindparam("by"))
    .execution_options(synchronize_session=False)
)


def _first_without() -> Select[tuple[float | None]]:
    theirs = aliased(Statistics)
    is_there = exists().where(
        theirs.metadata_id == bindparam("other"),
        theirs.start_ts == Statistics.start_ts,
    )
    return (
        select(Statistics.start_ts)
        .where(_OF_SERIES, _FROM, ~is_there)
        .order_by(Statistics.start_ts)
        .limit(1)
    )


def _gaps() -> Select[tuple[float, float]]:
    before = func.lag(Statistics.start_ts).over(order_by=Statistics.start_ts)
    pairs = (
        select(before.label("before"), Statistics.start_ts.label("after"))
        .where(_OF_SERIES)
        .subquery()
    )
    return (
        select(pairs.c.before, pairs.c.after)
        .where(pairs.c.after - pairs.c.before > HOUR.total_seconds())
        .order_by(pairs.c.after)
    )


_FIRST_WITHOUT: Final = _first_without()
_GAPS: Final = _gaps()


@dataclass(frozen=True, slots=True)
class Stored:
    """A row as it is stored."""

    id: int
    state: float | None
    sum: float | None
    mean: float | None


class SeriesRows:
    """What the recorder holds of one statistic; for use within one transaction."""

    def __init__(self, session: Session, metadata_id: int) -> None:
        """Look at the rows of the statistic with this key."""
        self._session = session
        self._key: Mapping[str, Any] = {"series": metadata_id}
        self.metadata_id = metadata_id

    @classmethod
    def find(
        cls, recorder: Recorder, session: Session, statistic_id: str
    ) -> SeriesRows | None:
        """Return the rows of a statistic; None if the recorder does not know it."""
        known = recorder.statistics_meta_manager.get(session, statistic_id)
        return cls(session, known[0]) if known else None

    def between(
        self, start: datetime | None = None, end: datetime | None = None
    ) -> dict[datetime, Stored]:
        """Return the rows from a start up to an end, in order of time."""
        since = start.timestamp() if start else -_FAR
        until = end.timestamp() if end else _FAR
        key = {**self._key, "since": since, "until": until}
        return {
            dt_util.utc_from_timestamp(start_ts): Stored(*values)
            for start_ts, *values in self._session.execute(_ROWS, key)
        }

    def sum_before(self, moment: datetime) -> float:
        """Return the running total of all that lies before a moment."""
        key = {**self._key, "until": moment.timestamp()}
        return self._session.scalars(_SUM_BEFORE, key).first() or 0.0

    def sum_from(self, moment: datetime) -> float | None:
        """Return the running total of the first row from a moment on."""
        key = {**self._key, "since": moment.timestamp()}
        return self._session.scalars(_SUM_FROM, key).first()

    def range(self) -> tuple[datetime, datetime] | None:
        """Return the first and the last hour with a row."""
        first, last = self._session.execute(_ENDS, self._key).one()
        if first is None or last is None:
            return None
        return dt_util.utc_from_timestamp(first), dt_util.utc_from_timestamp(last)

    def first_without(self, other: SeriesRows, start: datetime) -> datetime | None:
        """Return the first hour from a start on that another statistic has no row for."""
        both = {**self._key, "other": other.metadata_id}
        found = self._session.scalars(
            _FIRST_WITHOUT, {**both, "since": start.timestamp()}
        ).first()
        return None if found is None else dt_util.utc_from_timestamp(found)

    def gaps(self) -> list[tuple[datetime, datetime]]:
        """Return the spans without a row between the first row and the last."""
        found = self._session.execute(_GAPS, self._key)
        return [
            (
                dt_util.utc_from_timestamp(start) + HOUR,
                dt_util.utc_from_timestamp(end),
            )
            for start, end in found
        ]

    def write(
        self, rows: Iterable[tuple[datetime, Row]], known: Mapping[datetime, Stored]
    ) -> None:
        """Write amounts and totals; `known` are the rows that are there already."""
        self._write(
            {hour: {"state": row.state, "sum": row.sum} for hour, row in rows}, known
        )

    def write_means(
        self, means: Mapping[datetime, float], known: Mapping[datetime, Stored]
    ) -> None:
        """Write means; `known` are the rows that are there already."""
        self._write(
            {
                hour: dict.fromkeys(("mean", "min", "max"), v)
                for hour, v in means.items()
            },
            known,
        )

    def _write(
        self,
        values: Mapping[datetime, Mapping[str, float | None]],
        known: Mapping[datetime, Stored],
    ) -> None:
        changed: list[dict[str, float | None]] = []
        added: list[dict[str, float | None]] = []
        now = dt_util.utcnow().timestamp()
        for hour, row in values.items():
            if hour in known:
                changed.append({"id": known[hour].id, **row})
            else:
                at = {"start_ts": hour.timestamp(), "created_ts": now}
                added.append({"metadata_id": self.metadata_id, **at, **row})
        if changed:
            self._session.execute(update(Statistics), changed)
        if added:
            self._session.execute(insert(Statistics), added)

    def shift(self, start: datetime, by: float) -> None:
        """Add an amount to the totals of all rows from a start on."""
        key = {**self._key, "since": start.timestamp(), "by": by}
        self._session.execute(_SHIFT, key)
