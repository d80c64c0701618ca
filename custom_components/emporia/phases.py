"""In which order the years before are read: what a home with sun needs most is slow."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from custom_components.cloud_energy.recorder.backfill import Source

from .api.energy import KWH
from .statistics.series import HourReader, WantedSeries

_HOURLY_WINDOW: Final = timedelta(days=1)
"""One request per hour: a longer one would hold up the others."""
_YESTERDAY: Final = timedelta(days=2)
_RECENT: Final = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Phases:
    """Where history comes from, by how it is had."""

    charted: Sequence[Source]
    """One request brings a month of one."""
    grid: Sequence[Source]
    """A request for each hour of all of them, and the sun, which keeps behind."""
    money: Sequence[Source]
    """What the grid costs: as many requests again."""

    @property
    def all(self) -> list[Source]:
        """All of them, what is had first before the rest."""
        return [*self.charted, *self.grid, *self.money]

    def in_order(self, now: datetime) -> Iterator[Sequence[Source]]:
        """Yield what is read side by side, one after the other."""
        # Nothing keeps behind here: a home sees its day before its years.
        yield _since(now - _YESTERDAY, [*self.grid, *self.charted, *self.money])
        yield self.charted
        yield _since(now - _RECENT, [*self.grid, *self.money])
        yield self.grid
        yield self.money


def phases_of(
    series: Sequence[WantedSeries],
    reader: HourReader,
    earliest: datetime,
    netted: Collection[int],
) -> Phases:
    """Sort the statistics; `netted`: panels whose own grid is not shown."""
    charted, sun, grid, money = (list[Source]() for _ in range(4))
    leading = set[str]()
    for wanted in series:
        source = Source(
            series=wanted.series, fetch=partial(reader.read, wanted), earliest=earliest
        )
        part = wanted.parts[0]
        if wanted.can_be_charted:
            (sun if part.channel.is_solar else charted).append(source)
            continue
        source = replace(source, window=_HOURLY_WINDOW)
        (grid if part.unit == KWH else money).append(source)
        if part.unit == KWH and part.gid not in netted:
            leading.add(source.series.statistic_id)
    # One request brings an hour of all of them
    grid, money = (
        [replace(each, cost=0 if at else 24) for at, each in enumerate(phase)]
        for phase in (grid, money)
    )
    leaders = [s for s in grid if s.series.statistic_id in leading]
    sun = [replace(each, behind=leaders) for each in sun]
    return Phases(charted=charted, grid=[*grid, *sun], money=money)


def _since(start: datetime, sources: Sequence[Source]) -> list[Source]:
    """Return the same, with nothing before that time."""
    return [
        replace(
            each,
            earliest=max(each.earliest, start),
            behind=_since(start, each.behind),
        )
        for each in sources
    ]
