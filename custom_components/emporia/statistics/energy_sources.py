"""What the channels are for the Energy dashboard."""

from collections.abc import Callable, Collection

from custom_components.cloud_energy.dashboard.sources import (
    DeviceSource,
    EnergySource,
    GridSource,
    SolarSource,
)
from custom_components.cloud_energy.recorder.series import branded
from custom_components.emporia.api.home import Channel, Device, Home
from custom_components.emporia.api.models.channels import (
    GRID_EXPORT,
    GRID_IMPORT,
    MAINS,
)
from custom_components.emporia.const import MANUFACTURER
from custom_components.emporia.snapshot import COMPUTED

from .series import channel_name, costs_of, energy_of

type PowerOf = Callable[[int, str], str | None]
"""Returns the entity of a channel's power, by the gid and the channel's slug."""


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
    costs = costs_of(device, {slug: known[slug] for slug in slugs}, currency)
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
