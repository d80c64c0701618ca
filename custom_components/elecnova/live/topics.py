"""Having topics opened, which is due before connecting (wire 4.3)."""

from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
import logging
from typing import Any, Final

from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.client.errors import (
    AuthFailed,
    CannotConnect,
    CloudError,
    RateLimited,
)
from custom_components.cloud_energy.helpers.marks import is_recent
from custom_components.elecnova.api.client import ElecnovaClient

from .layout import Layout

_LOGGER = logging.getLogger(__name__)

_LIFE: Final = timedelta(hours=1)
_MAX_UNREACHED: Final = 3


@dataclass(frozen=True)
class Opened:
    """What was opened, for whom and for which devices."""

    client_id: str = field(repr=False)
    serials: frozenset[str] = field(repr=False)
    at: datetime
    topics: tuple[str, ...] = field(repr=False)
    failures: int


class Topics:
    """Asks for the topics of an account.

    One round is a request for each cabinet and each of their parts: connections that
    come to nothing do not ask again for an hour, or the day's requests would go.
    """

    def __init__(self, client: ElecnovaClient) -> None:
        """Ask the cloud through its client."""
        self._client = client
        self._logged: set[str] = set()
        self.opened: Opened | None = None
        self.is_used = False
        """Whether the topics have served: the next connection needs them again."""

    async def async_open(self, client_id: str, layout: Layout) -> Opened:
        """Return topics that are open to a client of the broker.

        :raises CloudError: none could be opened.
        """
        opened = self.opened
        if opened is None or not self._lasts(opened, client_id, layout):
            opened = await self.async_reopen(client_id, layout)
        return opened

    async def async_reopen(self, client_id: str, layout: Layout) -> Opened:
        """Have all topics opened again; a device that fails costs only its own.

        :raises CloudError: none could be opened.
        """
        topics: list[str] = []
        failures: list[CloudError] = []
        for sn, question in self._questions(client_id, layout):
            try:
                topics += await question()
            except CloudError as err:
                failures.append(err)
                self._log_once(sn, err)
                if _is_hopeless(failures):
                    raise
            else:
                self._logged.discard(sn)
        if failures and not topics:
            raise failures[-1]
        self.opened = Opened(
            client_id,
            frozenset(layout.owners),
            dt_util.utcnow(),
            tuple(dict.fromkeys(topics)),
            len(failures),
        )
        self.is_used = False
        return self.opened

    def _questions(
        self, client_id: str, layout: Layout
    ) -> Iterator[tuple[str, partial[Coroutine[Any, Any, list[str]]]]]:
        for sn in layout.cabinets:
            yield sn, partial(self._client.get_cabinet_topics, client_id, sn)
        for sn in layout.components:
            yield sn, partial(self._client.get_component_topics, client_id, sn)

    def _log_once(self, sn: str, error: CloudError) -> None:
        if sn not in self._logged:
            self._logged.add(sn)
            _LOGGER.warning("The topics of a device could not be opened: %s", error)

    def _lasts(self, opened: Opened, client_id: str, layout: Layout) -> bool:
        return (
            not self.is_used
            and opened.client_id == client_id
            and opened.serials == frozenset(layout.owners)
            and is_recent(opened.at, _LIFE)
        )


def _is_hopeless(failures: list[CloudError]) -> bool:
    """Return whether the other devices would fail as well."""
    if isinstance(failures[-1], (AuthFailed, RateLimited)):
        return True
    return sum(isinstance(each, CannotConnect) for each in failures) >= _MAX_UNREACHED
