"""The statistics of the channels."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from custom_components.cloud_energy.client.storable import storable_name
from custom_components.cloud_energy.recorder.series import Series, branded
from custom_components.emporia.api.energy import DOLLARS, KWH
from custom_components.emporia.api.home import Channel, Device, Home
from custom_components.emporia.api.models.channels import (
    GRID_EXPORT,
    GRID_IMPORT,
    MAINS,
)
from custom_components.emporia.const import DOMAIN, MANUFACTURER
from custom_components.emporia.snapshot import COMPUTED


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
            found += costs_of(device, slugs, currency)
    return found


def energy_of(device: Device, channel: Channel) -> ChannelSeries:
    """Return the statistic of a channel's energy."""
    series = Series.energy(
        statistic_id(device.gid, channel.slug),
        storable_name(branded(MANUFACTURER, f"{channel_name(device, channel)} energy")),
    )
    return ChannelSeries(gid=device.gid, channel=channel, series=series)


def costs_of(
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
