"""Reading single values as the portal may send them (pure functions, wire 4)."""

from contextlib import suppress
from datetime import date, datetime
import re
from typing import Any, Final

from custom_components.cloud_energy.client.fields import read_iso
from custom_components.cloud_energy.client.storable import is_sensible, is_storable
from custom_components.cloud_energy.client.wire import number

from .const import SITE_ZONE

_BLANKS: Final = re.compile(r"\s+")
_DAY_FORMATS: Final = ("%Y-%m", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y")
_CAPITAL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def safe_int(value: Any) -> int | None:
    """Read a whole number; a fraction is cut off, text with one is no number."""
    if isinstance(value, bool):
        return None
    try:
        found = int(value)
    except TypeError, ValueError, OverflowError:
        return None
    return found if is_storable(found) else None


def safe_float(value: Any) -> float | None:
    """Read a number; None for nothing, nonsense, and what is not finite."""
    return number(value)


def amount(value: Any) -> float | None:
    """Read an amount of the billing backend: `-312.50`, `1 234,50`, or a number."""
    if not isinstance(value, str):
        return number(value)
    text = _BLANKS.sub("", value).replace("\N{MINUS SIGN}", "-")
    decimal = max(",", ".", key=text.rfind)
    thousands = "." if decimal == "," else ","
    return number(text.replace(thousands, "").replace(decimal, "."))


def day(value: Any) -> date | None:
    """Read a Swedish calendar day; a month stands for its first day."""
    if not isinstance(value, str):
        return None
    if moment := read_iso(value):
        return (moment.astimezone(SITE_ZONE) if moment.tzinfo else moment).date()
    for day_format in _DAY_FORMATS:
        with suppress(ValueError):
            found = datetime.strptime(value.strip(), day_format).date()
            return found if is_sensible(found) else None
    return None


def month(value: Any) -> date | None:
    """Read a month (`2026-09`, or a day in it) as its first day."""
    found = day(value)
    return found.replace(day=1) if found else None


def humanized(code: str) -> str:
    """Return a code like `InverterDongleFound` in words."""
    return _CAPITAL.sub(" ", code).strip()
