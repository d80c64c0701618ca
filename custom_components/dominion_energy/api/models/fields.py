"""Metadata of fields as the data service sends them: tolerant of texts and null."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from typing import Any, Final

from mashumaro import field_options

from custom_components.cloud_energy.client.errors import Malformed
from custom_components.cloud_energy.client.wire import WireModel, flag, number, text

_TIME_FORMATS: Final = (
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y",
    "%m-%d-%Y",
)


def as_text(alias: str) -> dict[str, Any]:
    """A text; empty for null."""
    return read_by(text, alias)


def as_id(alias: str) -> dict[str, Any]:
    """A text without which the object is of no use."""
    return read_by(_present, alias)


def as_number(alias: str) -> dict[str, Any]:
    """A number; None for nothing and for no number."""
    return read_by(number, alias)


def as_flag(alias: str) -> dict[str, Any]:
    """A truth value; False for anything but `Y`, `X` or true."""
    return read_by(lambda value: bool(flag(value)), alias)


def as_date(alias: str) -> dict[str, Any]:
    """A date; None for nothing and for no date."""
    return read_by(read_date, alias)


def as_list(alias: str, model: type[WireModel]) -> dict[str, Any]:
    """A list of objects; empty for null."""
    return read_by(lambda value: read_list(value, model), alias)


def as_is(alias: str) -> dict[str, Any]:
    """Whatever the field's type makes of it."""
    return field_options(alias=alias)


def read_by(read: Callable[[Any], Any], alias: str) -> dict[str, Any]:
    """What a function makes of it."""
    return field_options(alias=alias, deserialize=read)


def read_list[ModelT: WireModel](value: object, model: type[ModelT]) -> list[ModelT]:
    """Read a list of objects; null is an empty one.

    :raises Malformed: it is no list, or one of the objects can't be read.
    """
    if value is None:
        return []
    if not isinstance(value, list):
        raise Malformed(f"{model.__name__}: a list was expected")
    return [model.read(entry) for entry in value]


def read_time(value: object) -> datetime | None:
    """Read a local date and time in any form that the service uses."""
    if not isinstance(value, str):
        return None
    for time_format in _TIME_FORMATS:
        with suppress(ValueError):
            return datetime.strptime(value.strip(), time_format)
    with suppress(ValueError):
        return datetime.fromisoformat(value.strip())
    return None


def read_date(value: object) -> date | None:
    """Read a local date in any form that the service uses."""
    moment = read_time(value)
    return moment.date() if moment else None


def _present(value: object) -> str:
    found = text(value)
    if not found:
        raise ValueError("A value was expected")
    return found
