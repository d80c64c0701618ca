"""Looks for hours that are missing in the middle of a statistic, and requests them.

A cloud may refuse a day for a while, or publish it months late. Between the first and
the last stored hour nothing should be missing: what is, is requested again with growing
pauses, as long as requests are to spare.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.client.errors import NotPermitted, ProviderError
from custom_components.cloud_energy.client.fields import read_time
from custom_components.cloud_energy.const import DOMAIN
from custom_components.cloud_energy.helpers.keeper import DelayedStore
from custom_components.cloud_energy.helpers.marks import is_recent
from custom_components.cloud_energy.helpers.own_store import (
    OwnStore,
    own_store,
    readable,
)
from custom_components.cloud_energy.readings import HOUR, Reading, hours_between

from .backfill import HistorySource, PartlyRefused
from .copied_hours import copied_until
from .feed import Batch, StatisticsFeed
from .series import async_with_rows
from .series_rows import SeriesRows

_DAY = timedelta(days=1)
_LOOK_EVERY = 7 * _DAY
_PAUSES = (_DAY, 7 * _DAY, 30 * _DAY)
"""How long a hole is left alone after the first, second, … request."""
_WINDOW = 30 * _DAY
_STORE_VERSION = 1
_SAVE_SECONDS = 60

type Span = tuple[datetime, datetime]


class HoleResult(StrEnum):
    """What the cloud has had for a hole when it was asked last."""

    NOTHING = "nothing"
    PART = "part"
    REFUSED = "refused"
    TOTAL = "within_total"
    """No hours, but what they add up to: nothing is missing.

    Holes stored as "total" by earlier versions may have had more: they are new again.
    """


@dataclass(frozen=True, kw_only=True)
class HoleRequest:
    """When and how often a hole was requested."""

    at: datetime
    times: int
    answer: HoleResult

    def is_due(self, now: datetime) -> bool:
        """Return whether it may be requested again; a clock set back counts."""
        pause = _PAUSES[min(self.times, len(_PAUSES)) - 1]
        return not is_recent(self.at, pause, now)


@dataclass(frozen=True, kw_only=True)
class Hole:
    """Hours of a statistic that are not stored, although later ones are."""

    statistic_id: str
    start: datetime
    end: datetime
    asked: HoleRequest | None = None

    @property
    def hours(self) -> int:
        """How many are missing."""
        return (self.end - self.start) // HOUR

    def as_dict(self) -> dict[str, Any]:
        """Describe it to a person."""
        return {
            "statistic_id": self.statistic_id,
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "hours": self.hours,
            "asked_last": self.asked and self.asked.at.isoformat(),
            "answer": self.asked and self.asked.answer.value,
        }


def _store(hass: HomeAssistant, entry_id: str) -> OwnStore:
    return own_store(hass, _STORE_VERSION, f"{DOMAIN}.{entry_id}.holes")


class Holes:
    """The holes in the statistics of one entry."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, feed: StatisticsFeed
    ) -> None:
        """Fill them through the feed of an entry."""
        self._hass = hass
        self._feed = feed
        self._store = _store(hass, entry.entry_id)
        self._keeper = DelayedStore(self._store, self._as_stored, _SAVE_SECONDS)
        self._asked: dict[tuple[str, datetime], HoleRequest] | None = None
        self._gaps: dict[str, list[Span]] = {}
        self._looked_at: datetime | None = None
        entry.async_on_unload(self.async_save)

    @property
    def missing_hours(self) -> int | None:
        """How many hours are missing; None before the first look."""
        if self._looked_at is None:
            return None
        return sum(hole.hours for hole in self.open)

    @property
    def open(self) -> list[Hole]:
        """All holes, the latest first."""
        asked = self._asked or {}
        holes = [
            Hole(
                statistic_id=statistic_id,
                start=start,
                end=end,
                asked=asked.get((statistic_id, start)),
            )
            for statistic_id, gaps in self._gaps.items()
            for start, end in gaps
            if not self._is_in_total(statistic_id, start, end)
        ]
        holes = [
            h for h in holes if not h.asked or h.asked.answer is not HoleResult.TOTAL
        ]
        return sorted(holes, key=lambda hole: hole.end, reverse=True)

    async def async_save(self) -> None:
        """Write at once what would else be written a little later."""
        if self._asked is not None:
            await self._keeper.async_save()

    async def async_fill(
        self, sources: Sequence[HistorySource], may_go_on: Callable[[], bool]
    ) -> None:
        """Look for holes if it is time to, and request those that are due.

        A source that its cloud answers with an error holds up no other one.

        :raises CloudError: nothing can be requested now.
        :raises RecorderFailed: they can't be looked for, or filled, now.
        """
        now = dt_util.utcnow()
        await self._async_load()
        if self._looked_at is None or not _within(now - self._looked_at, _LOOK_EVERY):
            for source in sources:
                await self._async_look(source)
            self._forget_what_is_filled()
            self._looked_at = now
        by_id = {source.series.statistic_id: source for source in sources}
        for hole in self.open:
            if not (hole.asked is None or hole.asked.is_due(now)):
                continue
            wanted = by_id.get(hole.statistic_id)
            if wanted is None or not _is_served(wanted, hole):
                continue
            if not may_go_on():
                return
            await self._async_ask(wanted, hole)

    async def _async_look(self, source: HistorySource) -> None:
        """Read the gaps of a series, in pieces that can be requested at a time."""
        statistic_id = source.series.statistic_id
        found = await async_with_rows(self._hass, statistic_id, SeriesRows.gaps)
        until = copied_until(self._hass, statistic_id)
        if until is not None:
            # What another integration has missed is nothing to ask our cloud for.
            found = [gap for gap in found or () if gap[0] >= until]
        longest = source.window or _WINDOW
        cuts = self._cuts(statistic_id)
        self._gaps[statistic_id] = [
            piece
            for gap in found or ()
            if any(source.series.tells(hour) for hour in hours_between(*gap))
            for piece in _pieces(gap, longest, cuts)
        ]

    def _cuts(self, statistic_id: str) -> list[datetime]:
        """Return where a gap may consist of two: where a request or a total ended."""
        asked = (start for at, start in self._asked or {} if at == statistic_id)
        totals = (end for _, end in self._feed.totals.get(statistic_id, ()))
        return sorted({*asked, *totals})

    async def _async_ask(self, source: HistorySource, hole: Hole) -> None:
        """Request a hole, and remember what came of it.

        :raises CloudError: nothing can be requested now.
        :raises RecorderFailed: what came can't be stored now.
        """
        readings: Sequence[Reading] = ()
        try:
            readings = await source.fetch(hole.start, hole.end)
            answer = _answer(readings)
        except PartlyRefused as err:
            readings, answer = err.readings, HoleResult.REFUSED
        except NotPermitted, ProviderError:
            answer = HoleResult.REFUSED
        if readings:
            await self._feed.async_store([Batch(source.series, tuple(readings))])
            await self._async_look(source)
        self._note(hole, answer)

    def _forget_what_is_filled(self) -> None:
        starts = {(at, start) for at, gaps in self._gaps.items() for start, _ in gaps}
        self._asked = {
            key: asked
            for key, asked in (self._asked or {}).items()
            if key in starts or key[0] not in self._gaps
        }

    def _note(self, hole: Hole, answer: HoleResult) -> None:
        """Remember the answer for all that is left of a hole."""
        times = (hole.asked.times if hole.asked else 0) + 1
        asked = HoleRequest(at=dt_util.utcnow(), times=times, answer=answer)
        if self._asked is not None:
            self._asked.pop((hole.statistic_id, hole.start), None)
            for start, end in self._gaps[hole.statistic_id]:
                if hole.start <= start < hole.end:
                    self._asked[hole.statistic_id, start] = (
                        replace(asked, answer=HoleResult.TOTAL)
                        if self._is_in_total(hole.statistic_id, start, end)
                        else asked
                    )
            self._keeper.async_save_later()

    def _is_in_total(self, statistic_id: str, start: datetime, end: datetime) -> bool:
        """Return whether what is known of a day or a month includes a span."""
        totals = self._feed.totals.get(statistic_id, ())
        return any(first <= start and end <= last for first, last in totals)

    async def _async_load(self) -> None:
        if self._asked is None:
            stored = await self._store.async_load() or {}
            self._asked = {
                (statistic_id, start): asked
                for statistic_id, asks in stored.items()
                for start, asked in readable(asks, _read_ask)
            }

    def _as_stored(self) -> dict[str, Any]:
        stored: dict[str, list[dict[str, Any]]] = {}
        for (statistic_id, start), asked in (self._asked or {}).items():
            stored.setdefault(statistic_id, []).append(
                {
                    "start": start.isoformat(),
                    "at": asked.at.isoformat(),
                    "times": asked.times,
                    "answer": asked.answer.value,
                }
            )
        return stored


async def async_forget_holes(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Remove what was stored for an entry that is removed."""
    await _store(hass, entry.entry_id).async_remove()


def _read_ask(stored: Mapping[str, Any]) -> tuple[datetime, HoleRequest]:
    start, at = read_time(stored["start"]), read_time(stored["at"])
    if start is None or at is None:
        raise ValueError("A time was expected")
    times = max(1, int(stored["times"]))
    answer = HoleResult(stored["answer"])
    return start, HoleRequest(at=at, times=times, answer=answer)


def _is_served(source: HistorySource, hole: Hole) -> bool:
    return source.available_from is None or hole.end > source.available_from


def _within(past: timedelta, maximum: timedelta) -> bool:
    return timedelta(0) <= past < maximum


def _pieces(gap: Span, longest: timedelta, cuts: Sequence[datetime]) -> Iterator[Span]:
    """Divide a gap at some times (sorted), and where it is long to request at a time."""
    start, end = gap
    inside = cuts[bisect_right(cuts, start) : bisect_left(cuts, end)]
    for until in (*inside, end):
        while start < until:
            piece_end = min(start + longest, until)
            yield start, piece_end
            start = piece_end


def _answer(readings: Sequence[Reading]) -> HoleResult:
    return HoleResult.PART if readings else HoleResult.NOTHING
