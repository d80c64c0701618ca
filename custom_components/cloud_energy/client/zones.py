"""Time zones as clouds name them."""

from datetime import UTC, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_LONGEST_NAME: Final = 64


@lru_cache(maxsize=64)
def find_zone(name: str) -> tzinfo | None:
    """Return the time zone of a name such as `Europe/Brussels`; None if there is none."""
    # Names are looked up as files: long ones fail in as many ways as files can.
    if not 0 < len(name) <= _LONGEST_NAME:
        return None
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError, ValueError, OSError:
        return None


def read_zone(name: str) -> tzinfo:
    """Return the time zone of a name such as `Europe/Brussels`; UTC for none."""
    return find_zone(name) or UTC
