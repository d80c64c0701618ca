"""Reading what this cloud spells in two ways."""

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
import re
from typing import Any, Final, override

from custom_components.cloud_energy.client.fields import (
    from_timestamp,
    read_by,
    read_iso,
    read_time,
)
from custom_components.cloud_energy.client.wire import (
    FLAGS,
    WireModel,
    flag,
    known,
    number,
)

_ONLINE: Final = {"online": True, "offline": False}
_MILLISECONDS: Final = 1e11
"""Seconds since 1970 are less than this for a thousand years."""


class TwoSpellings(WireModel):
    """A model whose keys may come in camel case or with underscores (wire 4)."""

    @classmethod
    @override
    def __pre_deserialize__(cls, d: dict[Any, Any]) -> dict[Any, Any]:
        """Bring all keys to underscores, and count the unknown ones."""
        return super().__pre_deserialize__(underscored(d))


def underscored(keys: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return a mapping with its keys in lower case and underscores."""
    return {
        re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", str(key)).lower(): value
        for key, value in keys.items()
    }


def as_online(alias: str) -> dict[str, Any]:
    """Whether something is online; None for what does not say."""
    return read_by(read_online, alias) | known(*_ONLINE, *FLAGS)


def read_online(value: object) -> bool | None:
    """Read a state: true, `online` or 1; None for anything that is neither."""
    folded = str(value).strip().lower()
    if folded in _ONLINE:
        return _ONLINE[folded]
    return flag(value) if folded else None


def read_moment(value: object) -> datetime | None:
    """Read a time: RFC 3339, or seconds or milliseconds since 1970; naive is UTC."""
    seconds = number(value)
    if seconds is None:
        return read_time(value)
    if seconds > _MILLISECONDS:
        seconds /= 1000
    return from_timestamp(seconds)


def read_local(value: object, zone: tzinfo) -> datetime | None:
    """Read a time, day or month; without an offset it is local (wire 4.5)."""
    text = str(value).strip()
    if re.fullmatch(r"\d{4}-\d{2}", text):
        text += "-01"
    moment = read_iso(text)
    if moment is None:
        return read_moment(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def unique[T](items: Iterable[T], key: str) -> list[T]:
    """Return the items without those whose key has come before."""
    return list({getattr(item, key): item for item in items}.values())
