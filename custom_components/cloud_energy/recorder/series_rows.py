"""The hourly rows of one statistic, in the recorder's own table.

Home Assistant's functions write rows and shift sums in jobs of their own, report no
failure, and look up each row separately. Here both are one transaction, so that no
interruption leaves one without the other, and a span of rows is one query.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from homeassistant.components.recorder import Recorder
from homeassistant.components.recorder.db_schema import Statistics
from homeassistant.util import dt as dt_util
from sqlalchemy import exists, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from custom_components.cloud_energy.readings import HOUR

from .ledger import Row


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
        self._of_series = Statistics.metadata_id == metadata_id
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
        query = select(
            Statistics.start_ts,
            Statistics.id,
            Statistics.state,
            Statistics.sum,
            Statistics.mean,
        ).where(self._of_series, Statistics.start_ts.is_not(None))
        if start is not None:
            query = query.where(Statistics.start_ts >= start.timestamp())
        if end is not None:
            query = query.where(Statistics.start_ts < end.timestamp())
        found = self._session.execute(query.order_by(Statistics.start_ts))
        return {
            dt_util.utc_from_timestamp(start_ts): Stored(*values)
            for start_ts, *values in found
        }

    def sum_before(self, moment: datetime) -> float:
        """Return the running total of all that lies before a moment."""
        found = self._session.scalars(
            select(Statistics.sum)
            .where(
                self._of_series,
                Statistics.start_ts < moment.timestamp(),
                Statistics.sum.is_not(None),
            )
            .order_by(Statistics.start_ts.desc())
            .limit(1)
        ).first()
        return found or 0.0

    def sum_from(self, moment: datetime) -> float | None:
        """Return the running total of the first row from a moment on."""
        return self._session.scalars(
            select(Statistics.sum)
            .where(
                self._of_series,
                Statistics.start_ts >= moment.timestamp(),
                Statistics.sum.is_not(None),
            )
            .order_by(Statistics.start_ts)
            .limit(1)
        ).first()

    def range(self) -> tuple[datetime, datetime] | None:
        """Return the first and the last hour with a row."""
        # Of both in one query a database would read all rows.
        ends = [
            select(end(Statistics.start_ts)).where(self._of_series).scalar_subquery()
            for end in (func.min, func.max)
        ]
        first, last = self._session.execute(select(*ends)).one()
        if first is None or last is None:
            return None
        return dt_util.utc_from_timestamp(first), dt_util.utc_from_timestamp(last)

    def first_without(self, other: SeriesRows, start: datetime) -> datetime | None:
        """Return the first hour from a start on that another statistic has no row for."""
        theirs = aliased(Statistics)
        is_there = exists().where(
            theirs.metadata_id == other.metadata_id,
            theirs.start_ts == Statistics.start_ts,
        )
        found = self._session.scalars(
            select(Statistics.start_ts)
            .where(self._of_series, Statistics.start_ts >= start.timestamp(), ~is_there)
            .order_by(Statistics.start_ts)
            .limit(1)
        ).first()
        return None if found is None else dt_util.utc_from_timestamp(found)

    def gaps(self) -> list[tuple[datetime, datetime]]:
        """Return the spans without a row between the first row and the last."""
        before = func.lag(Statistics.start_ts).over(order_by=Statistics.start_ts)
        pairs = (
            select(before.label("before"), Statistics.start_ts.label("after"))
            .where(self._of_series)
            .subquery()
        )
        hour = HOUR.total_seconds()
        found = self._session.execute(
            select(pairs.c.before, pairs.c.after)
            .where(pairs.c.after - pairs.c.before > hour)
            .order_by(pairs.c.after)
        )
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
        self._session.execute(
            update(Statistics)
            .where(self._of_series, Statistics.start_ts >= start.timestamp())
            .values(sum=Statistics.sum + by)
            .execution_options(synchronize_session=False)
        )
