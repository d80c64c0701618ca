"""Energy of all channels in one bucket of time (wire 4.9, 4.11)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from custom_components.cloud_energy.client.errors import Malformed
from custom_components.cloud_energy.client.fields import good_members, read_time, whole
from custom_components.cloud_energy.client.wire import number, text

from .channels import channel_slug

type ChannelKey = tuple[int, str]
"""A device's gid and the slug of one of its channels."""


@dataclass(frozen=True)
class Usages:
    """The amount in the bucket that holds an instant, so far."""

    instant: datetime | None
    values: Mapping[ChannelKey, float | None] = field(repr=False)
    """Amount per channel, in the unit that was requested; None if not known yet."""

    @classmethod
    def read(cls, answer: object) -> Self:
        """Read the answer of the legacy API, nested devices too.

        :raises Malformed: it has another shape.
        """
        body = _mapping(_mapping(answer).get("deviceListUsages"))
        return cls(
            read_time(body.get("instant")),
            _joined(_legacy(_devices(body.get("devices"), "deviceGid"))),
        )

    @classmethod
    def read_modern(cls, answer: object) -> Self:
        """Read the answer of the modern API.

        :raises Malformed: it has another shape.
        """
        body = _mapping(answer)
        found = (
            (gid, entry, "channel_id")
            for gid, device in _devices(body.get("device_usages"), "device_gid")
            for entry in _entries(device.get("channel_usages"))
        )
        return cls(read_time(body.get("instant")), _joined(found))


type _Device = tuple[int, Mapping[str, Any]]
type _Found = tuple[int, Mapping[str, Any], str]


def _legacy(devices: Iterable[_Device]) -> Iterator[_Found]:
    """Yield the channels of devices and of those nested in them."""
    for gid, device in devices:
        for entry in _entries(device.get("channelUsages")):
            yield gid, entry, "channelNum"
            nested = entry.get("nestedDevices")
            yield from _legacy(_devices(nested, "deviceGid", is_part=True))


def _devices(value: object, key: str, *, is_part: bool = False) -> list[_Device]:
    """Return devices with their gids; one that has none is left out."""

    def read(entry: object) -> _Device:
        device = _mapping(entry)
        return _gid(device, key), device

    return good_members(_list(value), read, "Usages device", is_part=is_part)


def _entries(value: object) -> list[Mapping[str, Any]]:
    """Return the channels of a device; what is none is left out."""
    return good_members(_list(value), _mapping, "Usages channel", is_part=True)


def _joined(found: Iterator[_Found]) -> dict[ChannelKey, float | None]:
    """Key the amounts; a device may be listed by itself and nested as well."""
    values: dict[ChannelKey, float | None] = {}
    for gid, entry, name in found:
        key = (gid, channel_slug(text(entry.get(name))))
        amount = number(entry.get("usage"))
        if values.get(key) is None:
            values[key] = amount
    return values


def _gid(device: Mapping[str, Any], key: str) -> int:
    gid = whole(device.get(key))
    if gid is None:
        raise Malformed("Usages: a device has no gid")
    return gid


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Malformed("Usages: an object was expected")
    return value


def _list(value: object) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise Malformed("Usages: a list was expected")
    return value
