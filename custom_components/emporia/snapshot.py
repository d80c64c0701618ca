"""All that the measuring entities of one account show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .api.home import Channel, Device, Home
from .api.models import PeakDemand
from .api.models.channels import BALANCE, GRID_EXPORT, GRID_IMPORT, TOTAL_USAGE
from .api.models.usage import ChannelKey
from .calculations.rates import Rate
from .coordinators.legs import Leg
from .coordinators.vehicles import VehicleState

COMPUTED = {
    slug: Channel(slug=slug, number=number)
    for slug, number in (
        (BALANCE, "Balance"),
        (TOTAL_USAGE, "TotalUsage"),
        (GRID_IMPORT, "MainsFromGrid"),
        (GRID_EXPORT, "MainsToGrid"),
    )
}
"""Channels that no device tree has."""


@dataclass(frozen=True)
class Amount:
    """The kWh, or the cost, of a running period."""

    total: float
    since: datetime
    """When the period began (UTC)."""


@dataclass(frozen=True, kw_only=True)
class ChannelState:
    """A channel at one time, with the signs as they are shown."""

    device: Device
    channel: Channel
    watts: float | None
    """Of the last finished minute; None if it is not known."""
    today: Amount | None
    month: Amount | None
    """Of the running billing period."""
    cost_today: Amount | None = None
    cost_month: Amount | None = None


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """One account at one time."""

    home: Home = field(repr=False)
    channels: Mapping[ChannelKey, ChannelState] = field(repr=False)
    peaks: Mapping[int, PeakDemand] = field(repr=False)
    legs: Mapping[ChannelKey, Leg] = field(repr=False)
    vehicles: Mapping[int, VehicleState] = field(repr=False)
    rates: Mapping[int, Rate] = field(repr=False)
    """Of devices whose plan has several, by gid."""
    power_is_lost: bool = False
    """Whether the cloud has not reported any power for some minutes."""


def channels_of(device: Device) -> dict[str, Channel]:
    """Return the channels of a device, by slug: a panel's grid and balance as well."""
    computed = COMPUTED if device.is_panel else {}
    return computed | dict(device.channels)


def shown(channel: Channel, value: float, *, invert_solar: bool) -> float:
    """Return an amount with the sign that people expect (wire 4.9).

    Production and export are positive; mains, the balance and circuits that go both
    ways keep the sign of the cloud; the others can only consume.
    """
    value += 0.0  # No minus before a zero
    if channel.is_solar:
        return 0.0 - value if invert_solar else value
    if channel.slug in (GRID_IMPORT, GRID_EXPORT):
        return abs(value)
    if channel.is_signed or channel.slug == BALANCE:
        return value
    return abs(value)
