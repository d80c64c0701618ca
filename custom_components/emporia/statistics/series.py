"""The statistics of the channels, and how their readings are requested."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
import time
from typing import Final, Protocol

from custom_components.cloud_energy.client.errors import NotPermitted, ProviderError
from custom_components.cloud_energy.client.storable import storable_name
from custom_components.cloud_energy.dashboard.sources import (
    DeviceSource,
    EnergySource,
    GridSource,
    SolarSource,
)
from custom_components.cloud_energy.readings import HOUR, Reading
from custom_components.cloud_energy.recorder.series import Series, branded
from custom_components.emporia.api.client import EmporiaClient
from custom_components.emporia.api.energy import DOLLARS, KWH, Scale
from custom_components.emporia.api.home import Channel, Device, Home
from custom_components.emporia.api.models import Usages
from custom_components.emporia.api.models.channels import (
    GRID_EXPORT,
    GRID_IMPORT,
    MAINS,
)
from custom_components.emporia.calculations.signs import Signs
from custom_components.emporia.const import DOMAIN, MANUFACTURER
from custom_components.emporia.snapshot import COMPUTED

PACE: Final = 1.0
"""Seconds between two requests of the history."""

_FEW_HOURS: Final = 3
_REFUSALS: Final = frozenset({400, 404, 405})
_CHARTS_KEPT: Final = 8
"""For series that need the same charts one after the other."""
_ASK_AGAIN: Final = timedelta(days=1)
"""How long a refused chart that never came is not requested again (wire 5)."""


@dataclass(frozen=True, kw_only=True)
class ChannelSeries:
    """The statistic of one channel: its energy, or what that cost."""

    gid: int = field(repr=False)
    channel: Channel
    series: Series = field(repr=False)
    unit: str = KWH

    @property
    def can_be_charted(self) -> bool:
        """Whether one request brings many hours (wire 4.10)."""
        return self.channel.slug not in (GRID_IMPORT, GRID_EXPORT)

    @property
    def parts(self) -> Sequence[ChannelSeries]:
        """What is to be requested: itself."""
        return (self,)

    def joined(self, amounts: Sequence[float]) -> float:
        """Return what its only part has."""
        return amounts[0]


class WantedSeries(Protocol):
    """A statistic, and the channels whose hours make it up."""

    @property
    def series(self) -> Series:
        """The statistic that these readings belong to."""

    @property
    def parts(self) -> Sequence[ChannelSeries]:
        """What is to be requested; an hour that one of them lacks is not known."""

    @property
    def can_be_charted(self) -> bool:
        """Whether one request brings many hours (wire 4.10)."""

    def joined(self, amounts: Sequence[float]) -> float:
        """Return the amount of an hour from those of its parts."""


type _ChartKey = tuple[int, str, datetime, datetime, str]

type PowerOf = Callable[[int, str], str | None]
"""Returns the entity of a channel's power, by the gid and the channel's slug."""


def statistic_id(gid: int, slug: str, kind: str = "energy") -> str:
    """Return the id of a channel's statistic."""
    return f"{DOMAIN}:{gid}_{slug}_{kind}"


def channel_series(home: Home, currency: str) -> list[ChannelSeries]:
    """Return the statistics of all channels: energy, and costs at the grid.

    `currency`: what the cloud's amounts are in, which it does not say.
    """
    found: list[ChannelSeries] = []
    for device in home.values():
        channels = list(device.channels.values())
        if device.solar:
            channels += [COMPUTED[GRID_IMPORT], COMPUTED[GRID_EXPORT]]
        found += [energy_of(device, channel) for channel in channels]
        if device.is_panel:
            slugs = {channel.slug: channel for channel in channels}
            found += _costs(device, slugs, currency)
    return found


def energy_of(device: Device, channel: Channel) -> ChannelSeries:
    """Return the statistic of a channel's energy."""
    series = Series.energy(
        statistic_id(device.gid, channel.slug),
        storable_name(branded(MANUFACTURER, f"{channel_name(device, channel)} energy")),
    )
    return ChannelSeries(gid=device.gid, channel=channel, series=series)


def _costs(
    device: Device, channels: dict[str, Channel], currency: str
) -> list[ChannelSeries]:
    """Return the costs: of import and export where they are separate."""
    if GRID_IMPORT in channels:
        kinds = {GRID_IMPORT: "cost", GRID_EXPORT: "compensation"}
    else:
        kinds = {MAINS: "cost"}
    return [
        money_of(device, channels[slug], kind, currency)
        for slug, kind in kinds.items()
        if slug in channels
    ]


def money_of(
    device: Device, channel: Channel, kind: str, currency: str
) -> ChannelSeries:
    """Return the statistic of what a channel's energy costs, or brings in."""
    series = Series.money(
        statistic_id(device.gid, channel.slug, kind),
        storable_name(branded(MANUFACTURER, f"{channel_name(device, channel)} {kind}")),
        currency,
    )
    return ChannelSeries(gid=device.gid, channel=channel, series=series, unit=DOLLARS)


def channel_name(device: Device, channel: Channel) -> str:
    """Return what a person knows a channel by."""
    name = device.name or str(device.gid)
    if not (device.is_load and channel.slug == MAINS):
        name = f"{name} {channel.name or channel.slug.replace('_', ' ')}"
    return name.strip()


def energy_sources(
    home: Home,
    currency: str,
    power: PowerOf = lambda _gid, _slug: None,
    *,
    netted: Collection[int] = (),
) -> tuple[EnergySource, ...]:
    """Describe grid, sun and single devices to the Energy dashboard.

    `netted`: panels that share a connection, which is described elsewhere.
    """
    grids = [
        _grid(device, currency, power(device.gid, MAINS))
        for device in home.values()
        if is_at_the_grid(device) and device.gid not in netted
    ]
    circuits = [
        _circuit(device, channel, power(device.gid, channel.slug))
        for device in home.values()
        for channel in device.channels.values()
        if channel.is_solar or _is_consumer(device, channel)
    ]
    return (*grids, *circuits)


def is_at_the_grid(device: Device) -> bool:
    """Return whether a panel hangs on no other one."""
    return device.is_panel and not device.parent_gid and MAINS in device.channels


def _is_consumer(device: Device, channel: Channel) -> bool:
    """Return whether a channel is one consumer, in one direction.

    The cloud has already taken nested devices out of the circuit that feeds them.
    """
    if device.is_battery:
        return False
    return device.is_load if channel.slug == MAINS else not channel.is_signed


def _grid(device: Device, currency: str, power: str | None) -> GridSource:
    known = {**COMPUTED, **device.channels}
    slugs = (GRID_IMPORT, GRID_EXPORT) if device.solar else (MAINS,)
    flows = [energy_of(device, known[slug]).series for slug in slugs]
    costs = _costs(device, {slug: known[slug] for slug in slugs}, currency)
    money = [each.series for each in costs]
    return GridSource(
        name=branded(MANUFACTURER, device.name).strip(),
        consumption=flows[0].statistic_id,
        return_=flows[1].statistic_id if device.solar else None,
        cost=money[0].statistic_id,
        compensation=money[1].statistic_id if device.solar else None,
        power=power,
        series=(*flows, *money),
    )


def _circuit(
    device: Device, channel: Channel, power: str | None
) -> SolarSource | DeviceSource:
    name = branded(MANUFACTURER, channel_name(device, channel))
    series = energy_of(device, channel).series
    energy = series.statistic_id
    if channel.is_solar:
        return SolarSource(name=name, production=energy, power=power, series=(series,))
    return DeviceSource(name=name, consumption=energy, power=power, series=(series,))


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
