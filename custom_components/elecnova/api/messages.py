"""Reading messages of the broker, of which nobody has published any (wire 4.7).

A message may be about a cabinet or about one of its components, say so in its keys
or in its topic, and hold its values nested, flat, or as a list of points. All of
this is understood; what is not is for whoever calls to count.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from aiohttp import ClientPayloadError

from custom_components.cloud_energy.client.packing import Packing
from custom_components.cloud_energy.client.storable import parse_json
from custom_components.cloud_energy.client.wire import number, text

from .models import Component
from .models.fields import read_moment

type Value = float | bool | str

_GZIP: Final = b"\x1f\x8b"
_MAX_BYTES: Final = 256 * 1024
_LARGE: Final = 32 * 1024
_MAX_PARTS: Final = 500
"""Objects in the list that a message may be."""
_MAX_POINTS: Final = 3_000
"""More than all parts of a cabinet have together."""
_LONGEST: Final = 255
"""A name, with what it is nested under, or a text; what is longer names no point."""
_SERIAL_KEYS: Final = ("sn", "device_sn", "devicesn", "serial")
_COMPONENT_KEYS: Final = ("location_code", "locationcode", "component")
_TIME_KEYS: Final = ("time", "timestamp", "ts", "t")
_DATA_KEYS: Final = ("data", "points", "values")
_NAME_KEYS: Final = ("code", "name", "key", "id", "point")
_ABOUT: Final = frozenset({*_SERIAL_KEYS, *_COMPONENT_KEYS, *_TIME_KEYS})


class Undecodable(Exception):
    """A message is no JSON object, or more than any cabinet has to say."""


@dataclass(frozen=True)
class Point:
    """One value of a device at a time."""

    owner: str = field(repr=False)
    """The serial of the component or cabinet; empty if nothing says."""
    name: str
    """As it was sent."""
    value: Value | None
    """None where the cloud sends that there is none."""
    unit: str
    """As it was sent; usually empty."""
    time: datetime


class Directory:
    """Finds the component that a message means."""

    def __init__(
        self, cabinets: Iterable[str], components: Iterable[Component]
    ) -> None:
        """Take the serials of the cabinets, and what is in them."""
        self._cabinets = {sn.lower(): sn for sn in cabinets}
        self._components: dict[str, Component] = {}
        self._places: dict[tuple[str, str], str] = {}
        for component in components:
            self._components[component.sn.lower()] = component
            for name in (component.location_code, component.component):
                if name:
                    key = (component.cabinet_sn, name.lower())
                    self._places.setdefault(key, component.sn)

    def find(self, name: str, cabinet: str) -> str | None:
        """Return the serial behind a serial, a location or a kind of component.

        Locations and kinds are of the cabinet; without one, of the only one there is.
        """
        folded = name.lower()
        if component := self._components.get(folded):
            return component.sn
        if folded in self._cabinets:
            return self._cabinets[folded]
        if not cabinet and len(self._cabinets) == 1:
            cabinet = next(iter(self._cabinets.values()))
        return self._places.get((cabinet, folded))

    def cabinet_of(self, owner: str) -> str:
        """Return the cabinet of a component or cabinet; empty if there is none."""
        component = self._components.get(owner.lower())
        return component.cabinet_sn if component else owner


@dataclass(frozen=True)
class _Context:
    """What holds for all values of a message."""

    directory: Directory
    owner: str
    time: datetime

    def owner_of(self, name: str) -> str | None:
        return self.directory.find(name, self.directory.cabinet_of(self.owner))


def decode(
    topic: str, payload: bytes, directory: Directory, arrived: datetime
) -> list[Point]:
    """Return the values in a message.

    :raises Undecodable: it is no JSON object, nor a list of them, or far too much.
    """
    parsed = _parsed(payload)
    bodies = parsed if isinstance(parsed, list) else [parsed]
    if len(bodies) > _MAX_PARTS:
        raise Undecodable("It has more parts than any message")
    points: list[Point] = []
    for body in bodies:
        if not isinstance(body, dict):
            raise Undecodable("An object was expected")
        points += _points(body, _context(topic, body, directory, arrived))
        if len(points) > _MAX_POINTS:
            raise Undecodable("It has more points than any cabinet")
    return points


def is_slow(payload: bytes) -> bool:
    """Return whether decoding a message may take a while: a packed one says little."""
    return len(payload) >= _LARGE or payload.startswith(_GZIP)


def _parsed(payload: bytes) -> Any:
    if len(payload) > _MAX_BYTES:
        raise Undecodable("It is too large for a message")
    try:
        if payload.startswith(_GZIP):
            payload = _unpacked(payload)
        return parse_json(payload)
    except (ValueError, ClientPayloadError) as err:
        raise Undecodable(type(err).__name__) from None


def _unpacked(payload: bytes) -> bytes:
    packing = Packing("gzip")
    content = packing.take(payload, _MAX_BYTES + 1)
    if len(content) > _MAX_BYTES:
        raise Undecodable("It is too large for a message")
    packing.finish()
    return content


def _context(
    topic: str, body: Mapping[str, Any], directory: Directory, arrived: datetime
) -> _Context:
    keys = {key.lower(): value for key, value in body.items()}
    named = [text(keys.get(key)) for key in (*_SERIAL_KEYS, *_COMPONENT_KEYS)]
    owner = ""
    # A serial gives the cabinet in which a location or kind is looked up then.
    for name in (*topic.split("/"), *filter(None, named)):
        found = directory.find(name, directory.cabinet_of(owner))
        owner = found or owner
    times = (read_moment(keys.get(key)) for key in _TIME_KEYS)
    return _Context(directory, owner, next(filter(None, times), arrived))


def _points(body: Mapping[str, Any], context: _Context) -> Iterator[Point]:
    inside = [body[key] for key in body if key.lower() in _DATA_KEYS]
    for data in inside:
        if isinstance(data, list):
            yield from _listed(data, context)
        elif isinstance(data, dict):
            yield from _keyed(data, context)
    if not inside:
        flat = {key: item for key, item in body.items() if key.lower() not in _ABOUT}
        yield from _keyed(flat, context)


def _listed(entries: Iterable[Any], context: _Context) -> Iterator[Point]:
    for entry in entries:
        if not isinstance(entry, dict):
            continue
        name = next((text(entry[key]) for key in _NAME_KEYS if key in entry), "")
        yield from _one(name, entry.get("value"), text(entry.get("unit")), context)


def _keyed(data: Mapping[str, Any], context: _Context) -> Iterator[Point]:
    for key, item in data.items():
        if not isinstance(item, dict):
            yield from _one(key, item, "", context)
        elif "value" in item:
            yield from _one(key, item["value"], text(item.get("unit")), context)
        elif len(key) < _LONGEST:
            owner = context.owner_of(key)
            # What is nested under no component keeps the name that it is under.
            prefix = "" if owner else f"{key}."
            inner = {f"{prefix}{name}": value for name, value in item.items()}
            nested = _Context(context.directory, owner or context.owner, context.time)
            yield from _keyed(inner, nested)


def _one(name: str, sent: object, unit: str, context: _Context) -> Iterator[Point]:
    """Yield a point; `bms_01.soc` names its component."""
    place, dot, rest = name.rpartition(".")
    found = context.owner_of(place) if dot else None
    if 0 < len(name) <= _LONGEST and not isinstance(sent, (dict, list)):
        owner = found or context.owner
        name = rest if found else name
        yield Point(owner, name, _value(sent), unit[:_LONGEST], context.time)


def _value(sent: object) -> Value | None:
    """Read a number, also one sent as text; truth and other texts as they are."""
    if isinstance(sent, bool):
        return sent
    found = number(sent)
    if found is None and isinstance(sent, str):
        return sent.strip()[:_LONGEST] or None
    return found
