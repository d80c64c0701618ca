"""What each kind of event does, and how it ends."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from datetime import timedelta
from functools import partial
from random import Random
import sqlite3
from typing import Any, Final
from unittest.mock import patch

from homeassistant.components.recorder.models import StatisticData, StatisticMetaData
from homeassistant.components.recorder.statistics import (
    async_add_external_statistics,
    get_metadata,
)
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)
from sqlalchemy.exc import OperationalError

from custom_components.cloud_energy.recorder.series_rows import SeriesRows
from tests.clouds import Cloud
from tests.clouds.strange import HEADS
from tests.end_to_end.truth import HOUR
from tests.recorded import stored_rows
from tests.strange_home import HOME_KINDS

from .life import Dweller, Home
from .no_room import no_room
from .residents.resident import ENDPOINT_KINDS
from .verdict import Correction
from .weather import Event

HOME_EVENTS: Final = (
    *("recorder_fails", "purge", "reload_all", "killed", "asleep"),
    *("clock_jumps", "database_restarts", "disk_full"),
    *("user_corrects", "user_adds", "user_deletes"),
)
RECORDER_EVENTS: Final = frozenset({"recorder_fails", "disk_full"})
"""While they last not everything can be stored."""
DWELLER_EVENTS: Final = ("reload", "absence", "wrong_clock")
"""What can happen to any provider besides its own accidents."""
_UNTOLD: Final = frozenset(
    {
        *(*HOME_EVENTS, *ENDPOINT_KINDS, "reload", "absence"),
        *("revoke_access", "revoke", "reject"),
    }
)
"""What changes nothing that a cloud tells of energy."""

_MAX_MOVES: Final = 300
"""So often the event loop goes round at most until a home is killed."""
_STRANGE: Final = (*HOME_KINDS, *(kind for kind in HEADS if kind.startswith("pause")))

type Undo = Callable[[], Any]


def changes_readings(event: Event) -> bool:
    """Return whether a cloud may tell other readings because of an event."""
    return event.kind not in _UNTOLD


async def begin(home: Home, event: Event) -> AbstractContextManager[None] | None:
    """Let an event happen; returns what ends with it, if it lasts."""
    rng = Random(event.luck)
    if not event.provider:
        return await _begin_at_home(home, event, rng)
    dweller = home.dwellers[event.provider]
    dweller.fair_since = None
    cloud = dweller.resident.cloud
    if event.kind in ENDPOINT_KINDS:
        return _trouble(dweller, _faults(cloud, event, rng))
    match event.kind:
        case "reload":
            await home.reload(dweller)
        case "absence":
            if not dweller.absences:
                await home.hass.config_entries.async_unload(dweller.entry.entry_id)
            return _trouble(dweller, _away(dweller))
        case "wrong_clock":
            return _trouble(dweller, _wrong_clock(cloud, rng))
        case _:
            dweller.resident.accidents()[event.kind](rng, cloud.clock.now())
    return None


async def _begin_at_home(
    home: Home, event: Event, rng: Random
) -> AbstractContextManager[None] | None:
    match event.kind:
        case "recorder_fails":
            return _failing_recorder(rng)
        case "user_corrects":
            await _correct_by_hand(home, rng)
        case "purge":
            await home.hass.services.async_call(
                "recorder", "purge", {"keep_days": 1}, blocking=True
            )
        case "user_adds":
            await _add_by_hand(home, rng)
        case "user_deletes":
            await _delete_by_hand(home, rng)
        case "reload_all":
            for dweller in home.dwellers.values():
                await home.reload(dweller)
        case "disk_full":
            return nullcontext() if home.server else no_room(home.hass)
        case "killed":
            await home.kill(rng.randrange(_MAX_MOVES))
        case "clock_jumps":
            return _wrong_time(home, rng)
        case "database_restarts":
            if home.server:
                await asyncio.to_thread(home.server.restart)
        case "asleep":
            home.clock.tick(timedelta(hours=rng.choice((1, 3, 26, 75))))
    return None


@contextmanager
def _trouble(dweller: Dweller, what: AbstractContextManager[None]) -> Iterator[None]:
    """Count a trouble for as long as it lasts."""
    dweller.trouble_count += 1
    try:
        with what:
            yield
    finally:
        dweller.trouble_count -= 1


@contextmanager
def _faults(cloud: Cloud, event: Event, rng: Random) -> Iterator[None]:
    added = [cloud.faults.add(**each) for each in _wanted_faults(cloud, event, rng)]
    try:
        yield
    finally:
        entries = cloud.faults.entries
        cloud.faults.entries = [x for x in entries if not any(x is y for y in added)]


def _wanted_faults(cloud: Cloud, event: Event, rng: Random) -> Iterator[dict[str, Any]]:
    endpoints = sorted({f"{method} {path}" for method, path in cloud.endpoints()})
    match event.kind:
        case "refusal" | "slow":
            for endpoint in rng.sample(endpoints, max(1, len(endpoints) // 4)):
                yield {"endpoint": endpoint, **event.details}
        case "strange":
            for endpoint in rng.sample(endpoints, max(1, len(endpoints) // 2)):
                kind = rng.choice(_STRANGE)
                yield {"endpoint": endpoint, "kind": "strange", "strange": kind}
        case _:
            yield {"endpoint": "*", **event.details}


@contextmanager
def _away(dweller: Dweller) -> Iterator[None]:
    dweller.absences += 1
    try:
        yield
    finally:
        dweller.absences -= 1


@contextmanager
def _wrong_clock(cloud: Cloud, rng: Random) -> Iterator[None]:
    minutes = rng.choice((-180, -60, -4, 4, 60, 180))
    cloud.clock.advance(timedelta(minutes=minutes))
    try:
        yield
    finally:
        cloud.clock.advance(timedelta(minutes=-minutes))


@contextmanager
def _wrong_time(home: Home, rng: Random) -> Iterator[None]:
    """Let the home's own clock be wrong, and be put right then; the clouds' go on."""
    wrong = timedelta(minutes=rng.choice((-26 * 60, -90, -4, 4, 90, 26 * 60)))
    with ExitStack() as stack:
        for dweller in home.dwellers.values():
            stack.enter_context(_trouble(dweller, nullcontext()))
        home.put_clock(wrong)
        try:
            yield
        finally:
            home.put_clock(-wrong)


@contextmanager
def _failing_recorder(rng: Random) -> Iterator[None]:
    name = rng.choice(("write", "shift", "between", "sum_before", "range", "gaps"))
    error = OperationalError("", {}, sqlite3.OperationalError("locked"))
    with patch.object(SeriesRows, name, side_effect=error):
        yield


async def _correct_by_hand(home: Home, rng: Random) -> None:
    """Add something to an hour of some statistic, as `Adjust sum` does."""
    statistic_id, rows = await _some_rows(home, rng)
    if not rows:
        return
    hour = dt_util.utc_from_timestamp(rng.choice(rows[-200:])["start"])
    change = rng.choice((-5.0, 0.5, 12.0))
    unit = (await _metadata(home, statistic_id))["unit_of_measurement"] or ""
    get_instance(home.hass).async_adjust_statistics(statistic_id, hour, change, unit)
    home.memory.corrections[statistic_id].append(Correction(hour, change))


async def _add_by_hand(home: Home, rng: Random) -> None:
    """Write an hour that nobody knows, as other programs may; it changes no total."""
    statistic_id, rows = await _some_rows(home, rng)
    known = {row["start"]: row["sum"] for row in rows}
    if not known:
        return
    last = dt_util.utc_from_timestamp(max(known))
    hour = last - rng.randrange(1, 100) * HOUR
    if hour.timestamp() in known or home.memory.told[statistic_id].has(hour):
        return
    total = max(
        ((start, sum_) for start, sum_ in known.items() if start < hour.timestamp()),
        default=(0.0, 0.0),
    )[1]
    row = StatisticData(start=hour, state=rng.choice((0.5, 3.0)), sum=total)
    metadata = await _metadata(home, statistic_id)
    async_add_external_statistics(home.hass, metadata, [row])
    home.memory.foreign[statistic_id][hour] = row["state"] or 0.0


async def _delete_by_hand(home: Home, rng: Random) -> None:
    """Delete a statistic, and have everything imported again, as the manual says."""
    statistic_id, rows = await _some_rows(home, rng)
    dweller = home.dwellers[statistic_id.partition(":")[0]]
    if not rows or not dweller.is_loaded:
        return
    await home.remember(dweller.resident.domain)
    get_instance(home.hass).async_clear_statistics([statistic_id])
    await async_wait_recording_done(home.hass)
    resident = dweller.resident
    home.memory.forget(statistic_id, resident.reach(resident.cloud.clock.now()))
    await home.reload(dweller)


async def _some_rows(home: Home, rng: Random) -> tuple[str, list[dict[str, Any]]]:
    """Draw a statistic with running totals, and read its hours."""
    sums = [at for at, told in home.memory.told.items() if not told.latest.is_mean]
    statistic_id = rng.choice(sorted(sums))
    return statistic_id, await stored_rows(home.hass, statistic_id, "state", "sum")


async def _metadata(home: Home, statistic_id: str) -> StatisticMetaData:
    known = await get_instance(home.hass).async_add_executor_job(
        partial(get_metadata, home.hass, statistic_ids={statistic_id})
    )
    return known[statistic_id][1]
