"""One run: a home lives through a script, and what is wrong afterwards."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import combinations
import logging
from pathlib import Path
from random import Random
from statistics import median
from traceback import format_exc
from typing import Any, Final

from freezegun import freeze_time

from tests.bench.harness import home_assistant
from tests.bench.homes import Clock, real_seconds, unhurried
from tests.canaries import canaries, secrets
from tests.clouds import running
from tests.database import Server

from .happenings import DWELLER_EVENTS, HOME_EVENTS, begin, changes_readings
from .life import Home
from .residents import RESIDENTS
from .residents.resident import ENDPOINT_KINDS
from .watch import Markers, Watch, own_bytes, own_objects, told_by_files
from .weather import MINUTES_A_DAY, Event, Script, drawn

BEGINNINGS: Final = (
    datetime(2027, 3, 10, 9, 3, tzinfo=UTC),
    datetime(2027, 10, 24, 9, 3, tzinfo=UTC),
    datetime(2028, 2, 24, 9, 3, tzinfo=UTC),
    datetime(2026, 12, 27, 9, 3, tzinfo=UTC),
)
"""Clocks change within days, or it is a leap day, or a new year."""
_FAIR_DAYS: Final = timedelta(days=2)
_SHORTEST_SLOPE: Final = 5
"""Days."""
_SHORTEST_VERDICT: Final = 80
_MONTH: Final = 30
_FEW: Final = 20
_MOST_BYTES: Final = 5_000_000
"""By so much what is held may grow in a month: readings of a year, mostly."""
_LEAK: Final = 0.5
"""The share by which the objects of a class may become more in a month."""
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
    per_day: float = 1.5
    db_url: str | None = None
    server: Server | None = None
    """The one with that address, if there is one."""

    @property
    def recorder(self) -> dict[str, Any]:
        """The recorder's options: states cost most of the time, and are watched."""
        url = {"db_url": self.db_url} if self.db_url else {}
        return {"exclude": {"entity_globs": ["*"]}, **url}

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


@dataclass
class Outcome:
    """What has come of a run."""

    findings: list[str] = field(default_factory=list)
    requests: dict[str, int] = field(default_factory=dict)
    """The most requests of a day, by provider."""
    objects: list[Counter[str]] = field(default_factory=list)
    """Objects of our classes at the end of each day."""
    sizes: list[float] = field(default_factory=list)
    """Bytes that are held by what is ours, at the end of each day."""
    seconds: float = 0.0
    """How long it took in earnest."""

    @property
    def growth(self) -> dict[str, float]:
        """How many objects of each class more there are after a month.

        A slope says nothing before all that is kept for some days is full, so there is
        none in short runs. It is the median of the slopes between any two days: what
        comes and goes is no growth.
        """
        if self.byte_growth is None:
            return {}
        return {
            name: _slope([day[name] for day in self.objects])
            for name in sorted(self.objects[-1])
        }

    @property
    def byte_growth(self) -> float | None:
        """How many bytes more are held after a month; None in short runs."""
        is_long = len(self.objects) > 2 * (_SHORTEST_SLOPE - 1)
        return _slope(self.sizes) if is_long else None

    @property
    def leaks(self) -> list[str]:
        """The classes of which there are a good deal more after a month.

        Hours that are kept for a year or more may become more by some each day, and
        what is of the running month is more on each of its days.
        """
        found = []
        if (self.byte_growth or 0) > _MOST_BYTES:
            found.append(f"{self.byte_growth:+,.0f} bytes in a month")
        if len(self.objects) < _SHORTEST_VERDICT:
            return found
        return found + [
            f"{growth:+,.0f} objects of {name} in a month"
            for name, growth in self.growth.items()
            if growth > max(_FEW, _LEAK * median(day[name] for day in self.objects))
        ]


def _slope(days: Sequence[float]) -> float:
    """Return how much more there is after a month, by the later half of some days."""
    half = list(enumerate(days[len(days) // 2 :]))
    pairs = combinations(half, 2)
    return _MONTH * median((b - a) / (at - since) for (since, a), (at, b) in pairs)


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
            await _heal(home)
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
        home = Home(hass, clock, watch, timedelta(minutes=plan.minutes), plan.server)
        stack.enter_context(home.own_processor())
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
    for minute in range(0, plan.days * MINUTES_A_DAY, plan.minutes):
        for event, stack in list(going_on):
            if event.at + event.minutes <= minute:
                going_on.remove((event, stack))
                await _end(home, event, stack)
        while waiting and waiting[0].at <= minute:
            event = waiting.pop(0)
            going_on.append((event, await _begin(home, event)))
        await home.pass_step()
        if minute % MINUTES_A_DAY < plan.minutes:
            outcome.objects.append(own_objects())
            outcome.sizes.append(own_bytes(home.roots))
            await home.remember()
            await home.look_around()
    for event, stack in going_on:
        await _end(home, event, stack)


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
    stack.close()


async def _remember(home: Home, event: Event) -> None:
    """Note what a cloud tells now that an event may change."""
    if changes_readings(event):
        await home.remember(*([event.provider] if event.provider else []))


async def _heal(home: Home) -> None:
    """Let two fair days pass, then a month without anybody, then some fair hours."""
    await home.settle()
    for dweller in home.dwellers.values():
        dweller.resident.recover()
    await home.pass_time(_FAIR_DAYS)
    await home.remember()
    for dweller in home.dwellers.values():
        if not dweller.is_loaded:
            home.watch.note(f"{dweller.resident.domain}: not set up in the end")
        await home.hass.config_entries.async_unload(dweller.entry.entry_id)
    await home.settle()
    home.clock.tick(_LONG_ABSENCE)
    for dweller in home.dwellers.values():
        await home.hass.config_entries.async_setup(dweller.entry.entry_id)
    await home.settle()
    await home.pass_time(timedelta(hours=3))


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
