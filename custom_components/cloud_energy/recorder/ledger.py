"""The arithmetic of hourly statistics: which rows to write, what to shift.

`state` is what the provider has last said of an hour. What counts is the difference
of the totals: it may be something else where a user has corrected it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from math import fsum

from custom_components.cloud_energy.readings import (
    HOUR,
    Reading,
    ceil_hour,
    floor_hour,
    hours_between,
)

_TOLERANCE = 1e-5
_NO_SHIFT = 1e-9
_SMALLEST_REST = 5e-4
_SMALLEST_GAP = 24


@dataclass(frozen=True, slots=True)
class Row:
    """One hour of a statistic: what the provider said, and the running total."""

    state: float | None
    sum: float


@dataclass(frozen=True)
class Step:
    """Rows to write, and what to add to the totals of all rows behind them."""

    changed: Sequence[datetime] = ()
    """The hours that get another amount."""
    rows: Sequence[tuple[datetime, Row]] = ()
    """From the first of them to the last."""
    shift: float = 0.0

    @property
    def shift_from(self) -> datetime:
        """The hour from which on the totals are shifted."""
        return self.changed[-1] + HOUR


class Ledger:
    """The rows of one statistic within a span of time."""

    def __init__(self, rows: Mapping[datetime, Row], base: float = 0.0) -> None:
        """Take the rows, in order of time, and the total before the first one."""
        self._rows = rows
        self._base = base
        self.amounts = _amounts(rows, base)
        """What each stored hour adds to the total."""

    @property
    def total(self) -> float:
        """The running total at the end."""
        return list(self._rows.values())[-1].sum if self._rows else self._base

    def after(self, step: Step) -> Ledger:
        """Return the rows as they are once a step is done."""
        rows = {**self._rows, **dict(step.rows)}
        for hour, row in self._rows.items() if step.changed else ():
            if hour >= step.shift_from:
                rows[hour] = Row(row.state, row.sum + step.shift)
        return Ledger({hour: rows[hour] for hour in sorted(rows)}, self._base)

    def plan(self, hours: Mapping[datetime, float]) -> Step:
        """Plan what makes these hours hold these amounts.

        An hour of which the provider says the same as before stays as it is, and
        no other hour's amount changes.
        """
        changed = sorted(hour for hour in hours if self._differs(hour, hours[hour]))
        if not changed:
            return Step()
        known = {hour for hour in self._rows if hour <= changed[-1]}
        rows: list[tuple[datetime, Row]] = []
        shift, before = 0.0, self._base
        for hour in sorted(known.union(changed)):
            row = self._rows.get(hour)
            before = row.sum if row else before
            if row is None or (hour in hours and self._differs(hour, hours[hour])):
                shift += hours[hour] - self.amounts.get(hour, 0.0)
                rows.append((hour, Row(hours[hour], before + shift)))
            elif abs(shift) > _NO_SHIFT:
                rows.append((hour, Row(row.state, row.sum + shift)))
        return Step(changed, tuple(rows), shift if abs(shift) > _NO_SHIFT else 0.0)

    def _differs(self, hour: datetime, amount: float) -> bool:
        row = self._rows.get(hour)
        return row is None or row.state is None or abs(row.state - amount) > _TOLERANCE

    def rest_of(self, coarse: Reading, hours: Mapping[datetime, float]) -> Rest | None:
        """Say what a reading longer than an hour adds to the finer ones in `hours`.

        The part of its time that no finer amount covers gets what is left of
        it, in one row: the first hour of that part. None where that part is
        shorter than a day (a missing hour would get what the two sources differ
        by), or where finer amounts already hold more than the reading.
        """
        start, end = ceil_hour(coarse.start), floor_hour(coarse.end)
        needed = min(_SMALLEST_GAP, (end - start) // HOUR)
        found = (h for h in hours_between(start, end) if self._is_open(h, hours))
        is_open = list(islice(found, max(needed, 0)))
        if len(is_open) < needed or not is_open:
            return None
        if self._stands_at_the_edge(coarse):
            return None
        target = is_open[0]
        known = self._known(coarse, target)
        value = coarse.value - fsum(known)
        if value < _SMALLEST_REST and (value < 0 or known):
            return None
        return Rest(target, round(value, 6))

    def _stands_at_the_edge(self, coarse: Reading) -> bool:
        """Return whether the reading is in the hour that it begins in, but not with.

        Earlier versions put it there.
        """
        row = self._rows.get(floor_hour(coarse.start))
        is_edge = coarse.start != floor_hour(coarse.start)
        return is_edge and row is not None and row.state == round(coarse.value, 6)

    def _known(self, coarse: Reading, but: datetime) -> list[float]:
        """Return the stored energy of a reading's time; of hours at its edges a part."""
        return [
            amount * (_overlap(hour, coarse) / HOUR)
            for hour, amount in self.amounts.items()
            if hour != but and _overlap(hour, coarse) > 0 * HOUR
        ]

    def _is_open(self, hour: datetime, hours: Mapping[datetime, float]) -> bool:
        """Return whether no finer amount holds this hour.

        A stored row that stands alone is the rest of a coarse reading itself.
        """
        if hour not in self._rows:
            return True
        neighbours = (hour - HOUR, hour + HOUR)
        return hour not in hours and not any(at in self._rows for at in neighbours)


@dataclass(frozen=True)
class Rest:
    """The part of a coarse reading that no finer amount covers."""

    hour: datetime
    value: float


def _amounts(rows: Mapping[datetime, Row], base: float) -> dict[datetime, float]:
    amounts: dict[datetime, float] = {}
    for hour, row in rows.items():
        amounts[hour] = row.sum - base
        base = row.sum
    return amounts


def _overlap(hour: datetime, reading: Reading) -> timedelta:
    return min(hour + HOUR, reading.end) - max(hour, reading.start)
