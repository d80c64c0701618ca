"""The statistics engine against the recorder's own speed."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from time import perf_counter

from homeassistant.components.recorder.models import StatisticData
from homeassistant.components.recorder.statistics import async_add_external_statistics
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cloud_energy.readings import Reading
from custom_components.cloud_energy.recorder.backfill import HistorySource
from custom_components.cloud_energy.recorder.feed import Batch, StatisticsFeed
from custom_components.cloud_energy.recorder.holes import Holes
from custom_components.cloud_energy.recorder.series import Series
from custom_components.cloud_energy.recorder.statistics import async_import_readings

from .figure import Figure
from .harness import home_assistant, recorded

_HOUR = timedelta(hours=1)
_HOURS = 365 * 24
_JOB = 720
_ROUNDS = 2
_HOLES = 10_000
_SERIES = Series.energy("cloud_energy:bench_energy_consumption", "Bench")


async def measure() -> Sequence[Figure]:
    """Write one year of hours, bare and by the engine, and the same once more."""
    bare, first, again = [], [], []
    for _ in range(_ROUNDS):
        async with home_assistant() as hass:
            bare.append(await _bare(hass))
        async with home_assistant() as hass:
            first.append(await _import(hass))
            again += [await _import(hass) for _ in range(_ROUNDS)]
    async with home_assistant() as hass:
        look, fill = await _holes(hass)
    share, repeat = min(bare) / min(first), min(again) / min(bare)
    return (
        Figure(
            "First import of a year of hours",
            f"{_HOURS / min(first):,.0f} rows/s; bare insert "
            f"{_HOURS / min(bare):,.0f} rows/s ({share:.0%})",
            ">= 90 %",
            share >= 0.9,
        ),
        Figure(
            "Import of the same year once more",
            f"{min(again):.3f} s; bare insert {min(bare):.1f} s ({repeat:.1%})",
            "< 2 %",
            repeat < 0.02,
        ),
        Figure(
            f"Look at a series with {_HOLES:,} holes",
            f"{look:.3f} s",
            "< 1 s",
            look < 1,
        ),
        Figure(
            "Fill the newest hole of such a series",
            f"{fill:.3f} s",
            "< 1 s",
            fill < 1,
        ),
    )


async def _holes(hass: HomeAssistant) -> tuple[float, float]:
    """Look at holes of an hour each, and fill one of them."""
    start = datetime(2023, 1, 1, tzinfo=UTC)
    readings = [
        Reading(start + 2 * at * _HOUR, start + (2 * at + 1) * _HOUR, 1.0)
        for at in range(_HOLES + 1)
    ]
    entry = MockConfigEntry(domain="bench")
    feed = StatisticsFeed(hass, entry)
    await feed.async_store([Batch(_SERIES, tuple(readings))])
    asked: list[datetime] = []

    async def fetch(begin: datetime, end: datetime) -> Sequence[Reading]:
        asked.append(begin)
        return [Reading(begin, end, 1.0)]

    source = HistorySource(series=_SERIES, fetch=fetch, earliest=start)
    holes, times = Holes(hass, entry, feed), []
    for may_go_on in (lambda: False, lambda: not asked):
        began = perf_counter()
        await holes.async_fill([source], may_go_on)
        times.append(perf_counter() - began)
    return times[0], times[1]


def hours() -> Iterator[tuple[datetime, float]]:
    """Yield the hours of a year with some amount each."""
    start = datetime(2025, 1, 1, tzinfo=UTC)
    for number in range(_HOURS):
        yield start + number * _HOUR, 0.5 + number % 24 / 16


async def _bare(hass: HomeAssistant) -> float:
    """Hand the rows to the recorder as they are."""
    rows, total = [], 0.0
    for start, amount in hours():
        total += amount
        rows.append(StatisticData(start=start, state=amount, sum=total))
    began = perf_counter()
    for at in range(0, len(rows), _JOB):
        async_add_external_statistics(hass, _SERIES.metadata, rows[at : at + _JOB])
    await recorded(hass)
    return perf_counter() - began


async def _import(hass: HomeAssistant) -> float:
    readings = [Reading(start, start + _HOUR, amount) for start, amount in hours()]
    began = perf_counter()
    await async_import_readings(hass, _SERIES, readings)
    return perf_counter() - began
