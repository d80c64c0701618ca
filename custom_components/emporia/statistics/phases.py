"""In which order history is read: what a home with solar needs most is slowest."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from custom_components.cloud_energy.recorder.backfill import HistorySource
from custom_components.emporia.api.energy import KWH
from custom_components.emporia.api.models.channels import MAINS

from .hour_reader import HourReader
from .series import WantedSeries, statistic_id

_HOURLY_WINDOW: Final = timedelta(days=1)
"""One request per hour: a longer one would hold up the others."""
_YESTERDAY: Final = timedelta(days=2)
_RECENT: Final = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Phases:
    """Where history comes from, by how it is had."""

    charted: Sequence[HistorySource]
    """One request brings a month of one."""
    grid: Sequence[HistorySource]
    """A request for each hour of all of them, and the sun, which keeps behind."""
    money: Sequence[HistorySource]
    """What the grid costs: as many requests again."""

    @property
    def all(self) -> list[HistorySource]:
        """All of them, what is had first before the rest."""
        return [*self.charted, *self.grid, *self.money]


def _yesterday(phases: Phases, now: datetime) -> list[HistorySource]:
    """Return a day or two of everything: a home sees those before its years."""
    sources = [*phases.grid, *phases.charted, *phases.money]
    return [replace(s, behind=()) for s in _since(now - _YESTERDAY, sources)]


def _recent(phases: Phases, now: datetime) -> list[HistorySource]:
    return _since(now - _RECENT, [*phases.grid, *phases.money])


IN_ORDER: Final[Sequence[Callable[[Phases, datetime], Sequence[HistorySource]]]] = (
    _yesterday,
    lambda phases, _: phases.charted,
    _recent,
    lambda phases, _: phases.grid,
    lambda phases, _: phases.money,
)
"""What is read side by side, one after the other."""


def phases_of(
    series: Sequence[WantedSeries],
    reader: HourReader,
    earliest: datetime,
    *,
    oldest: Mapping[str, datetime],
    netted: Collection[int],
) -> Phases:
    """Sort the statistics.

    `oldest`: since when each is stored. `netted`: panels whose own grid is not shown.
    """
    charted, sun, grid, money = (list[HistorySource]() for _ in range(4))
    leading = set[str]()
    for wanted in series:
        source = HistorySource(
            series=wanted.series, fetch=partial(reader.read, wanted), earliest=earliest
        )
        part = wanted.parts[0]
        if wanted.can_be_charted:
            (sun if part.channel.is_solar else charted).append(source)
            continue
        begin = max([earliest, *_begins(wanted, oldest)])
        source = replace(source, window=_HOURLY_WINDOW, earliest=begin, cost=24)
        (grid if part.unit == KWH else money).append(source)
        if part.unit == KWH and part.gid not in netted:
            leading.add(source.series.statistic_id)
    # One request brings an hour of all of them
    grid, money = (
        [
            replace(each, brought_by=phase[:1] if at else ())
            for at, each in enumerate(phase)
        ]
        for phase in (grid, money)
    )
    leaders = [s for s in grid if s.series.statistic_id in leading]
    sun = [replace(each, behind=leaders) for each in sun]
    return Phases(charted=charted, grid=[*grid, *sun], money=money)


def _begins(wanted: WantedSeries, oldest: Mapping[str, datetime]) -> Iterator[datetime]:
    """Yield since when there are mains: what goes through them is not older.

    Three months without anything would take a request per hour, to no avail.
    """
    for part in wanted.parts:
        mains = oldest.get(statistic_id(part.gid, MAINS))
        if mains:
            yield mains


def _since(start: datetime, sources: Sequence[HistorySource]) -> list[HistorySource]:
    """Return the same, with nothing before that time."""
    return [
        replace(
            each,
            earliest=max(each.earliest, start),
            behind=_since(start, each.behind),
        )
        for each in sources
    ]
