"""Fields as this provider sends them, beyond what all clouds have in common."""

from datetime import UTC, date, datetime
from typing import Any, Final

from custom_components.cloud_energy.client.fields import read_by, read_iso
from custom_components.cloud_energy.client.storable import is_sensible
from custom_components.cloud_energy.client.wire import text
from custom_components.iec.api.const import SITE_ZONE
from custom_components.iec.api.identity import bare_number

_LONGEST_NUMBER: Final = 40
"""Far more digits than any number of the provider has."""


def as_number_text(alias: str) -> dict[str, Any]:
    """A contract or serial number, without leading zeros; empty for nothing."""
    return read_by(_read_number_text, alias)


def _read_number_text(value: object) -> str:
    found = bare_number(text(value))
    return found if len(found) <= _LONGEST_NUMBER else ""


def as_required_number(alias: str) -> dict[str, Any]:
    """A contract or serial number without which the object is of no use."""
    return read_by(_present, alias)


def as_local_time(alias: str) -> dict[str, Any]:
    """An aware time in UTC; one without a zone is Israel's."""
    return read_by(read_moment, alias)


def as_day(alias: str) -> dict[str, Any]:
    """A local day, from a date, a time or `DD/MM/YYYY`."""
    return read_by(read_day, alias)


def read_moment(value: object) -> datetime | None:
    """Read a time; None for nothing and for what stands for nothing."""
    moment = read_iso(value)
    if moment is None:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=SITE_ZONE)
    return moment.astimezone(UTC)


def read_day(value: object) -> date | None:
    """Read a local day; None for nothing and for what stands for nothing."""
    moment = read_iso(value) or _read_slashed(value)
    if moment is None or not is_sensible(moment):
        return None
    return (moment.astimezone(SITE_ZONE) if moment.tzinfo else moment).date()


def _read_slashed(value: object) -> datetime | None:
    try:
        return datetime.strptime(text(value), "%d/%m/%Y")
    except ValueError:
        return None


def read_number(value: object) -> str:
    """Read a number without leading zeros; empty for nothing and for no number."""
    found = _read_number_text(value)
    return found if found.isdecimal() else ""


def _present(value: object) -> str:
    found = read_number(value)
    if not found:
        raise ValueError("A number was expected")
    return found
