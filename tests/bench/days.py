"""What a day in the largest home of each provider costs: requests, rows, memory."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
import gc
import tracemalloc
from unittest.mock import patch

from freezegun import freeze_time
from homeassistant.components.recorder.db_schema import Statistics
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance, session_scope
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from sqlalchemy import func, select

from custom_components.cloud_energy.entry import cached_answer
from custom_components.cloud_energy.helpers.frozen import as_json

from .figure import Figure
from .harness import home_assistant, recorded
from .homes import PROVIDERS, Provider, Running, cpu_seconds, home_of, real_seconds

_DAY = timedelta(days=1)
_WARM_UP = timedelta(hours=2)
_OUTAGE = timedelta(hours=2)
_BARE_STEP = timedelta(minutes=5)
_SET_UP = 10.0
_STORED = 60.0
_MAX_CPU = 120.0
_MEGABYTE = 2**20
_MAX_MEMORY = 12


async def measure() -> Sequence[Figure]:
    """Let days pass in each home, with every entity enabled, one with an outage."""
    bare = await _bare()
    return [figure for each in PROVIDERS for figure in await _measure(each, bare)]


@dataclass(frozen=True)
class _Written:
    """What some time has written."""

    states: int
    rows: int
    entities: int
    requests: Counter[str]
    packings: int = 0
    cpu: float = 0.0
    """Seconds of the processor."""


@dataclass(frozen=True)
class _Life:
    """What has been measured of one home."""

    set_up: float
    stored: float
    """Seconds from the set-up's begin until its history is stored."""
    rows: int
    """The hourly rows that are stored by then."""
    first_day: int
    unchanged: _Written
    day: _Written
    outage: _Written
    memory: int


async def _live(provider: Provider) -> _Life:
    memory = await _memory(provider)
    async with home_of(provider) as home:
        began = real_seconds()
        await home.set_up()
        set_up = real_seconds() - began
        await home.settle()
        await recorded(home.hass)
        stored, rows = real_seconds() - began, await _hourly_rows(home.hass)
        await home.pass_time(_WARM_UP)
        first_hours = len(home.cloud.requests.entries)
        unchanged = await _unchanged(home)
        day = await _day(home)
        outage = await _day_with_outage(home)
    return _Life(
        set_up=set_up,
        stored=stored,
        rows=rows,
        first_day=first_hours + round(day.requests.total() * (1 - _WARM_UP / _DAY)),
        unchanged=unchanged,
        day=day,
        outage=outage,
        memory=memory,
    )


async def _measure(provider: Provider, bare: float) -> Sequence[Figure]:
    life = await _live(provider)
    return (*_beginning(provider, life), *_days(provider, life, bare))


def _beginning(provider: Provider, life: _Life) -> Iterator[Figure]:
    name, limit = provider.domain, provider.limit
    yield Figure(
        f"Set-up, {name}, {life.day.entities} entities",
        f"{life.set_up:.2f} s, the cloud's answers included",
        f"< {_SET_UP:.0f} s",
        life.set_up < _SET_UP,
    )
    yield Figure(
        f"From set-up to history, {name}",
        f"{life.stored:.1f} s for {life.rows:,} hourly rows, without the pauses",
        f"< {_STORED:.0f} s",
        life.stored < _STORED,
    )
    yield Figure(
        f"Memory, {name}",
        f"{life.memory / _MEGABYTE:.1f} MB for the entry, its entities and answers",
        f"< {_MAX_MEMORY} MB",
        life.memory < _MAX_MEMORY * _MEGABYTE,
    )
    yield Figure(
        f"Requests on the first day, {name}",
        f"{life.first_day}, the history's included",
        f"< {limit}",
        life.first_day < limit,
    )


def _days(provider: Provider, life: _Life, bare: float) -> Iterator[Figure]:
    name, limit = provider.domain, provider.limit
    day, outage, unchanged = life.day, life.outage, life.unchanged
    asked, in_trouble = day.requests.total(), outage.requests.total()
    most = ", ".join(
        f"{n} {path.rpartition('/')[2]}" for path, n in day.requests.most_common(2)
    )
    yield Figure(
        f"Requests a day, {name}",
        f"{asked} (most: {most})",
        f"< {limit}",
        asked < limit,
    )
    yield Figure(
        f"Requests, 2 hours' outage, {name}",
        f"{in_trouble} in the day",
        f"< {limit}",
        in_trouble < limit,
    )
    yield Figure(
        f"Unchanged poll, {name}",
        f"{unchanged.states} states, {unchanged.rows} hourly rows written, "
        f"{unchanged.packings} answers packed",
        "0",
        not (unchanged.states or unchanged.rows or unchanged.packings),
    )
    yield Figure(
        f"Rows a day, {name}",
        f"{day.states:,} states, {day.rows:,} hourly rows; "
        f"{day.states / day.entities:.0f} per entity",
        f"< {_DAY // timedelta(minutes=1)} per entity",
        day.states < day.entities * (_DAY // timedelta(minutes=1)),
    )
    cost = day.cpu - bare
    yield Figure(
        f"Processor a day, {name}",
        f"{cost:.0f} s over {bare:.1f} s of a bare Home Assistant, with the "
        "simulated cloud",
        f"< {_MAX_CPU:.0f} s",
        cost < _MAX_CPU,
    )


async def _day(
    home: Running, pass_day: Callable[[], Awaitable[None]] | None = None
) -> _Written:
    """Let a day pass, an ordinary one if it isn't said how."""
    pass_day = pass_day or partial(home.pass_time, _DAY)
    rows, ids = await _hourly_rows(home.hass), _entity_ids(home)
    home.cloud.requests.clear()
    began = cpu_seconds()
    with _changes(home.hass) as changes:
        await pass_day()
    return _Written(
        cpu=cpu_seconds() - began,
        states=sum(changes[each] for each in ids),
        rows=await _hourly_rows(home.hass) - rows,
        entities=len(ids),
        requests=home.cloud.requests.by_path(),
    )


async def _day_with_outage(home: Running) -> _Written:
    """Let the cloud fail for two hours of a day."""

    async def pass_day() -> None:
        await home.pass_time(_DAY / 2)
        home.cloud.faults.add(endpoint="*", kind="status", status=503)
        await home.pass_time(_OUTAGE)
        home.cloud.faults.clear()
        await home.pass_time(_DAY / 2 - _OUTAGE)

    return await _day(home, pass_day)


async def _bare() -> float:
    """Return what a day costs a Home Assistant without any of this, in seconds."""
    async with AsyncExitStack() as stack:
        clock = stack.enter_context(freeze_time(PROVIDERS[0].now))
        hass = await stack.enter_async_context(home_assistant())
        began = cpu_seconds()
        for _ in range(_DAY // _BARE_STEP):
            clock.tick(_BARE_STEP)
            async_fire_time_changed(hass, dt_util.utcnow())
            await hass.async_block_till_done(wait_background_tasks=True)
        await recorded(hass)
        return cpu_seconds() - began


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
