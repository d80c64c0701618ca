"""How long the event loop is ever kept from its other work."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
import gc
from io import BytesIO
from time import perf_counter
from unittest.mock import patch

from homeassistant.util import dt as dt_util
from openpyxl import Workbook

from custom_components.dominion_energy.api.client import DominionClient
from custom_components.dominion_energy.runtime import DominionRuntime
from tests.clouds.dominion_energy.customers import ZONE

from .figure import Figure
from .harness import add_entries, home_with_simulator, recorded

_BEAT = 0.005
_LIMIT = 0.05
_DAYS = 365
_ROUNDS = 2


@dataclass
class _Heart:
    """Beats every few milliseconds and notes the longest it was kept from it."""

    longest: float = 0.0

    @asynccontextmanager
    async def beating(self) -> AsyncIterator[None]:
        task = asyncio.ensure_future(self._beat())
        try:
            yield
        finally:
            task.cancel()

    async def _beat(self) -> None:
        while True:
            began = perf_counter()
            await asyncio.sleep(_BEAT)
            self.longest = max(self.longest, perf_counter() - began - _BEAT)


async def measure() -> Sequence[Figure]:
    """Parse a workbook of a year of half hours, and import what is in it.

    The better of two rounds counts: what else the machine does only adds to it.
    """
    workbook = await asyncio.to_thread(_workbook)
    longest, rows = min([await _round(workbook) for _ in range(_ROUNDS)])
    return (
        Figure(
            "Longest block of the event loop",
            f"{longest * 1000:.0f} ms, importing a workbook of a year, {rows:,} rows",
            f"< {_LIMIT * 1000:.0f} ms",
            longest < _LIMIT,
        ),
    )


async def _round(workbook: bytes) -> tuple[float, int]:
    """Return the longest block in seconds, and how many rows were written."""
    async with home_with_simulator() as (hass, simulator):
        (entry,) = await add_entries(hass, simulator, "plain_home")
        await hass.config_entries.async_setup(entry.entry_id)
        await entry.runtime_data.feed.async_settled()
        await recorded(hass)
        with (
            _own_garbage_only(),
            patch.object(DominionClient, "get_workbook", return_value=workbook),
        ):
            return await _refresh(entry.runtime_data)


async def _refresh(runtime: DominionRuntime) -> tuple[float, int]:
    heart = _Heart()
    async with heart.beating():
        runtime.coordinator.answers.all_due()
        await runtime.coordinator.async_refresh()
        await runtime.feed.async_settled()
    rows = sum(progress.rows_written for progress in runtime.feed.progress.values())
    assert rows > 2 * 24 * (_DAYS - 70)
    return heart.longest, rows


@contextmanager
def _own_garbage_only() -> Iterator[None]:
    """Keep the garbage collector from looking at all that Home Assistant holds.

    Now and then it does, whoever makes it necessary, and that takes its time.
    """
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _workbook() -> bytes:
    """Make a workbook as the cloud does, with a year of days in it."""
    book = Workbook(write_only=True)
    for title in ("Consumption", "Generation"):
        sheet = book.create_sheet(title)
        for row in _rows():
            sheet.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _rows() -> Iterator[list[object]]:
    times = [datetime(2000, 1, 1) + n * timedelta(minutes=30) for n in range(48)]
    labels = [f"{time:%-I:%M %p} kWH" for time in times]
    yield ["Account No", "Recorder ID", "Date", *labels]
    today = dt_util.now(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    for age in range(_DAYS, 0, -1):
        day = (today - timedelta(days=age)).replace(tzinfo=None)
        values = [0.1 + (age + n) % 48 / 40 for n in range(48)]
        yield ["123456789012", "000000000123456789", day, *values]
