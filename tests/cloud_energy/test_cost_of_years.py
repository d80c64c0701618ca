"""What an unchanged poll does with the stored rows costs the same after ten years as after one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from sqlite3 import Connection
from typing import Final

from homeassistant.components.recorder.db_schema import Base, Statistics
import pytest
from sqlalchemy import create_engine, insert
from sqlalchemy.orm import Session

from custom_components.cloud_energy.readings import HOUR
from custom_components.cloud_energy.recorder.ledger import Ledger, Row
from custom_components.cloud_energy.recorder.series_rows import SeriesRows

YEAR: Final = 365 * 24
END: Final = datetime(2026, 11, 20, tzinfo=UTC)
NEWS: Final = END - 48 * HOUR


@contextmanager
def stored(hours: int) -> Iterator[Session]:
    """Store two series of so many hours, up to the same end, amid another one's."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.execute(
            insert(Statistics),
            [
                {
                    "metadata_id": series,
                    "start_ts": (END - (hours - at) * HOUR).timestamp(),
                    "state": 1.0,
                    "sum": float(at + 1),
                }
                for at in range(hours)
                for series in (1, 2, 3)
            ],
        )
        session.commit()
        yield session
    engine.dispose()


def steps(session: Session, work: Callable[[], object]) -> int:
    """Count the steps of SQLite's machine that some work takes."""
    count = 0

    def step() -> None:
        nonlocal count
        count += 1

    connection = session.connection().connection.driver_connection
    assert isinstance(connection, Connection)
    connection.set_progress_handler(step, 1)
    try:
        work()
    finally:
        connection.set_progress_handler(None, 1)
    return count


def both_ends(rows: SeriesRows, _: SeriesRows) -> object:
    """Tell how far a series goes: at every poll, and of every series after a restart."""
    return rows.range()


def news(rows: SeriesRows, _: SeriesRows) -> object:
    """Compare the last two days with what the cloud says."""
    base = rows.sum_before(NEWS)
    found = {at: Row(row.state, row.sum or 0) for at, row in rows.between(NEWS).items()}
    assert Ledger(found, base).plan(dict.fromkeys(found, 1.0)).rows == ()
    return rows.sum_from(END)


def unpriced(rows: SeriesRows, others: SeriesRows) -> object:
    """Look for new hours that lack their cost."""
    return rows.first_without(others, NEWS)


@pytest.mark.parametrize("work", [both_ends, news, unpriced])
def test_ten_years(work: Callable[[SeriesRows, SeriesRows], object]) -> None:
    """The database reads no more than it needs."""
    taken = []
    for years in (1, 10):
        with stored(years * YEAR) as session:
            rows, others = SeriesRows(session, 2), SeriesRows(session, 3)
            taken.append(steps(session, lambda: work(rows, others)))  # noqa: B023  # done at once
    assert taken[0] > 0
    assert taken[1] <= 1.2 * taken[0]


def test_what_is_found() -> None:
    """Both ends, and the first hour that the other series lacks."""
    with stored(100) as session:
        rows, others = SeriesRows(session, 2), SeriesRows(session, 4)
        assert rows.range() == (END - 100 * HOUR, END - HOUR)
        assert others.range() is None
        assert rows.first_without(SeriesRows(session, 3), NEWS) is None
        assert rows.first_without(others, NEWS) == NEWS
        others.write(
            [(NEWS + at * HOUR, Row(1.0, 1.0)) for at in range(48) if at != 7], {}
        )
        assert rows.first_without(others, NEWS) == NEWS + 7 * HOUR
        assert rows.first_without(others, NEWS + timedelta(hours=8)) is None
        assert rows.first_without(others, END - 100 * HOUR) == END - 100 * HOUR
