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
        self._locations: dict[_Path, LocationProperties] = {}

    def take(self, devices: Iterable[WireDevice], path: _Path = ()) -> list[WireDevice]:
        """Return the devices at a place of the tree, and what is missing once."""
        present = self._devices[path].take(devices)
        return [self._whole(device, (*path, _key_of(device))) for device in present]

    def _whole(self, device: WireDevice, path: _Path) -> WireDevice:
        return replace(
            device,
            location=self._location(device, path),
            channels=self._channels[path].take(device.channels),
            devices=self.take(device.devices, path),
        )

    def _location(self, device: WireDevice, path: _Path) -> LocationProperties | None:
        """Return where a device is; what an answer leaves out is as it was.

        Without it the hours would be those of another zone, and a home with solar one
        without.
        """
        known, found = self._locations.get(path), device.location
        if known and found:
            found = replace(
                found,
                time_zone=found.time_zone or known.time_zone,
                billing_day=found.billing_day or known.billing_day,
                solar=known.solar if found.solar is None else found.solar,
            )
        if found is None:
            return known
        self._locations[path] = found
        return found


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
