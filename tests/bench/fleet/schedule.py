"""How an entry of each provider polls, learnt from one that does."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from unittest.mock import patch

from custom_components.cloud_energy.client.budget import RequestBudget
from custom_components.cloud_energy.entry.answer_cache import AnswerCache
from custom_components.cloud_energy.entry.coordinator import CloudCoordinator
from tests.bench.homes import Provider, Running, home_of

_LEARNT_IN: Final = timedelta(hours=25)
"""What is asked for once a day has its turn."""

_asking: ContextVar[tuple[str, str]] = ContextVar("asking", default=("", ""))
"""Which coordinator asks, and for which of its parts."""


@dataclass(frozen=True)
class PartPlan:
    """A part of an answer: how often it is asked for, and with how many requests."""

    name: str
    every: timedelta
    requests: float


@dataclass(frozen=True)
class LoopPlan:
    """A coordinator: what it asks for at each poll, and which parts now and then."""

    interval: timedelta
    """Without the delay of an entry."""
    follows: bool
    """Whether it polls whenever the first one does."""
    each_poll: float
    parts: Sequence[PartPlan]


@dataclass(frozen=True)
class Schedule:
    """All that an entry asks for by its polls, and `beside` them in a day."""

    loops: Sequence[LoopPlan]
    beside: float


@dataclass
class _Seen:
    requests: Counter[tuple[str, str]] = field(default_factory=Counter)
    fetches: Counter[tuple[str, str]] = field(default_factory=Counter)
    polls: Counter[str] = field(default_factory=Counter)


async def learnt(provider: Provider) -> Schedule:
    """Let an entry live for a day, and note what it asks for and how often."""
    async with home_of(provider) as home:
        with _watched(_Seen()):
            await home.set_up()
            await home.settle()
            await home.pass_time(timedelta(hours=1))
        seen = _Seen()
        with _watched(seen):
            await home.pass_time(_LEARNT_IN)
        return _schedule_of(home, seen)


def _schedule_of(home: Running, seen: _Seen) -> Schedule:
    loops = [
        _loop_of(coordinator, seen)
        for coordinator in home.entry.runtime_data.coordinators
    ]
    beside = seen.requests["", ""] * (timedelta(days=1) / _LEARNT_IN)
    return Schedule(loops, beside)


def _loop_of(coordinator: CloudCoordinator[Any], seen: _Seen) -> LoopPlan:
    name, rhythm = _name_of(coordinator), coordinator.rhythm
    polls = max(1, seen.polls[name])
    parts = [
        PartPlan(part, known.pause, seen.requests[name, part] / fetches)
        for part, known in coordinator.answers._answers.items()
        if known.pause
        and (fetches := seen.fetches[name, part]) > _LEARNT_IN / known.pause / 2
    ]
    slow = {part.name for part in parts}
    at_each = sum(
        count
        for (asked_by, part), count in seen.requests.items()
        if asked_by == name and part not in slow
    )
    own = rhythm.interval / rhythm.stretch
    follows = _LEARNT_IN / polls < own / 2
    return LoopPlan(own, follows, at_each / polls, parts)


def _name_of(coordinator: CloudCoordinator[Any]) -> str:
    return type(coordinator).__name__


@contextmanager
def _watched(seen: _Seen) -> Iterator[None]:
    """Note who sends each request."""
    update, get = CloudCoordinator._async_update_data, AnswerCache.get
    spend = RequestBudget.spend

    async def noted_update(self: CloudCoordinator[Any]) -> Any:
        seen.polls[_name_of(self)] += 1
        token = _asking.set((_name_of(self), ""))
        try:
            return await update(self)
        finally:
            _asking.reset(token)

    async def noted_get(
        self: AnswerCache,
        name: str,
        fetch: Callable[[], Awaitable[Any]],
        **options: Any,
    ) -> Any:
        async def noted_fetch() -> Any:
            key = (_asking.get()[0], name)
            seen.fetches[key] += 1
            token = _asking.set(key)
            try:
                return await fetch()
            finally:
                _asking.reset(token)

        return await get(self, name, noted_fetch, **options)

    def noted_spend(self: RequestBudget, *, urgent: bool = False) -> None:
        seen.requests[_asking.get()] += 1
        spend(self, urgent=urgent)

    with (
        patch.object(CloudCoordinator, "_async_update_data", noted_update),
        patch.object(AnswerCache, "get", noted_get),
        patch.object(RequestBudget, "spend", noted_spend),
    ):
        yield
