"""Brings readings into the recorder as hourly external statistics."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import batched
from math import isclose

from homeassistant.components.recorder import Recorder
from homeassistant.components.recorder.models import (
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import async_add_external_statistics
from homeassistant.const import UnitOfEnergy
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey
from homeassistant.util.unit_conversion import EnergyConverter
from sqlalchemy.orm import Session

from custom_components.cloud_energy.readings import (
    HOUR,
    Reading,
    ceil_hour,
    floor_hour,
    hourly,
)

from .jobs import RecorderFailed, async_run_in_recorder
from .ledger import Ledger, Row
from .series_rows import SeriesRows, Stored

JOB_HOURS = 720
"""Most hours of one job: 30 days, well under half a second of the recorder's time."""

_JOB_SPAN = timedelta(days=60)
_JOB_COARSE = 12
"""Most readings over an hour of one job: a year of months, say."""
_LONGEST_NAME = 255
_SAME = 1e-4


@dataclass(frozen=True, kw_only=True)
class Series:
    """One external statistic: hourly amounts with a running total."""

    statistic_id: str = field(repr=False)
    """It may hold the number of an account."""
    name: str = field(repr=False)
    unit: str | None
    """kWh, or an ISO currency; None for the currency of Home Assistant."""
    unit_class: str | None = None

    @classmethod
    def energy(cls, statistic_id: str, name: str) -> Series:
        """Describe a series of kWh."""
        return cls(
            statistic_id=statistic_id,
            name=name,
            unit=UnitOfEnergy.KILO_WATT_HOUR,
            unit_class=EnergyConverter.UNIT_CLASS,
        )

    @classmethod
    def money(cls, statistic_id: str, name: str, currency: str | None) -> Series:
        """Describe a series of amounts of money."""
        return cls(statistic_id=statistic_id, name=name, unit=currency)

    @property
    def metadata(self) -> StatisticMetaData:
        """What the recorder keeps of the series as such."""
        return StatisticMetaData(
            mean_type=StatisticMeanType.NONE,
            has_sum=True,
            name=_storable(self.name),
            source=self.statistic_id.partition(":")[0],
            statistic_id=self.statistic_id,
            unit_class=self.unit_class,
            unit_of_measurement=self.unit,
        )


@dataclass(frozen=True)
class Progress:
    """How far an import has come."""

    rows_written: int = 0
    hours_done: int = 0
    """Of the readings given, hours and longer ones that are stored."""
    hours_total: int = 0
    newest: datetime | None = None
    oldest: datetime | None = None
    """Start of the oldest hour that is written by now."""
    deferred: bool = False
    """Whether some readings end in the future, so that they come later."""
    totals: frozenset[tuple[datetime, datetime]] = frozenset()
    """Spans of which no hours are known: the hour that holds all of it, and the end."""


type ProgressListener = Callable[[Progress], None]

_LOCKS: HassKey[dict[str, asyncio.Lock]] = HassKey("cloud_energy_statistics")


def async_declare_series(hass: HomeAssistant, series: Series) -> None:
    """Make a series known to the recorder before its first amount."""
    async_add_external_statistics(hass, series.metadata, [])


async def async_import_readings(
    hass: HomeAssistant,
    series: Series,
    readings: Iterable[Reading],
    progress: ProgressListener = lambda _: None,
) -> Progress:
    """Make the recorder hold these readings, writing only what differs.

    Hours that no reading covers wholly, and such as have not ended, stay as they
    are. Readings longer than an hour fill in what finer ones, given now or stored
    before, leave open. All that was written has been read back when this returns.

    :raises RecorderFailed: not everything is stored.
    """
    async with import_lock(hass, series):
        return await _Import(hass, series, progress).run(readings)


def import_lock(hass: HomeAssistant, series: Series) -> asyncio.Lock:
    """Return what an import holds from its first read to its last."""
    locks = hass.data.setdefault(_LOCKS, {})
    return locks.setdefault(series.statistic_id, asyncio.Lock())


def branded(brand: str, name: str) -> str:
    """Return a name that says whose it is: lists of statistics show nothing else."""
    return name if name.lower().startswith(brand.lower()) else f"{brand} {name}"


def _storable(name: str) -> str:
    """Return a name as every database takes it."""
    clean = "".join(each for each in name if each.isprintable())
    return clean[:_LONGEST_NAME]


@dataclass(frozen=True)
class _Chunk:
    """Hours that one job brings in, and the readings whose rest it adds."""

    hours: Mapping[datetime, float] = field(default_factory=dict)
    coarse: Sequence[Reading] = ()
    fine: Mapping[datetime, float] = field(default_factory=dict)
    """The finer amounts that came with the coarse readings."""

    @property
    def span(self) -> tuple[datetime, datetime]:
        starts = [*self.hours, *(floor_hour(r.start) for r in self.coarse)]
        ends = [at + HOUR for at in self.hours]
        ends += [ceil_hour(r.end) for r in self.coarse]
        return min(starts), max(ends)


@dataclass(frozen=True)
class _Window:
    """The rows of a span, with the hour at either side and the row behind them."""

    stored: Mapping[datetime, Stored]
    ledger: Ledger
    behind: float | None
    """What the first row behind the span adds to the total."""

    @classmethod
    def read(cls, rows: SeriesRows, start: datetime, end: datetime) -> _Window:
        # The hours beside the span tell whether a row at its edge stands alone.
        start, end = start - HOUR, end + HOUR
        stored = rows.between(start, end)
        base = rows.sum_before(start)
        ledger = Ledger(_with_totals(stored, base), base)
        following = rows.sum_from(end)
        behind = None if following is None else following - ledger.total
        return cls(stored, ledger, behind)


@dataclass(frozen=True)
class _Written:
    """What a job has written, and what is therefore to be found afterwards."""

    chunk: _Chunk
    hours: Sequence[datetime] = ()
    """Those that have got another amount."""
    amounts: Mapping[datetime, float] = field(default_factory=dict)
    behind: float | None = None
    totals: frozenset[tuple[datetime, datetime]] = frozenset()
    """Of the coarse readings: the hour that holds the rest of one, and its end."""

    def is_in(self, window: _Window) -> bool:
        """Return whether all amounts are there, and no other one has changed."""
        found = window.ledger.amounts
        if found.keys() != self.amounts.keys():
            return False
        pairs = [(found[hour], self.amounts[hour]) for hour in found]
        if self.behind is not None:
            pairs.append((window.behind or 0.0, self.behind))
        return all(isclose(a, b, rel_tol=1e-9, abs_tol=_SAME) for a, b in pairs)


class _Import:
    """One import into one series, from the first read to the last."""

    def __init__(
        self, hass: HomeAssistant, series: Series, progress: ProgressListener
    ) -> None:
        self._hass = hass
        self._series = series
        self._report = progress

    async def run(self, readings: Iterable[Reading]) -> Progress:
        given, now = hourly(readings), dt_util.utcnow()
        fine = {at: v for at, v in given.complete.items() if at + HOUR <= now}
        coarse = [reading for reading in given.coarse if reading.end <= now]
        total = len(fine) + len(coarse)
        done = Progress(
            hours_total=total,
            deferred=total < len(given.complete) + len(given.coarse),
        )
        if not total:
            return done
        for chunk in [*_chunks(fine), *_coarse_chunks(coarse, fine)]:
            # One job at a time: the recorder writes the states that have come
            # in the meantime before it gets the next one.
            written = await self._async_do(partial(_write, chunk))
            if written.hours:
                await self._async_prove(written)
            done = _advanced(done, written)
            self._report(done)
        return done

    async def _async_prove(self, written: _Written) -> None:
        """Read back what was written; what is not there is written once more.

        :raises RecorderFailed: it is still not there.
        """
        if await self._async_do(partial(_is_stored, written)):
            return
        again = await self._async_do(partial(_write, written.chunk))
        is_stored = await self._async_do(partial(_is_stored, again))
        if not (again.hours and is_stored):
            raise RecorderFailed("what was written is not there")

    async def _async_do[T](self, work: Callable[[SeriesRows], T]) -> T:
        return await async_with_declared(self._hass, self._series, work)


async def async_with_declared[T](
    hass: HomeAssistant, series: Series, work: Callable[[SeriesRows], T]
) -> T:
    """Do something with the rows of a series, which is declared before if need be.

    :raises RecorderFailed: it was not done.
    """
    ensure_declared(hass, series)
    found = await async_with_rows(hass, series.statistic_id, work)
    if found is None:
        # Somebody has deleted it in the meantime.
        async_declare_series(hass, series)
        found = await async_with_rows(hass, series.statistic_id, work)
    if found is None:
        raise RecorderFailed("the statistic could not be declared")
    return found


def ensure_declared(hass: HomeAssistant, series: Series) -> None:
    """Make a series known to the recorder unless it is, with the same name and unit."""
    manager = get_instance(hass).statistics_meta_manager
    known = manager.get_from_cache_threadsafe({series.statistic_id})
    _, metadata = known.get(series.statistic_id, (0, None))
    if metadata is None or metadata != {**metadata, **series.metadata}:
        async_declare_series(hass, series)


async def async_with_rows[T](
    hass: HomeAssistant, statistic_id: str, work: Callable[[SeriesRows], T]
) -> T | None:
    """Do something with the rows of a statistic, on the recorder's thread.

    Returns None if the recorder does not know the statistic.

    :raises RecorderFailed: it was not done.
    """

    def run(recorder: Recorder, session: Session) -> T | None:
        rows = SeriesRows.find(recorder, session, statistic_id)
        return None if rows is None else work(rows)

    return await async_run_in_recorder(hass, run)


def _write(chunk: _Chunk, rows: SeriesRows) -> _Written:
    """Write what differs (on the recorder's thread)."""
    window = _Window.read(rows, *chunk.span)
    ledger = window.ledger
    rests = {c.end: r for c in chunk.coarse if (r := ledger.rest_of(c, chunk.fine))}
    rest = {each.hour: each.value for each in rests.values()}
    step = ledger.plan({**chunk.hours, **rest})
    if step.rows:
        rows.write(step.rows, window.stored)
    if step.shift:
        rows.shift(step.shift_from, step.shift)
    return _Written(
        chunk,
        step.changed,
        ledger.after(step).amounts,
        window.behind,
        frozenset((each.hour, end) for end, each in rests.items()),
    )


def _is_stored(written: _Written, rows: SeriesRows) -> bool:
    return written.is_in(_Window.read(rows, *written.chunk.span))


def _with_totals(stored: Mapping[datetime, Stored], base: float) -> dict[datetime, Row]:
    """Return rows whose total is known; without one of its own, that before counts."""
    rows: dict[datetime, Row] = {}
    for hour, row in stored.items():
        base = base if row.sum is None else row.sum
        rows[hour] = Row(row.state, base)
    return rows


def _chunks(hours: Mapping[datetime, float]) -> Iterator[_Chunk]:
    """Share hours out to jobs, the newest first: a user looks at those."""
    chunk: dict[datetime, float] = {}
    newest: datetime | None = None
    for hour in sorted(hours, reverse=True):
        newest = newest or hour
        if len(chunk) == JOB_HOURS or newest - hour > _JOB_SPAN:
            yield _Chunk(chunk)
            chunk, newest = {}, hour
        chunk[hour] = hours[hour]
    if chunk:
        yield _Chunk(chunk)


def _coarse_chunks(
    coarse: Sequence[Reading], fine: Mapping[datetime, float]
) -> Iterator[_Chunk]:
    """Share out readings longer than an hour: what is left of them is in one row."""
    newest_first = sorted(coarse, key=lambda reading: reading.start, reverse=True)
    for some in batched(newest_first, _JOB_COARSE, strict=False):
        yield _Chunk(coarse=some, fine=fine)


def _advanced(progress: Progress, step: _Written) -> Progress:
    ends = [end for end in (progress.newest, progress.oldest) if end]
    return replace(
        progress,
        rows_written=progress.rows_written + len(step.hours),
        hours_done=progress.hours_done + len(step.chunk.hours) + len(step.chunk.coarse),
        totals=progress.totals | step.totals,
        newest=max([*step.hours, *ends], default=None),
        oldest=min([*step.hours, *ends], default=None),
    )


async def async_stored_hours(
    hass: HomeAssistant, statistic_id: str, start: datetime | None = None
) -> dict[datetime, float]:
    """Return the stored amount of each hour (UTC start) from a start on, in order.

    :raises RecorderFailed: it can't be read now.
    """

    def read(rows: SeriesRows) -> dict[datetime, float]:
        base = rows.sum_before(start) if start else 0.0
        found = _with_totals(rows.between(start), base)
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
