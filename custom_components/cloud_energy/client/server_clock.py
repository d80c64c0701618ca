"""The time that a cloud sends with its answers: an hour is over when it says so, too."""

from datetime import datetime, timedelta
import time
from typing import Final

from .call import Reply
from .retry import http_date
from .storable import is_sensible

_DATE: Final = "Date"


class ServerClock:
    """Notes the time of the latest answer of some hosts."""

    def __init__(self, *bases: str) -> None:
        """Take the base addresses whose answers count."""
        self._bases = frozenset(bases)
        self._server_time: datetime | None = None
        self._at = 0.0

    def now(self) -> datetime | None:
        """Return the cloud's time (UTC) now; None before the first answer."""
        if self._server_time is None:
            return None
        return self._server_time + timedelta(seconds=time.monotonic() - self._at)

    async def look(self, reply: Reply) -> None:
        """Look at an answer, whatever its status."""
        if reply.call.base in self._bases:
            found = http_date(reply.headers.get(_DATE, ""))
            if found and is_sensible(found):
                self._server_time, self._at = found, time.monotonic()
