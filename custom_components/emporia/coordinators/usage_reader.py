"""Buckets of all devices of an account, without those that it may not read."""

from collections.abc import Collection
from datetime import datetime, timedelta
import time

from custom_components.cloud_energy.client.errors import NotPermitted
from custom_components.emporia.api.energy import KWH, Energy, Scale
from custom_components.emporia.api.models import Usages

_SEARCH_EVERY = timedelta(hours=1)
_FORBIDDEN_FOR = timedelta(days=1)


class UsageReader:
    """Asks for all devices at once; one that is refused does not spoil the rest."""

    def __init__(self, energy: Energy) -> None:
        """Ask through the client of an account."""
        self._energy = energy
        self.gids: Collection[int] = ()
        """The devices of the account."""
        self._forbidden: set[int] = set()
        self._searched_at: float | None = None

    @property
    def permitted(self) -> list[int]:
        """The devices whose data the account may read."""
        return [gid for gid in self.gids if gid not in self._forbidden]

    async def read(self, instant: datetime, scale: Scale, unit: str = KWH) -> Usages:
        """Return the bucket that holds an instant.

        :raises CloudError: it can't be fetched now.
        """
        if not self.gids:
            return Usages(None, {})
        get_usages = self._energy.get_usages
        if self._forbidden and self._was_searched_before(_FORBIDDEN_FOR):
            # It was refused that day; only a request shows whether it still is.
            self._forbidden = set()
        try:
            return await get_usages(self.permitted, instant, scale, unit)
        except NotPermitted:
            if not await self._find_forbidden(instant, scale):
                raise
        return await get_usages(self.permitted, instant, scale, unit)

    async def _find_forbidden(self, instant: datetime, scale: Scale) -> bool:
        """Find out which device it is that is refused; True if it is just some.

        One device that is listed but not the account's spoils the answer of all.
        """
        if not self._was_searched_before(_SEARCH_EVERY):
            return False
        refused: set[int] = set()
        for gid in self.gids:
            try:
                await self._energy.get_usages([gid], instant, scale)
            except NotPermitted:
                refused.add(gid)
        self._searched_at = time.monotonic()
        if len(refused) == len(self.gids):
            return False
        self._forbidden = refused
        return True

    def _was_searched_before(self, pause: timedelta) -> bool:
        at = self._searched_at
        return at is None or time.monotonic() - at >= pause.total_seconds()
