"""What an account's cloud has answered: shapes, sizes and kinds, never a value.

A look costs something, so an endpoint's answers are looked at when they come for the
first time and then once in a while, large ones in a thread.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
import re
import time
from typing import Any, Final

from .bodies import take_body
from .call import Reply
from .shapes import Shape, band_of

_PAUSE: Final = 3600.0
"""Seconds between two looks at the answers of an endpoint."""
_OFF_LOOP_BYTES: Final = 16 * 1024
_MAX_BYTES: Final = 2 * 1024 * 1024
_MAX_STATUSES: Final = 4
_MAX_TYPES: Final = 4
_MEDIA_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9.+-]{1,60}")


@dataclass
class _Seen:
    """The answers of one endpoint with one status."""

    shape: Shape = field(default_factory=Shape)
    content_types: set[str] = field(default_factory=set)
    smallest: int = 0
    largest: int = 0
    looks: int = 0
    next_look: float = 0.0

    def measure(self, size: int, content_type: str) -> None:
        self.smallest = min(self.smallest, size) if self.looks else size
        self.largest = max(self.largest, size)
        known = content_type if _MEDIA_TYPE.fullmatch(content_type) else "none"
        if len(self.content_types) < _MAX_TYPES:
            self.content_types.add(known)
        self.looks += 1

    def described(self) -> dict[str, Any]:
        return {
            "content_type": " | ".join(sorted(self.content_types)),
            "bytes": band_of((self.smallest, self.largest)),
            "looks": self.looks,
            "shape": self.shape.described(),
        }


class ResponseShapes:
    """Remembers what the answers of each endpoint look like."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Take a clock that returns seconds."""
        self._clock = clock
        self._endpoints: dict[str, dict[int, _Seen]] = {}

    async def look(self, reply: Reply) -> None:
        """Look at an answer if its endpoint's turn has come."""
        seen = self._due(reply)
        if seen is None:
            return
        body, content_type = reply.body, reply.content_type
        seen.measure(len(body), content_type)
        if len(body) > _MAX_BYTES:
            seen.shape.mark("too large to look into")
        elif len(body) > _OFF_LOOP_BYTES:
            await asyncio.to_thread(take_body, seen.shape, body, content_type)
        else:
            take_body(seen.shape, body, content_type)

    def _due(self, reply: Reply) -> _Seen | None:
        statuses = self._endpoints.setdefault(reply.call.where, {})
        if reply.status not in statuses and len(statuses) >= _MAX_STATUSES:
            return None
        seen = statuses.setdefault(reply.status, _Seen())
        now = self._clock()
        if seen.looks and now < seen.next_look:
            return None
        seen.next_look = now + _PAUSE
        return seen

    def described(self, where: str) -> dict[str, Any]:
        """Return what an endpoint answers, by status (as text)."""
        statuses = self._endpoints.get(where, {})
        return {str(status): seen.described() for status, seen in statuses.items()}
