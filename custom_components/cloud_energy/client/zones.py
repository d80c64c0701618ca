"""Time zones as clouds name them."""

from datetime import UTC, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@lru_cache(maxsize=64)
def read_zone(name: str) -> tzinfo:
    """Return the time zone of a name such as `Europe/Brussels`; UTC for none."""
    try:
        return ZoneInfo(name) if name else UTC
    except ZoneInfoNotFoundError, ValueError, OSError:
        # Names are looked up as files: one that is too long for a file is an `OSError`.
        return UTC
