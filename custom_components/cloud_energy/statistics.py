"""Brings readings into the recorder as hourly external statistics."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
import logging

from homeassistant.components.recorder import Recorder
from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import (
    async_add_external_statistics,
    statistics_during_period,
)
from homeassistant.components.recorder.tasks import SynchronizeTask
from homeassistant.const import UnitOfEnergy
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey
from homeassistant.util.unit_conversion import EnergyConverter

from .ledger import Ledger, Row, Step
from .readings import Reading, hourly

_LOGGER = logging.getLogger(__name__)

_EPOCH = datetime.fromtimestamp(0, UTC)
_LOOKBACKS = (timedelta(days=3), timedelta(days=60))


@dataclass(frozen=True, kw_only=True)
class Series:
    """One external statistic: hourly amounts with a running total."""

    statistic_id: str
    name: str
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
            name=self.name,
            source=self.statistic_id.partition(":")[0],
            statistic_id=self.statistic_id,
            unit_class=self.unit_class,
            unit_of_measurement=self.unit,
        )


@dataclass(frozen=True)
class Progress:
    """How far an import has come."""

    rows_written: int
    rows_total: int
    newest: datetime | None
    oldest: datetime | None
    """Start of the oldest hour that is written by now."""


type ProgressListener = Callable[[Progress], None]


@dataclass
class _Shared:
    """What all imports of this Home Assistant share, per statistic."""

    locks: dict[str, asyncio.Lock] = field(default_factory=dict)
    verified: set[str] = field(default_factory=set)
    """Series whose every sum was seen to be true since the start."""


_SHARED: HassKey[_Shared] = HassKey("cloud_energy_statistics")


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

    Hours that no reading covers wholly stay as they are. Readings longer than
    an hour fill in what finer ones, given now or stored before, leave open.
    Sums are checked and repaired on the way.
    """
    shared = hass.data.setdefault(_SHARED, _Shared())
    async with import_lock(hass, series):
        return await _Import(hass, series, shared.verified, progress).run(readings)


def import_lock(hass: HomeAssistant, series: Series) -> asyncio.Lock:
    """Return what an import holds from its first read to its last write."""
    shared = hass.data.setdefault(_SHARED, _Shared())
    return shared.locks.setdefault(series.statistic_id, asyncio.Lock())


async def async_recorded(hass: HomeAssistant) -> None:
    """Wait until the recorder has done and committed all that is queued."""
    done: asyncio.Future[None] = hass.loop.create_future()
    get_instance(hass).queue_task(SynchronizeTask(done))
    await done


class _Import:
    """One import into one series, from the read to the last write."""

    def __init__(
        self,
        hass: HomeAssistant,
        series: Series,
        verified: set[str],
        progress: ProgressListener,
    ) -> None:
        self._hass = hass
        self._series = series
        self._verified = verified
        self._progress = progress
        self._recorder: Recorder = get_instance(hass)

    async def run(self, readings: Iterable[Reading]) -> Progress:
        # An earlier job may still be under way: reads must see what it writes.
        await async_recorded(self._hass)
        steps = await self._recorder.async_add_executor_job(
            self._plan, list(readings), dt_util.utcnow()
        )
        if any(step.shift_from for step in steps):
            # Until a later import sees the whole series in order, an
            # interruption between write and shift may be in it.
            self._verified.discard(self._series.statistic_id)
        else:
            self._verified.add(self._series.statistic_id)
        return await self._carry_out(steps)

    def _plan(self, readings: Sequence[Reading], now: datetime) -> list[Step]:
        """Read what is stored and plan what to write (in the executor)."""
        sorted_readings = hourly(readings)
        hours = sorted_readings.complete
        coarse = [r for r in sorted_readings.coarse if r.end <= now]
        starts = [*hours, *(reading.start for reading in coarse)]
        ledger = self._read(min(starts, default=now))
        steps = ledger.heal()
        steps += ledger.add(hours)
        rest = [r for reading in coarse if (r := ledger.rest_of(reading, hours))]
        steps += ledger.add({r.hour: r.value for r in rest})
        return steps

    def _read(self, first: datetime) -> Ledger:
        """Read the rows from the last one before this time on."""
        if self._series.statistic_id in self._verified:
            for lookback in _LOOKBACKS:
                earlier = self._read_rows(first - lookback, first)
                if earlier:
                    rows = self._read_rows(first - lookback)
                    base = rows.pop(next(iter(earlier)))
                    return Ledger(rows, base.sum)
        return Ledger(self._read_rows(_EPOCH))

    def _read_rows(
        self, start: datetime, end: datetime | None = None
    ) -> dict[datetime, Row]:
        statistic_id = self._series.statistic_id
        found = statistics_during_period(
            self._hass, start, end, {statistic_id}, "hour", None, {"state", "sum"}
        )
        rows: dict[datetime, Row] = {}
        before = 0.0
        for row in found.get(statistic_id, []):
            total = row.get("sum")
            total = before if total is None else total
            state = row.get("state")
            hour = dt_util.utc_from_timestamp(row["start"])
            rows[hour] = Row(total - before if state is None else state, total)
            before = total
        return rows

    async def _carry_out(self, steps: Sequence[Step]) -> Progress:
        total = sum(len(step.rows) for step in steps)
        done = Progress(0, total, None, None)
        for step in steps:
            self._queue(step)
            # One job at a time: the recorder writes the states that have come
            # in the meantime before it gets the next one.
            await async_recorded(self._hass)
            done = _advanced(done, step)
            self._progress(done)
        return done

    def _queue(self, step: Step) -> None:
        """Hand both halves of a step to the recorder, with nothing in between."""
        if step.rows:
            async_add_external_statistics(
                self._hass,
                self._series.metadata,
                [
                    StatisticData(start=hour, state=row.state, sum=row.sum)
                    for hour, row in step.rows
                ],
            )
        if step.shift_from:
            self._recorder.async_adjust_statistics(
                self._series.statistic_id,
                step.shift_from,
                step.shift,
                self._series.unit or "",
            )


def _advanced(progress: Progress, step: Step) -> Progress:
    hours = [hour for hour, _ in step.rows]
    ends = [end for end in (progress.newest, progress.oldest) if end]
    return Progress(
        progress.rows_written + len(hours),
        progress.rows_total,
        max([*hours, *ends], default=None),
        min([*hours, *ends], default=None),
    )


async def async_stored_hours(
    hass: HomeAssistant, statistic_id: str
) -> dict[datetime, float]:
    """Return the stored amount of each hour (UTC start), in order of time."""

    def read() -> dict[datetime, float]:
        found = statistics_during_period(
            hass, _EPOCH, None, {statistic_id}, "hour", None, {"state"}
        )
        return {
            dt_util.utc_from_timestamp(row["start"]): state
            for row in found.get(statistic_id, [])
            if (state := row.get("state")) is not None
        }

    return await get_instance(hass).async_add_executor_job(read)


async def async_stored_range(
    hass: HomeAssistant, statistic_id: str
) -> tuple[datetime, datetime] | None:
    """Return the starts of the first and the last stored hour, if there are any."""

    def read() -> Sequence[Mapping[str, float]]:
        found = statistics_during_period(
            hass, _EPOCH, None, {statistic_id}, "hour", None, set()
        )
        return found.get(statistic_id, [])  # type: ignore[return-value]  # a TypedDict with float times

    rows = await get_instance(hass).async_add_executor_job(read)
    if not rows:
        return None
    first, last = (dt_util.utc_from_timestamp(rows[at]["start"]) for at in (0, -1))
    return first, last
