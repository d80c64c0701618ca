"""Brings readings into the recorder as hourly external statistics."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import batched
from math import isclose

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.readings import (
    HOUR,
    Hours,
    Reading,
    ceil_hour,
    floor_hour,
    hourly,
)

from .copied_hours import copied_hours, copied_until
from .jobs import RecorderFailed
from .ledger import Ledger
from .series import Series, async_with_declared, import_lock
from .series_rows import SeriesRows, Stored
from .stored import async_free_until, async_whole_range, with_totals

JOB_HOURS = 720
"""Most hours of one job: 30 days, well under half a second of the recorder's time."""

_JOB_SPAN = timedelta(days=60)
_JOB_COARSE = 12
"""Most readings over an hour of one job: a year of months, say."""
_MANY = 2000
"""So many readings are sorted in a few milliseconds."""
_SAME = 1e-4


@dataclass(frozen=True)
class Progress:
    """How far an import has come."""

    rows_written: int = 0
    hours_done: int = 0
    """Of the readings given, hours and longer ones that are stored."""
    hours_total: int = 0
    latest: datetime | None = None
    oldest: datetime | None = None
    """Start of the oldest hour that is written by now."""
    deferred: bool = False
    """Whether some readings end in the future, so that they come later."""
    totals: frozenset[tuple[datetime, datetime]] = frozenset()
    """Spans of which no hours are known: the hour that holds all of it, and the end."""


type ProgressListener = Callable[[Progress], None]


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
    Hours that were copied from another statistic stay as they are.

    :raises RecorderFailed: not everything is stored.
    """
    if until := copied_until(hass, series.statistic_id):
        readings = [reading for reading in readings if reading.start >= until]
    async with import_lock(hass, series):
        return await _Import(hass, series, progress).run(readings)


async def async_import_in_front(
    hass: HomeAssistant, series: Series, readings: Iterable[Reading]
) -> Progress:
    """Put readings of another statistic before the first stored hour, never over any.

    :raises RecorderFailed: not everything is stored.
    """
    copied = copied_hours(hass)
    async with import_lock(hass, series):
        stored = await async_whole_range(hass, series.statistic_id)
        end = await async_free_until(hass, series.statistic_id)
        if stored is None or end is None:
            return Progress()
        if copied.until(series.statistic_id) is None:
            # Before anything is written: whatever happens then, nobody takes it for ours.
            await copied.async_note(series.statistic_id, stored[0])
        older = [reading for reading in readings if reading.end <= end]
        return await _Import(hass, series, lambda _: None).run(older)


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
        # The hours beside the span show whether a row at its edge stands alone.
        start, end = start - HOUR, end + HOUR
        stored = rows.between(start, end)
        base = rows.sum_before(start)
        ledger = Ledger(with_totals(stored, base), base)
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
        given, now = await self._async_sorted(list(readings)), dt_util.utcnow()
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

    async def _async_sorted(self, readings: Sequence[Reading]) -> Hours:
        """Sort readings into hours; years of them beside the event loop."""
        if len(readings) < _MANY:
            return hourly(readings)
        return await self._hass.async_add_executor_job(hourly, readings)

    async def _async_prove(self, written: _Written) -> None:
        """Read back what was written; what is not there is written again.

        :raises RecorderFailed: it is still not there.
        """
        if await self._async_do(partial(_is_stored, written)):
            return
        again = await self._async_do(partial(_write, written.chunk))
        is_stored = await self._async_do(partial(_is_stored, again))
        if not (again.hours and is_stored):
            raise RecorderFailed("the rows were not found after writing")

    async def _async_do[T](self, work: Callable[[SeriesRows], T]) -> T:
        return await async_with_declared(self._hass, self._series, work)


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


def _chunks(hours: Mapping[datetime, float]) -> Iterator[_Chunk]:
    """Share hours out to jobs, the latest first: a user looks at those."""
    chunk: dict[datetime, float] = {}
    latest: datetime | None = None
    for hour in sorted(hours, reverse=True):
        latest = latest or hour
        if len(chunk) == JOB_HOURS or latest - hour > _JOB_SPAN:
            yield _Chunk(chunk)
            chunk, latest = {}, hour
        chunk[hour] = hours[hour]
    if chunk:
        yield _Chunk(chunk)


def _coarse_chunks(
    coarse: Sequence[Reading], fine: Mapping[datetime, float]
) -> Iterator[_Chunk]:
    """Share out readings longer than an hour: what is left of them is in one row."""
    latest_first = sorted(coarse, key=lambda reading: reading.start, reverse=True)
    for some in batched(latest_first, _JOB_COARSE, strict=False):
        yield _Chunk(coarse=some, fine=fine)


def _advanced(progress: Progress, step: _Written) -> Progress:
    ends = [end for end in (progress.latest, progress.oldest) if end]
    return replace(
        progress,
        rows_written=progress.rows_written + len(step.hours),
        hours_done=progress.hours_done + len(step.chunk.hours) + len(step.chunk.coarse),
        totals=progress.totals | step.totals,
        latest=max([*step.hours, *ends], default=None),
        oldest=min([*step.hours, *ends], default=None),
    )
