"""Answers as JSON and back: the values that snapshots are made of.

They are of plain kinds, times, enumerations, and dataclasses of our own integrations;
nothing else can be packed, and nothing else is ever made from what is stored.
"""

from collections.abc import Callable, Mapping
from dataclasses import Field, fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from importlib import import_module
from math import isfinite
import re
from typing import Any, Final
from zoneinfo import ZoneInfo

from homeassistant.helpers.json import cached_json_fragment, json_fragment

from custom_components.cloud_energy.client.fields import PERSONAL

_OURS: Final = "custom_components."
_KIND: Final = "$"
_VALUE: Final = "v"

_LARGEST: Final = 2**63 - 1
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_PLAIN: Final = (bool, int, float, str)


class NotStorable(ValueError):
    """A value can't be packed, or what is stored is none that can be unpacked."""


def as_json(value: Any) -> json_fragment:
    """Return a value as a piece of JSON.

    :raises NotStorable: it is of another kind, or nested too deeply.
    """
    try:
        return cached_json_fragment(packed(value))
    except (RecursionError, TypeError) as err:
        raise NotStorable("JSON can't hold it") from err


def packed(value: Any) -> Any:
    """Return a value as JSON knows it.

    :raises NotStorable: it is of another kind.
    """
    if value is None or type(value) in _PLAIN:
        return _plain(value)
    if type(value) is list:
        return [packed(each) for each in value]
    kind, content = _described(value)
    return {_KIND: kind, _VALUE: content}


def unpacked(data: Any) -> Any:
    """Return the value that was packed.

    :raises NotStorable: it is of a kind that is no more, or never was.
    """
    if isinstance(data, list):
        return [unpacked(each) for each in data]
    if not isinstance(data, dict):
        return data
    try:
        kind, content = data[_KIND], data[_VALUE]
        make = _MAKERS.get(kind)
        return make(content) if make else _made(_type_named(kind), content)
    except (KeyError, TypeError, ValueError, AttributeError, ImportError) as err:
        raise NotStorable("What is stored has another shape") from err


def _plain(value: Any) -> Any:
    """Return a plain value that any JSON can hold."""
    is_sound = not isinstance(value, float) or isfinite(value)
    if isinstance(value, int):
        is_sound = abs(value) <= _LARGEST
    elif isinstance(value, str):
        is_sound = not _SURROGATE.search(value)
    if not is_sound:
        raise NotStorable("JSON has no such value")
    return value


def _described(value: Any) -> tuple[str, Any]:
    match value:
        case datetime():
            return "datetime", value.isoformat()
        case date():
            return "date", value.isoformat()
        case timedelta():
            return "timedelta", value.total_seconds()
        case ZoneInfo():
            return "zone", value.key
        case tuple():
            return "tuple", [packed(each) for each in value]
        case set():
            return "set", [packed(each) for each in value]
        case frozenset():
            return "frozenset", [packed(each) for each in value]
        case Mapping():
            return "dict", [[packed(key), packed(each)] for key, each in value.items()]
    name = f"{type(value).__module__}:{type(value).__qualname__}"
    if name.startswith(_OURS):
        if isinstance(value, Enum):
            return name, packed(value.value)
        if is_dataclass(value):
            return name, {each.name: _member(value, each) for each in fields(value)}
    raise NotStorable(f"A {type(value).__name__} can't be stored")


def _member(value: Any, member: Field[Any]) -> Any:
    """Return a member of a dataclass, or its default where nobody else may read it."""
    is_personal = member.metadata.get(PERSONAL)
    return packed(member.default if is_personal else getattr(value, member.name))


_MAKERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "timedelta": lambda seconds: timedelta(seconds=seconds),
    "zone": ZoneInfo,
    "tuple": lambda each: tuple(unpacked(each)),
    "set": lambda each: set(unpacked(each)),
    "frozenset": lambda each: frozenset(unpacked(each)),
    "dict": lambda pairs: {unpacked(key): unpacked(each) for key, each in pairs},
}


def _type_named(name: str) -> type[Any]:
    if not name.startswith(_OURS):
        raise NotStorable(f"{name} is not one of our types")
    module, _, qualname = name.partition(":")
    found: Any = import_module(module)
    for part in qualname.split("."):
        found = getattr(found, part)
    if not isinstance(found, type):
        raise NotStorable(f"{name} is not a type of value")
    return found


def _made(kind: type[Any], content: Any) -> Any:
    """Make a member of an enumeration or a dataclass, as it was: nothing is run."""
    if issubclass(kind, Enum):
        return kind(unpacked(content))
    if not is_dataclass(kind) or content.keys() != {f.name for f in fields(kind)}:
        raise NotStorable(f"{kind.__name__} has other members now")
    made = object.__new__(kind)
    for name, value in content.items():
        object.__setattr__(made, name, unpacked(value))
    return made
