"""Keeps devices and circuits that one answer of the cloud leaves out."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from custom_components.cloud_energy.entry.presence import Presence
from custom_components.emporia.api.models import (
    Battery,
    Charger,
    Connection,
    Load,
    LocationProperties,
    Outlet,
    Status,
    WireChannel,
    WireDevice,
)

type _Path = tuple[tuple[int, str], ...]


class Tree:
    """The devices with their channels, as far as they are not gone."""

    def __init__(self) -> None:
        """Start with an empty tree; the first answer fills it."""
        self._devices = defaultdict[_Path, Presence[WireDevice]](
            lambda: Presence(_key_of)
        )
        self._channels = defaultdict[_Path, Presence[WireChannel]](
            lambda: Presence(lambda channel: channel.channel_id)
        )
        self._known: dict[_Path, WireDevice] = {}

    def recall(self, devices: Iterable[WireDevice], path: _Path = ()) -> None:
        """Know what devices were like before a restart, not that they are still there."""
        for device in devices:
            at = (*path, _key_of(device))
            self._known.setdefault(at, device)
            self.recall(device.devices, at)

    def take(self, devices: Iterable[WireDevice], path: _Path = ()) -> list[WireDevice]:
        """Return the devices at a place of the tree, and what is missing once."""
        present = self._devices[path].take(devices)
        return [self._whole(device, (*path, _key_of(device))) for device in present]

    def _whole(self, device: WireDevice, path: _Path) -> WireDevice:
        if known := self._known.get(path):
            device = _completed(device, known)
        self._known[path] = device
        return replace(
            device,
            channels=self._channels[path].take(device.channels),
            devices=self.take(device.devices, path),
        )


def _completed(device: WireDevice, known: WireDevice) -> WireDevice:
    """Return a device with what it is for good, where an answer leaves that out.

    Without it a charger would be a panel, a solar circuit one that consumes, and a home
    with solar one without, in another time zone.
    """
    kinds = {channel.channel_id: channel for channel in known.channels}
    return replace(
        device,
        location=_completed_location(device.location, known.location),
        has_outlet=device.has_outlet or known.has_outlet,
        has_charger=device.has_charger or known.has_charger,
        has_battery=device.has_battery or known.has_battery,
        channels=[
            _completed_channel(each, kinds.get(each.channel_id))
            for each in device.channels
        ],
    )


def _completed_location(
    found: LocationProperties | None, known: LocationProperties | None
) -> LocationProperties | None:
    if found is None or known is None:
        return found or known
    return replace(
        found,
        time_zone=found.time_zone or known.time_zone,
        billing_day=found.billing_day or known.billing_day,
        cents_per_kwh=(
            known.cents_per_kwh if found.cents_per_kwh is None else found.cents_per_kwh
        ),
        solar=known.solar if found.solar is None else found.solar,
    )


def _completed_channel(found: WireChannel, known: WireChannel | None) -> WireChannel:
    if known is None:
        return found
    return replace(
        found,
        type_gid=known.type_gid if found.type_gid is None else found.type_gid,
        type=found.type or known.type,
    )


def _key_of(device: WireDevice) -> tuple[int, str]:
    # A sub-device has the number of the device that it is in.
    return (device.gid, device.model)


class Switchable:
    """What the status reports on chargers, plugs and batteries."""

    def __init__(self) -> None:
        """Start without devices; the first answer brings them."""
        self._connections = Presence[Connection](lambda each: each.gid)
        self._outlets = Presence[Outlet](lambda each: each.gid)
        self._batteries = Presence[Battery](lambda each: each.gid)
        self._chargers = Presence[Charger](lambda each: each.gid)
        self._loads = Presence[Load](lambda each: each.load_gid)

    def take(self, status: Status) -> Status:
        """Return a status, and what is missing from it once."""
        return Status(
            connections=self._connections.take(status.connections),
            outlets=self._outlets.take(status.outlets),
            batteries=self._batteries.take(status.batteries),
            chargers=self._chargers.take(status.chargers),
            loads=self._loads.take(status.loads),
        )
