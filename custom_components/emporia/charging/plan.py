"""When to charge a car: in the cheapest time before it has to be ready (pure functions).

Nothing here knows of Home Assistant. Energies are kWh, powers kW, all times aware.
A time without a price is worth more than any price: it is used only where the known
ones do not suffice, and as early as possible then. So with no prices at all the car is
charged at once.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import fsum
from typing import Final

from custom_components.cloud_energy.prices.intervals import (
    PriceInterval,
    between,
    in_order,
)

_HOUR: Final = timedelta(hours=1)
_ALIKE: Final = timedelta(minutes=2)
_DIGITS: Final = 9
"""Sums of the same costs in another order are the same."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """What is to be charged, and until when."""

    energy: float
    """What is still missing."""
    power: float
    """At the current that is set now; at least that of 6 A."""
    full_power: float
    """At the highest current."""
    now: datetime
    ready_by: datetime
    is_running: bool = False
    """Whether the car is charged now: a charge in one piece goes on then."""


@dataclass(frozen=True)
class Block:
    """A time of charging at one price; None if that is not known."""

    start: datetime
    end: datetime
    price: float | None
    power: float

    @property
    def energy(self) -> float:
        """What is charged in it."""
        return (self.end - self.start) / _HOUR * self.power

    @property
    def cost(self) -> float | None:
        """What that costs, in the currency of the price."""
        return None if self.price is None else self.energy * self.price


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The blocks in order of time."""

    blocks: Sequence[Block] = ()
    needs_full_power: bool = False
    """Whether the time does not suffice at the current that is set."""
    is_late: bool = False
    """Whether it does not suffice at full power either: it is charged from now on."""

    @property
    def energy(self) -> float:
        """The kWh that all blocks charge together."""
        return fsum(block.energy for block in self.blocks)

    @property
    def cost(self) -> float | None:
        """What that costs; None where a price is not known."""
        return total_cost(self.blocks)

    def charges_at(self, moment: datetime) -> bool:
        """Tell whether it charges at a time."""
        return any(block.start <= moment < block.end for block in self.blocks)

    def next_change(self, moment: datetime) -> datetime | None:
        """Return when it begins or ceases to charge next."""
        edges = (edge for block in self.blocks for edge in (block.start, block.end))
        return min((edge for edge in edges if edge > moment), default=None)


def make_plan(
    task: Task, intervals: Iterable[PriceInterval], *, contiguous: bool = False
) -> Plan:
    """Return the cheapest plan that meets the time, as early as possible.

    :param contiguous: charge in one piece
    """
    task = replace(
        task, now=task.now.astimezone(UTC), ready_by=task.ready_by.astimezone(UTC)
    )
    if needed_time(task.energy, max(task.power, task.full_power)) <= timedelta(0):
        return Plan()
    known = in_order(intervals)
    left = task.ready_by - task.now
    if needed_time(task.energy, task.power) <= left:
        return _in_time(task, task.power, known, contiguous=contiguous)
    needs_full = task.full_power > task.power
    if needed_time(task.energy, task.full_power) <= left:
        plan = _in_time(task, task.full_power, known, contiguous=contiguous)
        return replace(plan, needs_full_power=needs_full)
    power = max(task.power, task.full_power)
    end = task.now + needed_time(task.energy, power)
    blocks = _blocks(_slots(known, task.now, end), power)
    return Plan(blocks=blocks, needs_full_power=needs_full, is_late=True)


def needed_time(energy: float, power: float) -> timedelta:
    """Return how long it takes to charge so much."""
    return energy / power * _HOUR


def total_cost(blocks: Sequence[Block]) -> float | None:
    """Return what blocks cost; None where a price is not known."""
    known = [cost for block in blocks if (cost := block.cost) is not None]
    return fsum(known) if len(known) == len(blocks) else None


def priced_blocks(
    known: Iterable[PriceInterval], start: datetime, end: datetime, power: float
) -> list[Block]:
    """Return what is charged between two times, at its prices."""
    return _blocks(_slots(known, start, end), power)


def steady(blocks: Iterable[Block], before: Sequence[Block]) -> list[Block]:
    """Return blocks as they were before, where they are nearly the same.

    What is measured changes a little from minute to minute; a plan does not.
    """
    found: list[Block] = []
    for block in blocks:
        last = found[-1] if found else None
        if last and last.end == block.start and last.price == block.price:
            found[-1] = replace(block, start=last.start)
        else:
            found.append(block)
    return [next((b for b in before if _are_alike(b, each)), each) for each in found]


def _are_alike(block: Block, other: Block) -> bool:
    return (
        block.price == other.price
        and abs(block.start - other.start) <= _ALIKE
        and abs(block.end - other.end) <= _ALIKE
    )


@dataclass(frozen=True)
class _Slot:
    """A time at one price, or without one."""

    start: datetime
    end: datetime
    price: float | None

    @property
    def rank(self) -> tuple[bool, float, datetime]:
        """What is used first."""
        return self.price is None, self.price or 0.0, self.start

    def part(self, start: datetime, end: datetime) -> _Slot | None:
        """Return what of it lies between two times."""
        start, end = max(self.start, start), min(self.end, end)
        return _Slot(start, end, self.price) if start < end else None


def _in_time(
    task: Task, power: float, known: Sequence[PriceInterval], *, contiguous: bool
) -> Plan:
    slots = _slots(known, task.now, task.ready_by)
    time = needed_time(task.energy, power)
    if contiguous:
        start = task.now if task.is_running else _best_start(slots, time)
        chosen = _parts(slots, start, start + time)
    else:
        chosen = _cheapest(slots, time)
    return Plan(blocks=_blocks(chosen, power))


def _slots(
    known: Iterable[PriceInterval], start: datetime, end: datetime
) -> list[_Slot]:
    """Return the times between start and end, with those that have no price."""
    found: list[_Slot] = []
    at = start
    for each in between(known, start, end):
        if at < each.start:
            found.append(_Slot(at, each.start, None))
        found.append(_Slot(each.start, each.end, each.price))
        at = each.end
    if at < end:
        found.append(_Slot(at, end, None))
    return found


def _cheapest(slots: Iterable[_Slot], time: timedelta) -> list[_Slot]:
    chosen: list[_Slot] = []
    for slot in sorted(slots, key=lambda each: each.rank):
        if time <= timedelta(0):
            break
        part = slot.part(slot.start, slot.start + time)
        if part:
            chosen.append(part)
            time -= part.end - part.start
    return sorted(chosen, key=lambda each: each.start)


def _best_start(slots: Sequence[_Slot], time: timedelta) -> datetime:
    """Return when one piece has to begin.

    Its cost is linear between the times at which it begins or ends with a slot.
    """
    first, last = slots[0].start, slots[-1].end - time
    edges = {edge for slot in slots for edge in (slot.start, slot.end)}
    starts = {first, last, *edges, *(edge - time for edge in edges)}
    return min(
        (start for start in starts if first <= start <= last),
        key=lambda start: (*_weight(_parts(slots, start, start + time)), start),
    )


def _weight(parts: Iterable[_Slot]) -> tuple[timedelta, float]:
    """Return the time without a price, and what the other costs per kW."""
    unknown, costs = timedelta(0), []
    for part in parts:
        length = part.end - part.start
        if part.price is None:
            unknown += length
        else:
            costs.append(length / _HOUR * part.price)
    return unknown, round(fsum(costs), _DIGITS)


def _parts(slots: Iterable[_Slot], start: datetime, end: datetime) -> list[_Slot]:
    return [part for slot in slots if (part := slot.part(start, end))]


def _blocks(slots: Sequence[_Slot], power: float) -> list[Block]:
    """Return blocks; what follows each other at one price is one."""
    return [Block(start, end, price, power) for start, end, price in _joined(slots)]


def _joined(
    slots: Sequence[_Slot],
) -> Iterator[tuple[datetime, datetime, float | None]]:
    if not slots:
        return
    start = slots[0].start
    for slot, following in pairwise(slots):
        if slot.end != following.start or slot.price != following.price:
            yield start, slot.end, slot.price
            start = following.start
    yield start, slots[-1].end, slots[-1].price
