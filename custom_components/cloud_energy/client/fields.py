"""Metadata of model fields for what clouds send loosely: texts, numbers, null."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from mashumaro import field_options

from .errors import Malformed
from .wire import FLAGS, WireModel, flag, known, number, text


def as_text(alias: str) -> dict[str, Any]:
    """A text; empty for null."""
    return read_by(text, alias)


def as_number(alias: str) -> dict[str, Any]:
    """A number; None for nothing and for no number."""
    return read_by(number, alias)


def as_int(alias: str) -> dict[str, Any]:
    """A whole number; None for nothing and for no number."""
    return read_by(whole, alias)


def as_id(alias: str) -> dict[str, Any]:
    """A whole number without which the object is of no use."""
    return read_by(_present, alias)


def as_flag(alias: str) -> dict[str, Any]:
    """A truth value; None for nothing and for anything else."""
    return read_by(flag, alias) | known(*FLAGS)


def as_time(alias: str) -> dict[str, Any]:
    """An aware time in UTC from ISO text; None for nothing and for prose."""
    return read_by(read_time, alias)


def as_model(alias: str, model: type[WireModel]) -> dict[str, Any]:
    """An object, or None."""
    return read_by(lambda value: None if value is None else model.read(value), alias)


def as_list(alias: str, model: type[WireModel]) -> dict[str, Any]:
    """A list of objects; empty for null."""
    return read_by(lambda value: read_list(value, model), alias)


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


def whole(value: object) -> int | None:
    """Read a whole number that may be sent as text."""
    found = number(value)
    return None if found is None else int(found)


def read_time(value: object) -> datetime | None:
    """Read an ISO time; one without a zone is taken as UTC."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if moment is None:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)


def _present(value: object) -> int:
    found = whole(value)
    if found is None:
        raise ValueError("A whole number was expected")
    return found
