"""The arithmetic of hourly statistics: which rows to write, what to shift.

A ledger holds rows of one statistic as the recorder has them. It plans the
steps that bring new amounts in while `sum - previous sum == state` stays true
for every row: rows are written only where they change, and everything behind
them is shifted by one constant instead of being written again.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import fsum

from .readings import HOUR, Reading, floor_hour

JOB_ROWS = 720
"""Most rows of one step: 30 days, about half a second of the recorder's time."""

_FOREIGN_BREAKS = 24
_MERGE_GAP = 48
_TOLERANCE = 1e-5
_SMALLEST_REST = 5e-4
_SMALLEST_GAP = 24


@dataclass(frozen=True, slots=True)
class Row:
    """One hour of a statistic: its amount and the running total behind it."""

    state: float
    sum: float


@dataclass(frozen=True)
class Step:
    """Rows to write, and then the shift of all rows from an hour on."""

    rows: Sequence[tuple[datetime, Row]] = ()
    shift_from: datetime | None = None
    shift: float = 0.0


class Ledger:
    """The rows of one statistic from some hour on to its end."""

    def __init__(self, rows: Mapping[datetime, Row], base: float = 0.0) -> None:
        """Take the rows, in order of time, and the sum before the first one."""
        self._hours = list(rows)
        self._rows = dict(rows)
        self._base = base

    @property
    def rows(self) -> Mapping[datetime, Row]:
        """The rows as they are once all planned steps are done."""
        return self._rows

    def heal(self) -> list[Step]:
        """Plan the repair of sums that do not follow from the rows before.

        A break here and there is what an interrupted import leaves: the amounts
        are right, the tail was not shifted. Where most rows are broken, another
        program has put something else into `state`: then the sums are right.
        """
        breaks = sum(not self._follows(at) for at in range(len(self._hours)))
        if breaks > max(_FOREIGN_BREAKS, len(self._hours) // 2):
            return list(self._adopt())
        return [step for at in range(len(self._hours)) if (step := self._close(at))]

    def add(self, hours: Mapping[datetime, float]) -> Iterator[Step]:
        """Plan the steps that make the given hours hold the given amounts.

        The newest hours come first, so that what a user looks at is there
        first; each step leaves all sums true.
        """
        newest_first = sorted(hours, reverse=True)
        for at in range(0, len(newest_first), JOB_ROWS):
            chunk = sorted(newest_first[at : at + JOB_ROWS])
            changed = [hour for hour in chunk if self._differs(hour, hours[hour])]
            for span in self._spans(changed):
                yield self._write(span, hours)

    def rest_of(self, coarse: Reading, hours: Mapping[datetime, float]) -> Rest | None:
        """Tell what a reading longer than an hour adds to the finer ones.

        The part of its time that no finer amount covers gets what is left of
        it, in one row: the first hour of that part. None where that part is
        shorter than a day (a missing hour would get what the two sources differ
        by), or where finer amounts already hold more than the reading.
        """
        period = self._period(coarse)
        known = {
            hour: hours[hour] if hour in hours else self._rows[hour].state
            for hour in period
            if hour in hours or hour in self._rows
        }
        is_open = [hour for hour in period if self._is_open(hour, known, hours)]
        if len(is_open) < min(_SMALLEST_GAP, len(period)):
            return None
        target = is_open[0]
        value = coarse.value - fsum(v for h, v in known.items() if h != target)
        if value < _SMALLEST_REST and (value < 0 or known):
            return None
        return Rest(target, round(value, 6))

    def _period(self, coarse: Reading) -> list[datetime]:
        first, end = floor_hour(coarse.start), floor_hour(coarse.end)
        return [first + at * HOUR for at in range((end - first) // HOUR)]

    def _is_open(
        self,
        hour: datetime,
        known: Mapping[datetime, float],
        hours: Mapping[datetime, float],
    ) -> bool:
        """Tell whether no finer amount holds this hour.

        A stored row that stands alone is the rest of a coarse reading itself.
        """
        if hour not in known:
            return True
        neighbours = (hour - HOUR, hour + HOUR)
        return hour not in hours and not any(
            neighbour in hours or neighbour in self._rows for neighbour in neighbours
        )

    def _follows(self, at: int) -> bool:
        row = self._rows[self._hours[at]]
        return abs(self._sum_before(at) + row.state - row.sum) <= _TOLERANCE

    def _sum_before(self, at: int) -> float:
        return self._rows[self._hours[at - 1]].sum if at else self._base

    def _close(self, at: int) -> Step | None:
        """Plan the shift that makes the row at this place follow the one before."""
        if at >= len(self._hours) or self._follows(at):
            return None
        hour = self._hours[at]
        shift = self._sum_before(at) + self._rows[hour].state - self._rows[hour].sum
        self._shift(at, shift)
        return Step(shift_from=hour, shift=shift)

    def _shift(self, at: int, shift: float) -> None:
        for hour in self._hours[at:]:
            row = self._rows[hour]
            self._rows[hour] = Row(row.state, row.sum + shift)

    def _adopt(self) -> Iterator[Step]:
        """Plan the rewriting of states as what the sums say."""
        before, changed = self._base, list[tuple[datetime, Row]]()
        for hour in self._hours:
            total = self._rows[hour].sum
            self._rows[hour] = Row(round(total - before, 6), total)
            changed.append((hour, self._rows[hour]))
            before = total
        for at in range(0, len(changed), JOB_ROWS):
            yield Step(rows=changed[at : at + JOB_ROWS])

    def _differs(self, hour: datetime, amount: float) -> bool:
        row = self._rows.get(hour)
        return row is None or abs(row.state - amount) > _TOLERANCE

    def _spans(self, changed: Sequence[datetime]) -> Iterator[list[datetime]]:
        """Group changed hours with the few unchanged rows between them.

        Writing some unchanged rows is cheaper than another shift of the tail.
        """
        span: list[datetime] = []
        for hour in changed:
            if span:
                between = self._stored_between(span[-1], hour)
                if len(between) < _MERGE_GAP and len(span) + len(between) < JOB_ROWS:
                    span += [*between, hour]
                    continue
                yield span
            span = [hour]
        if span:
            yield span

    def _stored_between(self, first: datetime, last: datetime) -> list[datetime]:
        after = bisect_left(self._hours, first + HOUR)
        return self._hours[after : bisect_left(self._hours, last)]

    def _write(self, span: Sequence[datetime], hours: Mapping[datetime, float]) -> Step:
        at = bisect_left(self._hours, span[0])
        total = self._sum_before(at)
        rows: list[tuple[datetime, Row]] = []
        for hour in span:
            state = hours[hour] if hour in hours else self._rows[hour].state
            total += state
            rows.append((hour, Row(state, total)))
        behind = bisect_left(self._hours, span[-1] + HOUR)
        self._hours[at:behind] = span
        self._rows.update(rows)
        closing = self._close(at + len(span))
        if closing is None:
            return Step(rows=rows)
        return Step(rows=rows, shift_from=closing.shift_from, shift=closing.shift)


@dataclass(frozen=True)
class Rest:
    """The part of a coarse reading that no finer amount covers."""

    hour: datetime
    value: float
