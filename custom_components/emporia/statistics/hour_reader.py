"""Reads the hours of channels with as few requests as possible."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
import time
from typing import Final

from custom_components.cloud_energy.client.errors import NotPermitted, ProviderError
from custom_components.cloud_energy.readings import HOUR, Reading
from custom_components.emporia.api.client import EmporiaClient
from custom_components.emporia.api.energy import Scale
from custom_components.emporia.api.models import Usages
from custom_components.emporia.calculations.signs import Signs

from .series import ChannelSeries, WantedSeries

PACE: Final = 1.0
"""Seconds between two requests of the history."""

_FEW_HOURS: Final = 3
_REFUSALS: Final = frozenset({400, 404, 405})
_CHARTS_KEPT: Final = 8
"""For series that need the same charts one after the other."""
_ASK_AGAIN: Final = timedelta(days=1)
"""How long a refused chart that never came is not requested again (wire 5)."""

type _ChartKey = tuple[int, str, datetime, datetime, str]


class Refused(ProviderError):
    """The cloud refuses one channel: nothing is known of its hours."""


class HourReader:
    """Reads hours of channels with as few requests as possible.

    One request brings one hour of all channels, another one channel's month.
    """

    def __init__(self, client: EmporiaClient, signs: Signs) -> None:
        """Ask through the client of an account."""
        self._client = client
        self._signs = signs
        self._hours: dict[tuple[datetime, str], Usages | Refused] = {}
        self._charts = OrderedDict[_ChartKey, list[tuple[datetime, float]]]()
        self._refused: dict[str, float] = {}
        self._charted: set[str] = set()
        self._in_vain: set[str] = set()
        self.gids: Sequence[int] = ()

    def forget(self) -> None:
        """Begin a new round: what was requested is requested again."""
        self._hours.clear()
        self._charts.clear()
        self._in_vain.clear()

    def forget_refusals(self) -> None:
        """Ask again for whatever was refused."""
        self._refused.clear()
        self._in_vain.clear()

    def note_charted(self, wanted: WantedSeries) -> None:
        """Take that the cloud has charted a channel before: it will do so again."""
        self._charted.add(wanted.series.statistic_id)

    async def read(
        self, wanted: WantedSeries, start: datetime, end: datetime
    ) -> list[Reading]:
        """Return the hours of a statistic between two full hours (UTC).

        :raises Refused: the cloud does not give those of one of its channels.
        :raises CloudError: they can't be fetched now.
        """
        parts = [await self._read_part(part, start, end) for part in wanted.parts]
        known = set.intersection(*map(set, parts))
        return [
            Reading(hour, hour + HOUR, wanted.joined([part[hour] for part in parts]))
            for hour in sorted(known)
        ]

    async def _read_part(
        self, wanted: ChannelSeries, start: datetime, end: datetime
    ) -> dict[datetime, float]:
        is_short = end - start <= _FEW_HOURS * HOUR
        if is_short or not wanted.can_be_charted:
            found = await self._by_hours(wanted, start, end)
        else:
            found = await self._by_chart(wanted, start, end)
        return {
            hour: self._shown(wanted, value)
            for hour, value in found
            if start <= hour < end
        }

    def _shown(self, wanted: ChannelSeries, value: float) -> float:
        key = (wanted.gid, wanted.channel.slug)
        return self._signs.shown(key, wanted.channel, value)

    async def _by_chart(
        self, wanted: ChannelSeries, start: datetime, end: datetime
    ) -> Iterable[tuple[datetime, float]]:
        statistic, number = wanted.series.statistic_id, wanted.channel.number
        key = wanted.gid, number, start, end, wanted.unit
        if key in self._charts:
            return self._charts[key]
        if self._is_left_alone(statistic):
            raise Refused("The chart of a channel was refused a moment ago")
        await asyncio.sleep(PACE)
        try:
            with _refusals():
                chart = await self._client.energy.get_chart(
                    wanted.gid, number, start, end, Scale.HOUR, wanted.unit
                )
        except Refused:
            self._refused[statistic] = time.monotonic()
            self._in_vain.add(statistic)
            raise
        found = list(chart.buckets(HOUR))
        if found:
            self.note_charted(wanted)
        self._charts[key] = found
        if len(self._charts) > _CHARTS_KEPT:
            self._charts.popitem(last=False)
        return found

    def _is_left_alone(self, statistic: str) -> bool:
        """Return whether a chart is not requested: for a round, or for a day."""
        if statistic in self._charted or statistic not in self._refused:
            return statistic in self._in_vain
        return time.monotonic() - self._refused[statistic] < _ASK_AGAIN.total_seconds()

    async def _by_hours(
        self, wanted: ChannelSeries, start: datetime, end: datetime
    ) -> Iterable[tuple[datetime, float]]:
        if wanted.gid not in self.gids:
            raise Refused("The cloud refuses the hours of a device for now")
        found = []
        hour = start
        while hour < end:
            usages = await self._hour(hour, wanted.unit)
            value = usages.values.get((wanted.gid, wanted.channel.slug))
            if value is not None:
                found.append((hour, value))
            hour += HOUR
        return found

    async def _hour(self, hour: datetime, unit: str) -> Usages:
        """Return an hour of all channels, requested once in a round.

        :raises Refused: the cloud does not give it.
        """
        key = hour, unit
        if key not in self._hours:
            await asyncio.sleep(PACE)
            last = hour + HOUR - timedelta(seconds=1)
            try:
                with _refusals():
                    self._hours[key] = await self._client.energy.get_usages(
                        self.gids, last, Scale.HOUR, unit
                    )
            except Refused as err:
                self._hours[key] = err
        known = self._hours[key]
        if isinstance(known, Refused):
            raise known
        return known


@contextmanager
def _refusals() -> Iterator[None]:
    """Distinguish what the cloud refuses from what it can't do now.

    :raises Refused: it refuses this question.
    """
    try:
        yield
    except (NotPermitted, ProviderError) as err:
        if isinstance(err, ProviderError) and err.status not in _REFUSALS:
            raise
        raise Refused(str(err)) from err
