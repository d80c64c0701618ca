"""Fields as this data service sends them, beyond what all clouds have in common."""

from contextlib import suppress
from datetime import date, datetime
from typing import Any, Final

from mashumaro import field_options

from custom_components.cloud_energy.client.fields import read_by, read_iso
from custom_components.cloud_energy.client.storable import is_sensible
from custom_components.cloud_energy.client.wire import FLAGS, flag, known, text

_TIME_FORMATS: Final = (
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y",
    "%m-%d-%Y",
)


def as_id(alias: str) -> dict[str, Any]:
    """A text without which the object is of no use."""
    return read_by(_present, alias)


def as_flag(alias: str) -> dict[str, Any]:
    """A truth value; False for anything but `Y`, `X` or true."""
    return read_by(lambda value: bool(flag(value)), alias) | known(*FLAGS)


def as_date(alias: str) -> dict[str, Any]:
    """A date; None for nothing and for no date."""
    return read_by(read_date, alias)


def as_is(alias: str) -> dict[str, Any]:
    """Whatever the field's type makes of it."""
    return field_options(alias=alias)


def read_time(value: object) -> datetime | None:
    """Read a local date and time in any form that the service uses."""
    if not isinstance(value, str):
        return None
    for time_format in _TIME_FORMATS:
        with suppress(ValueError):
            moment = datetime.strptime(value.strip(), time_format)
            return moment if is_sensible(moment) else None
    return read_iso(value)


def read_date(value: object) -> date | None:
    """Read a local date in any form that the service uses."""
    moment = read_time(value)
    return moment.date() if moment else None


def _present(value: object) -> str:
    found = text(value)
    if not found:
        raise ValueError("A value was expected")
    return found
