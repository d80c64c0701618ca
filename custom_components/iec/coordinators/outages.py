"""Watches for power outages, in both services that report them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
import logging
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.entry.answer_cache import AnswerCache
from custom_components.cloud_energy.entry.connection import CloudConnection
from custom_components.cloud_energy.entry.coordinator import CloudCoordinator
from custom_components.iec.api.client import IecClient
from custom_components.iec.api.outages import Outage, merge, read_portal, read_sites
from custom_components.iec.const import DOMAIN

from .account import IecCoordinator

_LOGGER = logging.getLogger(__name__)

_POLL = timedelta(minutes=20)
_GRACE = timedelta(hours=2)
"""How long an outage is shown as current while no service can be asked."""
_LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Supplied:
    """The supply of one contract."""

    going_on: Outage | None = None
    last: Outage | None = None
    """The latest one that has begun."""
    planned: tuple[Outage, ...] = ()
    past: tuple[Outage, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OutageSnapshot:
    """The supply of all contracts."""

    contracts: Mapping[str, Supplied] = field(default_factory=dict, repr=False)

    def of(self, contract: str) -> Supplied:
        """Return the supply of a contract; without a report there is no outage."""
        return self.contracts.get(contract, Supplied())


class OutageCoordinator(CloudCoordinator[OutageSnapshot]):
    """Asks more often than the other one: an interruption is soon over."""

    config_entry: ConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        connection: CloudConnection,
        client: IecClient,
        contracts: IecCoordinator,
    ) -> None:
        """Watch the contracts that the other coordinator shows."""
        super().__init__(
            hass,
            entry,
            connection,
            name=f"{DOMAIN} outages",
            interval=_POLL,
            grace=_GRACE,
            answers=AnswerCache(grace=_GRACE, longest_pause=_LONGEST_PAUSE),
        )
        self.client = client
        self.data = OutageSnapshot()
        self._contracts = contracts
        self._round = 0

    @override
    async def _async_fetch(self) -> OutageSnapshot:
        # Of a contract without an account nothing can be requested: nobody knows
        states = [
            state
            for state in self._contracts.data.contracts.values()
            if state.supply.account_id
        ]
        accounts = dict.fromkeys(state.supply.account_id for state in states)
        self._round += 1
        found: list[Outage] = []
        with self.answers.round():
            for account in accounts:
                found += await self._async_ask(account)
        now = dt_util.utcnow()
        return OutageSnapshot(
            contracts={
                state.supply.contract: supplied(
                    [o for o in found if o.contract == state.supply.contract], now
                )
                for state in states
            }
        )

    async def _async_ask(self, account: str) -> list[Outage]:
        outages = self.client.outages
        sites = await self._async_ask_one(
            0, f"outages_{account}", partial(outages.get_outages, account)
        )
        portal = await self._async_ask_one(
            1, f"portal_{account}", partial(outages.get_portal_outages, account)
        )
        return merge(read_sites(sites or ()), read_portal(portal or ()))

    async def _async_ask_one[T](
        self, turn: int, name: str, ask: Callable[[], Awaitable[T]]
    ) -> T | None:
        """Ask one of the services; while nothing is the matter, they take turns.

        Not if the user wants to know.
        """
        known: T | None = self.answers.last(name)
        may_wait = self._is_quiet and not self.answers.is_called_for(name)
        if may_wait and known is not None and self._round % 2 != turn:
            return known
        return await self.answers.get(name, ask)

    @property
    def _is_quiet(self) -> bool:
        """Whether no outage is current or planned, as far as is known."""
        return not any(
            supply.going_on or supply.planned for supply in self.data.contracts.values()
        )


def supplied(outages: Sequence[Outage], now: datetime) -> Supplied:
    """Sort a contract's interruptions, which are in order of time."""
    begun = [outage for outage in outages if not outage.is_planned(now)]
    going_on = [outage for outage in begun if outage.is_going_on(now)]
    return Supplied(
        going_on=going_on[-1] if going_on else None,
        last=begun[-1] if begun else None,
        planned=tuple(outage for outage in outages if outage.is_planned(now)),
        past=tuple(outage for outage in begun if not outage.is_going_on(now)),
    )
