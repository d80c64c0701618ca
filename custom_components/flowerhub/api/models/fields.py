"""Metadata of fields as this portal sends them; none of them ever raises."""

from typing import Any

from custom_components.cloud_energy.client.errors import Malformed
from custom_components.cloud_energy.client.fields import read_by, read_list
from custom_components.cloud_energy.client.wire import WireModel, members
from custom_components.flowerhub.api import values


def as_int(alias: str) -> dict[str, Any]:
    """A whole number, or None."""
    return read_by(values.safe_int, alias)


def as_float(alias: str) -> dict[str, Any]:
    """A number, or None."""
    return read_by(values.safe_float, alias)


def as_amount(alias: str) -> dict[str, Any]:
    """An amount of the billing backend, or None."""
    return read_by(values.amount, alias)


def as_day(alias: str) -> dict[str, Any]:
    """A local day, or None."""
    return read_by(values.day, alias)


def as_month(alias: str) -> dict[str, Any]:
    """The first day of a local month, or None."""
    return read_by(values.month, alias)


def as_part(alias: str, model: type[WireModel]) -> dict[str, Any]:
    """An object; None for anything else."""
    return read_by(lambda value: _part(value, model), alias)


def as_parts(alias: str, model: type[WireModel]) -> dict[str, Any]:
    """A list of objects; what is none is passed over."""
    return read_by(lambda value: parts(value, model), alias)


def parts[ModelT: WireModel](value: object, model: type[ModelT]) -> list[ModelT]:
    """Read the objects of a list; empty for null and for anything else."""
    try:
        return read_list(members(value), model)
    except Malformed:
        return []


def _part(value: object, model: type[WireModel]) -> WireModel | None:
    return model.read(value) if isinstance(value, dict) else None
