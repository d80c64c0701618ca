"""What each kind of event does, and how it ends."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from functools import partial
from random import Random
import sqlite3
from typing import Any, Final
from unittest.mock import patch

from homeassistant.components.recorder.statistics import get_metadata
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util
from sqlalchemy.exc import OperationalError

from custom_components.cloud_energy.recorder.series_rows import SeriesRows
from tests.clouds import Cloud
from tests.clouds.strange import HEADS
from tests.recorded import stored_rows
from tests.strange_home import HOME_KINDS

from .life import Dweller, Home
from .residents.resident import ENDPOINT_KINDS
from .verdict import Correction
from .weather import Event

HOME_EVENTS: Final = ("recorder_fails", "user_corrects", "purge", "reload_all")
DWELLER_EVENTS: Final = ("reload", "absence", "wrong_clock")
"""What can happen to any provider besides its own accidents."""

_STRANGE: Final = (*HOME_KINDS, *(kind for kind in HEADS if kind.startswith("pause")))

type Undo = Callable[[], Any]


async def begin(home: Home, event: Event) -> AbstractContextManager[None] | None:
    """Let an event happen; returns what ends with it, if it lasts."""
    rng = Random(event.luck)
    if not event.provider:
        return await _begin_at_home(home, event, rng)
    dweller = home.dwellers[event.provider]
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
        case "reload_all":
            for dweller in home.dwellers.values():
                await home.reload(dweller)
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
        case "refusal":
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
def _failing_recorder(rng: Random) -> Iterator[None]:
    name = rng.choice(("write", "shift", "between", "sum_before", "range", "gaps"))
    error = OperationalError("", {}, sqlite3.OperationalError("locked"))
    with patch.object(SeriesRows, name, side_effect=error):
        yield


async def _correct_by_hand(home: Home, rng: Random) -> None:
    """Add something to an hour of some statistic, as `Adjust sum` does."""
    sums = [at for at, told in home.memory.told.items() if not told.latest.is_mean]
    statistic_id = rng.choice(sorted(sums))
    rows = await stored_rows(home.hass, statistic_id, "state", "sum")
    if not rows:
        return
    hour = dt_util.utc_from_timestamp(rng.choice(rows[-200:])["start"])
    change = rng.choice((-5.0, 0.5, 12.0))
    known = await get_instance(home.hass).async_add_executor_job(
        partial(get_metadata, home.hass, statistic_ids={statistic_id})
    )
    unit = known[statistic_id][1]["unit_of_measurement"] or ""
    get_instance(home.hass).async_adjust_statistics(statistic_id, hour, change, unit)
    home.memory.corrections[statistic_id].append(Correction(hour, change))
