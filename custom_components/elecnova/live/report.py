"""What the diagnostics report on live values."""

import re
from typing import Any

from custom_components.elecnova.api.messages import Point

from .live import Live


def report(live: Live) -> dict[str, Any]:
    """Report connection, counts and the last message; nothing personal."""
    connection, state = live.connection, live.state
    opened = connection.opened
    return {
        "connected": live.connected,
        "connects": connection.connects,
        "failures": connection.troubles.failures,
        "next_attempt": connection.next_attempt,
        "trouble": live.trouble,
        "findings": sorted(live.findings),
        "last_message": live.last_message,
        "topics": opened and len(opened.topics),
        "topics_failed": opened and opened.failures,
        "counts": {**live.counts, **state.seen},
        "roles": _roles(live),
        "unmapped": [
            {"name": anonymous(point.name), "numeric": point.is_numeric}
            for _, _, point in live.unknown_points()
        ],
        "last_sample": [_shown(point) for point in live.sample],
    }


def _roles(live: Live) -> dict[str, int]:
    """Count the owners that have each role."""
    roles = [role for of in live.state.memory.book.roles.values() for role in of]
    return {role: roles.count(role) for role in sorted(set(roles))}


def _shown(point: Point) -> dict[str, Any]:
    value = point.value
    is_text = isinstance(value, str)
    return {
        "name": anonymous(point.name),
        "value": type(value).__name__ if is_text else value,
        "unit": anonymous(point.unit),
    }


def anonymous(name: str) -> str:
    """Return a name without what may be a serial in it."""
    return re.sub(r"\w*\d{4,}\w*", "#", name)
