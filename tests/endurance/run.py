"""One run: a home lives through a script, and what is wrong afterwards."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import logging
from pathlib import Path
from random import Random
from traceback import format_exc
from typing import Any, Final

from freezegun import freeze_time

from tests.bench.harness import home_assistant
from tests.bench.homes import Clock, real_seconds, unhurried
from tests.canaries import canaries, secrets
from tests.clouds import running
from tests.database import Server

from .happenings import (
    DWELLER_EVENTS,
    HOME_EVENTS,
    RECORDER_EVENTS,
    begin,
    changes_readings,
)
from .leaks import kept_for_polls
from .life import Home
from .outcome import Outcome
from .residents import RESIDENTS
from .residents.resident import ENDPOINT_KINDS
from .watch import Markers, Watch, own_bytes, own_objects, told_by_files
from .weather import MINUTES_A_DAY, Event, Script, drawn

_LOGGER = logging.getLogger(__name__)

BEGINNINGS: Final = (
    datetime(2027, 3, 10, 9, 3, tzinfo=UTC),
    datetime(2027, 10, 24, 9, 3, tzinfo=UTC),
    datetime(2028, 2, 24, 9, 3, tzinfo=UTC),
    datetime(2026, 12, 27, 9, 3, tzinfo=UTC),
)
"""Clocks change within days, or it is a leap day, or a new year."""
_FAIR_DAYS: Final = timedelta(days=2)
_COUNTED_EVERY: Final = 3
"""Days: to count all objects takes as long as some hours of a day."""
_TOLD_EVERY: Final = 10
"""Days."""
_LONG_ABSENCE: Final = timedelta(days=31)
"""Longer than the longest pause after which a hole is asked for again."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to do in a run."""

    seed: int = 1
    days: int = 10
    providers: Sequence[str] = tuple(RESIDENTS)
    minutes: int = 15
    """That pass at a time."""
    calm_minutes: int = 0
    """That pass at a time while nothing is the matter; no more than usual if 0."""
    per_day: float = 1.5
    db_url: str | None = None
    server: Server | None = None
    """The one with that address, if there is one."""
    tell: Callable[[str], None] = _LOGGER.debug
    """Takes what is known already, now and then: a year takes most of an hour."""

    @property
    def recorder(self) -> dict[str, Any]:
        """The recorder's options: states cost most of the time, and are watched."""
        url = {"db_url": self.db_url} if self.db_url else {}
        return {"exclude": {"entity_globs": ["*"]}, **url}

    def step(self, until: int) -> int:
        """Return how many minutes pass in calm weather, which lasts for so many."""
        steps = min(max(self.calm_minutes, self.minutes), until) // self.minutes
        return max(1, steps) * self.minutes

    @property
    def began(self) -> datetime:
        """The time at which the script begins."""
        return Random(self.seed).choice(BEGINNINGS)

    def script(self) -> list[Event]:
        """Draw what happens."""
        kinds = {
            name: (ENDPOINT_KINDS, _accidents_of(name), DWELLER_EVENTS)
            for name in sorted(self.providers)
        }
        return drawn(self.seed, self.days, {**kinds, "": (HOME_EVENTS,)}, self.per_day)


def _accidents_of(name: str) -> tuple[str, ...]:
    """Return what may happen to a provider's account besides faults of answers."""
    kind = RESIDENTS[name]
    with freeze_time(BEGINNINGS[0]):
        return tuple(kind(kind.make_cloud(1), BEGINNINGS[0]).accidents())


async def lived(plan: Plan, script: Script) -> Outcome:
    """Live through a script; then all is well, and everything is looked at."""
    outcome, began = Outcome(), real_seconds()
    async with _home_of(plan) as home:
        try:
            await _live(home, plan, script, outcome)
            await _heal(home, timedelta(minutes=plan.step(MINUTES_A_DAY)))
            await _judge(home, outcome)
        except Exception:  # noqa: BLE001  # whatever it is, a script can be found for it
            home.watch.note(f"the run has ended early: {format_exc()[-1500:]}")
    outcome.findings = [*home.watch.findings, *outcome.leaks]
    outcome.seconds = real_seconds() - began
    return outcome


@asynccontextmanager
async def _home_of(plan: Plan) -> AsyncIterator[Home]:
    async with AsyncExitStack() as stack:
        clock = stack.enter_context(freeze_time(plan.began))
        stack.enter_context(unhurried())
        residents = []
        for name in plan.providers:
            kind = RESIDENTS[name]
            cloud = await stack.enter_async_context(running(kind.make_cloud(plan.seed)))
            cloud.faults.wait = _passing(clock)
            residents.append(kind(cloud, plan.began))
        endpoints = {
            each.domain: each.cloud.hosts
            for each in residents
            if each.domain != "elecnova"
        }
        hass = await stack.enter_async_context(
            home_assistant(endpoints, recorder=plan.recorder)
        )
        personal = Markers(text for each in residents for text in canaries(each.cloud))
        watch = Watch(
            personal,
            Markers(text for each in residents for text in secrets(each.cloud)),
        )
        stack.enter_context(_listening(watch))
        watch.async_watch_states(hass)
        home = Home(hass, clock, watch, plan.server)
        stack.enter_context(home.own_processor())
        stack.enter_context(home.handed.noted())
        for resident in residents:
            await home.move_in(resident)
        await home.remember()
        yield home


def _passing(clock: Clock) -> Callable[[float], Awaitable[None]]:
    """Return how seconds pass while somebody waits for an answer."""

    async def wait(seconds: float) -> None:
        clock.tick(timedelta(seconds=seconds))
        await asyncio.sleep(0)

    return wait


@contextmanager
def _listening(watch: Watch) -> Iterator[None]:
    """Have all that is logged looked at, however fine."""
    loggers = [
        logging.getLogger(name) for name in ("custom_components", "homeassistant")
    ]
    levels = [each.level for each in loggers]
    root, disabled = logging.getLogger(), logging.root.manager.disable
    logging.disable(logging.NOTSET)
    root.addHandler(watch)
    for each in loggers:
        each.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.removeHandler(watch)
        for each, level in zip(loggers, levels, strict=True):
            each.setLevel(level)
        logging.disable(disabled)


async def _live(home: Home, plan: Plan, script: Script, outcome: Outcome) -> None:
    waiting = sorted(script, key=lambda event: event.at)
    going_on: list[tuple[Event, ExitStack]] = []
    minute, looked_on = 0, -1
    while minute < plan.days * MINUTES_A_DAY:
        over = [each for each in going_on if each[0].at + each[0].minutes <= minute]
        for event, stack in over:
            going_on.remove((event, stack))
            await _end(home, event, stack)
        is_calm = not (over or going_on)
        while waiting and waiting[0].at <= minute:
            event, is_calm = waiting.pop(0), False
            going_on.append((event, await _begin(home, event)))
        until = waiting[0].at if waiting else plan.days * MINUTES_A_DAY
        passing = plan.step(until - minute) if is_calm else plan.minutes
        await home.pass_step(timedelta(minutes=passing))
        if minute // MINUTES_A_DAY > looked_on:
            looked_on = minute // MINUTES_A_DAY
            await _look(home, looked_on, outcome)
            if looked_on % _TOLD_EVERY == 0:
                plan.tell(f"day {looked_on}: {len(home.watch.findings)} findings")
        minute += passing
    for event, stack in going_on:
        await _end(home, event, stack)


async def _look(home: Home, day: int, outcome: Outcome) -> None:
    """Look at all that is looked at once a day."""
    if day % _COUNTED_EVERY == 0:
        outcome.objects[day] = own_objects()
        outcome.sizes[day] = own_bytes(home.roots)
    await home.remember()
    await home.look_around()
    await home.look_at_feeds()


async def _begin(home: Home, event: Event) -> ExitStack:
    """Let an event begin; what the clouds tell changes with it.

    What was told until then is noted; what is told from then on is noted before the
    next change, or at the end of the day.
    """
    await _remember(home, event)
    stack = ExitStack()
    if what := await begin(home, event):
        stack.enter_context(what)
    return stack


async def _end(home: Home, event: Event, stack: ExitStack) -> None:
    if event.minutes:
        await _remember(home, event)
    if event.kind in RECORDER_EVENTS:
        # As long as nothing has written once more what was not stored
        await home.look_at_feeds()
    stack.close()


async def _remember(home: Home, event: Event) -> None:
    """Note what a cloud tells now that an event may change."""
    if changes_readings(event):
        await home.remember(*([event.provider] if event.provider else []))


async def _heal(home: Home, step: timedelta) -> None:
    """Let two fair days pass, then a month without anybody, then some fair hours."""
    await home.settle()
    for dweller in home.dwellers.values():
        dweller.resident.recover()
    await home.pass_time(_FAIR_DAYS, step)
    await home.remember()
    for finding in await kept_for_polls(home):
        home.watch.note(finding)
    for dweller in home.dwellers.values():
        if not dweller.is_loaded:
            home.watch.note(f"{dweller.resident.domain}: not set up in the end")
        await home.hass.config_entries.async_unload(dweller.entry.entry_id)
    await home.settle()
    home.clock.tick(_LONG_ABSENCE)
    for dweller in home.dwellers.values():
        await home.hass.config_entries.async_setup(dweller.entry.entry_id)
    await home.settle()
    await home.pass_time(timedelta(hours=3), step)


async def _judge(home: Home, outcome: Outcome) -> None:
    watch = home.watch
    await home.remember()
    for finding in await home.memory.differences(home.hass):
        watch.note(finding)
    for name, dweller in home.dwellers.items():
        day, most = max(dweller.requests.items(), key=lambda each: each[1])
        outcome.requests[name] = most
        if most > dweller.resident.limit:
            watch.note(f"{name}: {most} requests on {day}")
    await home.look_around()
    await home.move_out()
    folder = Path(home.hass.config.config_dir)
    for finding in await asyncio.to_thread(told_by_files, folder, watch.secrets):
        watch.note(finding)
