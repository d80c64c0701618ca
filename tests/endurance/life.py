"""A home with some providers, through which time is let pass."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import freezegun
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.recorder import get_instance
from homeassistant.helpers.storage import STORAGE_DIR
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.cloud_energy.entry.connection import _HOSTS
from custom_components.cloud_energy.helpers.own_store import _STORES
from custom_components.cloud_energy.recorder.copied_hours import async_load_copied_hours
from custom_components.cloud_energy.recorder.jobs import _Job
from tests.bench.harness import recorded
from tests.bench.homes import Clock
from tests.database import Server
from tests.flows import walk

from .files import entries_in, restore, stored_in
from .handed import Handed
from .residents import Resident
from .verdict import Memory
from .watch import Watch, tokens, waiting

_FAIR: Final = timedelta(hours=4)
"""After so much fair weather everything goes on."""
_SILENCE: Final = timedelta(hours=12)
"""So long a provider may have nothing to ask for, however often it polls."""
_WRITTEN: Final = timedelta(seconds=2)
_ENTRIES: Final = "core.config_entries"
_COPIED_HOURS: Final = "copied_hours"
_MAX_STEPS: Final = 8
"""A user who is asked to sign in sees no more steps than that."""


class Dweller:
    """A resident with its entry, and how it fares."""

    def __init__(self, resident: Resident, entry: MockConfigEntry) -> None:
        """Begin well."""
        self.resident = resident
        self.entry = entry
        self.requests = Counter[str]()
        """How many, by day (UTC)."""
        self.trouble_count = 0
        self.absences = 0
        """How many reasons there are for it not to be set up."""
        self.fair_since: datetime | None = None
        """Since when nothing is out of order any more; None while something is."""
        self.asked_since: datetime | None = None
        """When something was asked for in that time first."""

    @property
    def patience(self) -> timedelta:
        """How long it may take until it polls."""
        wait = self.is_loaded and self.entry.runtime_data.coordinator.update_interval
        return wait or _FAIR

    @property
    def is_loaded(self) -> bool:
        """Whether it is set up."""
        return self.entry.state is ConfigEntryState.LOADED

    def count_requests(self) -> int:
        """Note, and return, what was asked since the last time."""
        log = self.resident.cloud.requests
        count = len(log.entries)
        self.requests[f"{dt_util.utcnow():%Y-%m-%d}"] += count
        log.clear()
        return count

    def is_silent(self, now: datetime, step: timedelta) -> bool:
        """Tell whether it had to learn by now what its cloud says of its login."""
        asked, fair = self.asked_since, self.fair_since
        if fair is None:
            return False
        has_asked = asked is not None and now - asked > self.patience + step
        return has_asked or now - fair > _SILENCE


class Home:
    """A Home Assistant whose time is in the run's hands."""

    def __init__(
        self,
        hass: HomeAssistant,
        clock: Clock,
        watch: Watch,
        server: Server | None = None,
    ) -> None:
        """Begin without providers; the recorder may have a server."""
        self.hass = hass
        self.clock = clock
        self.watch = watch
        self.step = timedelta()
        """How much time has passed since all was looked at before."""
        self.server = server
        self._put = timedelta()
        self.memory = Memory()
        self.handed = Handed()
        self.waiting_before = waiting(hass)
        self.dwellers: dict[str, Dweller] = {}

    @property
    def roots(self) -> list[Any]:
        """What the entries that are set up hold, all else reached from there."""
        loaded = [each for each in self.dwellers.values() if each.is_loaded]
        return [each.entry.runtime_data for each in loaded]

    async def move_in(self, resident: Resident) -> None:
        """Add a provider's entry, and set it up."""
        entry = await resident.add(self.hass)
        self.dwellers[resident.domain] = Dweller(resident, entry)
        await self.hass.config_entries.async_setup(entry.entry_id)
        await self.settle()
        if entry.state is not ConfigEntryState.LOADED:
            self.watch.note(f"{resident.domain}: not set up in fair weather")

    def put_clock(self, by: timedelta) -> None:
        """Put the home's clock, but neither the clouds' nor that of its processor."""
        self.clock.tick(by)
        self._put += by
        for dweller in self.dwellers.values():
            dweller.resident.cloud.clock.advance(-by)

    @contextmanager
    def own_processor(self) -> Iterator[None]:
        """Let `time.monotonic` go on steadily, however the clock is put."""
        frozen: Any = freezegun.api
        wall = frozen._get_fake_monotonic

        def seconds() -> float:
            return float(wall() - self._put.total_seconds())

        with patch.object(frozen, "_get_fake_monotonic", seconds):
            yield

    async def settle(self) -> None:
        """Let everything come to its end that can without more time."""
        block = self.hass.async_block_till_done
        await block(wait_background_tasks=True)
        for each in self.dwellers.values():
            if each.is_loaded:
                runtime = each.entry.runtime_data
                await (runtime.history or runtime.feed).async_settled()
        await block(wait_background_tasks=True)

    async def pass_step(self, step: timedelta) -> None:
        """Let a step of time pass, and look at how everybody fares."""
        self.step = step
        await self._come_back()
        self.clock.tick(self.step)
        async_fire_time_changed(self.hass, dt_util.utcnow())
        await self.settle()
        for dweller in self.dwellers.values():
            self._look_at(dweller)
            await self._answer_reauth(dweller)

    async def pass_time(self, span: timedelta, step: timedelta) -> None:
        """Let time pass, step by step."""
        end = dt_util.utcnow() + span
        while dt_util.utcnow() < end:
            await self.pass_step(step)

    async def _come_back(self) -> None:
        for dweller in self.dwellers.values():
            is_away = dweller.entry.state is ConfigEntryState.NOT_LOADED
            if is_away and not dweller.absences:
                await self.hass.config_entries.async_setup(dweller.entry.entry_id)

    async def reload(self, dweller: Dweller) -> None:
        """Set an entry up anew, unless it is away."""
        if not dweller.absences:
            await self.hass.config_entries.async_reload(dweller.entry.entry_id)
            await self.settle()

    async def kill(self, moves: int) -> None:
        """End everything in the midst of it: what is not on disk yet is lost.

        So is all that was known beside the entries, and what was to be written of them.
        """
        async_fire_time_changed(self.hass, dt_util.utcnow())
        for _ in range(moves):
            await asyncio.sleep(0)
        folder = Path(self.hass.config.path(STORAGE_DIR))
        on_disk = await asyncio.to_thread(stored_in, folder)
        _lose_jobs(self.hass)
        killed = [
            each for each in self.dwellers.values() if each.entry.state.recoverable
        ]
        for dweller in killed:
            await self.hass.config_entries.async_unload(dweller.entry.entry_id)
        await self.settle()
        names = [dweller.entry.entry_id for dweller in killed]
        await asyncio.to_thread(restore, folder, on_disk, [*names, _COPIED_HOURS])
        known = entries_in(on_disk.get(folder / _ENTRIES))
        for dweller in killed:
            entry = dweller.entry
            self.hass.data.get(_HOSTS, {}).pop(entry.entry_id, None)
            if data := known.get(entry.entry_id):
                self.hass.config_entries.async_update_entry(entry, data=data)
        self.hass.data.pop(_STORES, None)
        await async_load_copied_hours(self.hass)

    def _look_at(self, dweller: Dweller) -> None:
        count = dweller.count_requests()
        name, now = dweller.resident.domain, dt_util.utcnow()
        if dweller.trouble_count or self._is_asked_to_wait(dweller):
            dweller.fair_since = None
        elif dweller.fair_since is None:
            dweller.fair_since, dweller.asked_since = now, None
        elif count and dweller.asked_since is None:
            dweller.asked_since = now
        if dweller.is_loaded:
            runtime = dweller.entry.runtime_data
            if runtime.connection.net.caught:
                self.watch.note(f"{name}: the net has caught an error of ours")
            if runtime.history and runtime.history.faults:
                self.watch.note(f"{name}: a run of the history has failed by our fault")
        is_asked = bool(self._reauths(dweller))
        if is_asked and not dweller.resident.needs_user:
            self.watch.note(f"{name}: a false request to sign in on {now:%m-%d %H:%M}")
        fair = dweller.fair_since
        if fair is None:
            return
        is_late = dweller.is_silent(now, self.step)
        if is_late and dweller.resident.is_rejected and not is_asked:
            self.watch.note(f"{name}: no request to sign in by {now:%m-%d %H:%M}")
        is_late = now - fair > _FAIR
        if is_late and not dweller.is_loaded and not dweller.resident.needs_user:
            self.watch.note(f"{name}: not set up again by {now:%m-%d %H:%M}")

    def _is_asked_to_wait(self, dweller: Dweller) -> bool:
        """Tell whether a cloud has asked for a pause that is not over."""
        hosts = self.hass.data.get(_HOSTS, {}).get(dweller.entry.entry_id)
        return bool(hosts and hosts.pauses)

    def _reauths(self, dweller: Dweller) -> list[Mapping[str, Any]]:
        return list(dweller.entry.async_get_active_flows(self.hass, {"reauth"}))

    async def _answer_reauth(self, dweller: Dweller) -> None:
        """Sign in as the user does who is asked to, once the cloud is well."""
        for flow in self._reauths(dweller) if not dweller.trouble_count else ():
            typed, flow_id = dweller.resident.typed(), flow["flow_id"]
            result: Any = await self.hass.config_entries.flow.async_configure(flow_id)
            for _ in range(_MAX_STEPS):
                if result["type"] is not FlowResultType.FORM:
                    break
                fields = [str(key) for key in result["data_schema"].schema]
                answer = {key: typed[key] for key in fields if key in typed}
                result = await walk(self.hass, result, answer)
            if result.get("reason") == "reauth_successful":
                dweller.resident.is_rejected = False
                dweller.fair_since = None
                # Home Assistant writes its entries a second after a change
                self.clock.tick(_WRITTEN)
                async_fire_time_changed(self.hass, dt_util.utcnow())
                await self.settle()

    async def remember(self, *names: str) -> None:
        """Note what the clouds tell now: all of them, or some by their names."""
        for name in names or self.dwellers:
            dweller = self.dwellers[name]
            cloud_now = dweller.resident.cloud.clock.now()
            self.memory.take(await dweller.resident.known(cloud_now))

    async def look_around(self) -> None:
        """Look at what users are told: diagnostics and repairs."""
        self.watch.look_at_repairs(self.hass)
        for name, dweller in self.dwellers.items():
            found = set(tokens(dweller.entry.data))
            self.watch.personal.add(found)
            # Things are known by the account's number
            self.watch.secrets.add(found - {dweller.entry.unique_id})
            if dweller.is_loaded:
                module = import_module(f"custom_components.{name}.diagnostics")
                report = await module.async_get_config_entry_diagnostics(
                    self.hass, dweller.entry
                )
                self.watch.look_at_diagnostics(name, report)

    async def look_at_feeds(self) -> None:
        """Look whether what is counted as stored is there."""
        for root in self.roots:
            for finding in await self.handed.lost(self.hass, root.feed):
                self.watch.note(finding)

    async def move_out(self) -> None:
        """Unload everything, and look at what is left of it."""
        for dweller in self.dwellers.values():
            entry = dweller.entry
            runtime = entry.runtime_data if dweller.is_loaded else None
            await self.hass.config_entries.async_unload(entry.entry_id)
            await self.settle()
            name = dweller.resident.domain
            if runtime and not runtime.connection.session.closed:
                self.watch.note(f"{name}: a session is left open")
            for left in _left_of(entry.entry_id):
                self.watch.note(f"{name}: {left} is left")
        await recorded(self.hass)
        for left, count in (waiting(self.hass) - self.waiting_before).items():
            self.watch.note(f"{count} times {left} is left")


def _lose_jobs(hass: HomeAssistant) -> None:
    """Lose what we have queued at the recorder."""
    queue = get_instance(hass)._queue
    waiting = [queue.get_nowait() for _ in range(queue.qsize())]
    for task in waiting:
        if not isinstance(task, _Job):
            queue.put(task)


def _left_of(entry_id: str) -> Iterator[str]:
    """Yield the tasks of an entry."""
    for task in asyncio.all_tasks():
        if entry_id in task.get_name():
            yield f"the task {task.get_name()}"
