"""What a day in the largest home of each provider costs: requests, rows, memory."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
import gc
import tracemalloc
from unittest.mock import patch

from homeassistant.components.recorder.db_schema import Statistics
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance, session_scope
from sqlalchemy import func, select

from custom_components.cloud_energy.entry import cached_answer
from custom_components.cloud_energy.helpers.frozen import as_json

from .figure import Figure
from .homes import PROVIDERS, Provider, Running, home_of, real_seconds

_DAY = timedelta(days=1)
_WARM_UP = timedelta(hours=2)
_SET_UP = 10.0
_MEGABYTE = 2**20
_MAX_MEMORY = 12


async def measure() -> Sequence[Figure]:
    """Let a day pass in each home, with every entity enabled, after its first hours."""
    return [figure for each in PROVIDERS for figure in await _measure(each)]


async def _measure(provider: Provider) -> Sequence[Figure]:
    memory = await _memory(provider)
    async with home_of(provider) as home:
        began = real_seconds()
        await home.set_up()
        set_up = real_seconds() - began
        await home.settle()
        await home.pass_time(_WARM_UP)
        unchanged = await _unchanged(home)
        day = await _day(home)
    name, entities = provider.domain, day.entities
    asked = day.requests.total()
    most = ", ".join(
        f"{n} {path.rpartition('/')[2]}" for path, n in day.requests.most_common(2)
    )
    return (
        Figure(
            f"Set-up, {name}, {entities} entities",
            f"{set_up:.2f} s, the cloud's answers included",
            f"< {_SET_UP:.0f} s",
            set_up < _SET_UP,
        ),
        Figure(
            f"Requests a day, {name}",
            f"{asked} (most: {most})",
            f"< {provider.limit}",
            asked < provider.limit,
        ),
        Figure(
            f"Unchanged poll, {name}",
            f"{unchanged.states} states, {unchanged.rows} hourly rows written, "
            f"{unchanged.packings} answers packed",
            "0",
            not (unchanged.states or unchanged.rows or unchanged.packings),
        ),
        Figure(
            f"Rows a day, {name}",
            f"{day.states:,} states, {day.rows:,} hourly rows; "
            f"{day.states / entities:.0f} per entity",
            f"< {_DAY // timedelta(minutes=1)} per entity",
            day.states < entities * (_DAY // timedelta(minutes=1)),
        ),
        Figure(
            f"Memory, {name}",
            f"{memory / _MEGABYTE:.1f} MB for the entry, its entities and answers",
            f"< {_MAX_MEMORY} MB",
            memory < _MAX_MEMORY * _MEGABYTE,
        ),
    )


@dataclass(frozen=True)
class _Written:
    """What some time has written."""

    states: int
    rows: int
    entities: int
    requests: Counter[str]
    packings: int = 0


async def _day(home: Running) -> _Written:
    rows, ids = await _hourly_rows(home.hass), _entity_ids(home)
    home.cloud.requests.clear()
    with _changes(home.hass) as changes:
        await home.pass_time(_DAY)
    return _Written(
        states=sum(changes[each] for each in ids),
        rows=await _hourly_rows(home.hass) - rows,
        entities=len(ids),
        requests=home.cloud.requests.by_path(),
    )


async def _unchanged(home: Running) -> _Written:
    """Ask for everything once more at the same moment, when nothing can have changed."""
    ids = _entity_ids(home)
    await _ask_for_all(home)
    rows = await _hourly_rows(home.hass)
    home.cloud.requests.clear()
    with (
        _changes(home.hass) as changes,
        patch.object(cached_answer, "as_json", wraps=as_json) as packings,
    ):
        await _ask_for_all(home)
    return _Written(
        states=sum(changes[each] for each in ids),
        rows=await _hourly_rows(home.hass) - rows,
        entities=len(ids),
        requests=home.cloud.requests.by_path(),
        packings=packings.call_count,
    )


async def _ask_for_all(home: Running) -> None:
    runtime = home.entry.runtime_data
    for coordinator in runtime.coordinators:
        coordinator.answers.all_due()
        await coordinator.async_refresh()
    await home.settle()
    await runtime.connection.answers.async_save()


async def _memory(provider: Provider) -> int:
    """Return the bytes that an entry takes; the code, and caches, are there before."""
    async with home_of(provider) as home:
        await home.set_up()
        await home.settle()
        assert await home.hass.config_entries.async_unload(home.entry.entry_id)
        gc.collect()
        tracemalloc.start()
        try:
            await home.set_up()
            await home.settle()
            gc.collect()
            return tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()


def _entity_ids(home: Running) -> set[str]:
    registry = er.async_get(home.hass)
    entries = er.async_entries_for_config_entry(registry, home.entry.entry_id)
    return {each.entity_id for each in entries}


@contextmanager
def _changes(hass: HomeAssistant) -> Iterator[Counter[str]]:
    """Count the states that are written, each a row, by the entity's id."""
    found = Counter[str]()

    @callback
    def count(event: Event[EventStateChangedData]) -> None:
        found[event.data["entity_id"]] += 1

    remove = hass.bus.async_listen(EVENT_STATE_CHANGED, count)
    try:
        yield found
    finally:
        remove()


async def _hourly_rows(hass: HomeAssistant) -> int:
    """Count the rows of all statistics from outside: those of ours."""

    def count() -> int:
        with session_scope(hass=hass, read_only=True) as session:
            return session.scalar(select(func.count(Statistics.id))) or 0

    return await get_instance(hass).async_add_executor_job(count)
