"""Homes that poll by the product's own rules, without a cloud or a Home Assistant.

When something is asked for, and how long is waited after it, is what `Rhythm`, `AnswerCache`
and `Host` say; here is only the time that they look at, and who is asked first.
"""

from array import array
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import heapify, heappop, heapreplace
from random import Random
from types import SimpleNamespace
from typing import Any, Final
from unittest.mock import patch

from custom_components.cloud_energy.client.errors import CloudError, Unreachable
from custom_components.cloud_energy.client.hosts import Host
from custom_components.cloud_energy.entry import answer_cache
from custom_components.cloud_energy.entry.answer_cache import AnswerCache
from custom_components.cloud_energy.entry.rhythm import Rhythm
from custom_components.cloud_energy.helpers.spread import own_share

from .schedule import LoopPlan, PartPlan, Schedule

DAY: Final = 24 * 3600
_NOW: Final = datetime(2026, 11, 20, tzinfo=UTC)


class Clock:
    """The seconds of the simulation."""

    def __init__(self) -> None:
        """Begin with the day."""
        self.now = 0.0


@dataclass(frozen=True)
class Outage:
    """When the cloud can't be reached, in seconds of the day."""

    start: float
    end: float

    def holds(self, at: float) -> bool:
        """Whether it goes on."""
        return self.start <= at < self.end


class Fleet:
    """What all homes ask for, minute by minute."""

    def __init__(self, outage: Outage | None) -> None:
        """Count nothing yet."""
        self.clock = Clock()
        self.outage = outage
        self.minutes = array("d", [0.0] * (DAY // 60))
        self._total = self._squares = self._together = 0.0
        self._last = -1.0

    @property
    def is_down(self) -> bool:
        """Whether the cloud can't be reached now."""
        return self.outage is not None and self.outage.holds(self.clock.now)

    def count(self, requests: float) -> None:
        """Count requests that are sent now."""
        if not 0 <= self.clock.now < DAY:
            return
        self.minutes[int(self.clock.now // 60)] += requests
        before = self._together if self.clock.now == self._last else 0.0
        self._last, self._together = self.clock.now, before + requests
        self._total += requests
        self._squares += self._together**2 - before**2

    @property
    def burst(self) -> float:
        """How many requests come together, as seen by one of them: those of one poll."""
        return self._squares / self._total


class Loop:
    """A coordinator of one home, and those that follow it."""

    def __init__(
        self, fleet: Fleet, seed: str, plans: list[LoopPlan], rng: Random
    ) -> None:
        """Have polled for long, so that every part has its turn at some time."""
        self._fleet = fleet
        self._plan = plans[0]
        self.rhythm = Rhythm(seed, self._plan.interval)
        clock = fleet.clock
        self._host = Host(lambda: None, lambda: clock.now, _no_sleep)
        self._books = [(plan, AnswerCache()) for plan in plans]
        self.parts = self._books[0][1]
        for plan, book in self._books:
            book.share = own_share(seed)
            for part in plan.parts:
                clock.now = -rng.random() * part.every.total_seconds()
                _done(book.get(part.name, _nothing, every=part.every))
        self.at = rng.random() * self.rhythm.interval.total_seconds()

    def poll(self) -> float:
        """Ask for what is due; returns when the next poll is."""
        self._host.begin_round()
        had_failed = self.rhythm.failures
        try:
            self._ask_for_all()
        except CloudError:
            pause = self.rhythm.after_failure(None, self.parts.patience)
        else:
            incomplete = self.parts.is_incomplete
            pause = self.rhythm.after_success(is_incomplete=incomplete)
        self._follow(had_failed)
        return self._fleet.clock.now + pause.total_seconds()

    def _ask_for_all(self) -> None:
        """Ask as a coordinator does: what it needs, then what is due.

        :raises CloudError: what it needs can't be had, or all that was due.
        """
        if self._plan.each_poll >= 1:
            self._send(self._plan.each_poll)
            self.parts.begin_round()
            self._ask_for_parts(*self._books[0])
        else:
            with self.parts.round():
                self._ask_for_parts(*self._books[0])

    def _follow(self, had_failed: int) -> None:
        """Let those that follow do what they do after each poll."""
        for plan, book in self._books[1:]:
            if had_failed and not self.rhythm.failures:
                book.put_off()
            book.begin_round()
            self._ask_for_parts(plan, book)

    def _ask_for_parts(self, plan: LoopPlan, book: AnswerCache) -> None:
        now, known = self._fleet.clock.now, book._answers
        for part in plan.parts:
            due = known[part.name].next_try
            # What is not due would only be looked up
            if due is None or due <= now:
                _done(book.get(part.name, self._fetch(part), every=part.every))

    def _fetch(self, part: PartPlan) -> Callable[[], Coroutine[Any, Any, None]]:
        async def fetch() -> None:
            self._send(part.requests)

        return fetch

    def _send(self, requests: float) -> None:
        """Send requests.

        :raises CloudError: the cloud is down, or left alone after that.
        """
        self._host.check()
        self._fleet.count(requests)
        if self._fleet.is_down:
            error = Unreachable("down")
            self._host.fails("", error)
            raise error
        self._host.works()


type Extra = Callable[
    [Fleet, str, Loop, Random], Iterable[tuple[float, Callable[[], float]]]
]
"""What a home does besides: when first, and what then tells when again."""


def simulated(
    schedule: Schedule, homes: int, outage: Outage | None, extra: Extra
) -> Fleet:
    """Let a day pass in so many homes."""
    fleet, rng = Fleet(outage), Random(1)
    first, *others = schedule.loops
    groups = [
        [first, *(plan for plan in others if plan.follows)],
        *([plan] for plan in others if not plan.follows),
    ]
    with _looking_at(fleet.clock):
        turns: list[tuple[float, int, Callable[[], float]]] = []
        for number in range(homes):
            seed = f"home {number}"
            loops = [Loop(fleet, seed, plans, rng) for plans in groups]
            new = [(loop.at, loop.poll) for loop in loops]
            new += extra(fleet, seed, loops[0], rng)
            # Numbers decide between what is due at the same time
            turns += [(at, len(turns) + n, act) for n, (at, act) in enumerate(new)]
        _run(fleet, turns)
    return fleet


def _run(fleet: Fleet, turns: list[tuple[float, int, Callable[[], float]]]) -> None:
    heapify(turns)
    while turns:
        at, number, act = turns[0]
        if at >= DAY:
            heappop(turns)
            continue
        fleet.clock.now = at
        heapreplace(turns, (act(), number, act))


@contextmanager
def _looking_at(clock: Clock) -> Iterator[None]:
    """Have parts look at the simulation's time."""
    time = SimpleNamespace(monotonic=lambda: clock.now)
    moment = SimpleNamespace(utcnow=lambda: _NOW)
    with (
        patch.object(answer_cache, "time", time),
        patch.object(answer_cache, "dt_util", moment),
    ):
        yield


def _done(work: Coroutine[Any, Any, Any]) -> None:
    """Do what has nothing to wait for."""
    with suppress(StopIteration):
        work.send(None)


async def _nothing() -> None:
    return None


async def _no_sleep(_: float) -> None:
    return None
