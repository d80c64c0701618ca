"""Power outages, from two services that each report some of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Final

from .envelope import bare
from .models.masa_profile import UserProfile
from .models.outage import (
    Disconnect,
    PortalOutage,
    PortalOutages,
    SiteOutages,
    TransactionView,
)
from .service import Service

_RESTORED: Final = 6


@dataclass(frozen=True, kw_only=True)
class Outage:
    """One interruption of one contract's supply."""

    contract: str = field(repr=False)
    key: str = field(default="", repr=False)
    start: datetime | None = None
    end: datetime | None = None
    estimate: datetime | None = None
    """When the supply is expected back."""
    kind: str = ""
    kind_code: int | None = None
    state: str = ""
    state_code: int | None = None

    @property
    def identity(self) -> str:
        """What distinguishes it from the others of its contract."""
        return self.key or (self.start.isoformat() if self.start else "")

    def is_going_on(self, now: datetime) -> bool:
        """Return whether there is no power because of it."""
        if self.is_planned(now):
            return False
        is_over = self.end is not None and self.end <= now
        return not is_over and (self.end is not None or self.state_code != _RESTORED)

    def is_planned(self, now: datetime) -> bool:
        """Return whether it is still to come."""
        return self.start is not None and self.start > now

    def completed_by(self, other: Outage) -> Outage:
        """Return it with what another service knows besides."""
        missing = {
            name.name: getattr(other, name.name)
            for name in fields(self)
            if getattr(self, name.name) in (None, "")
        }
        return replace(self, **missing)


class Outages:
    """What the two services report on power outages."""

    def __init__(self, service: Service) -> None:
        """Ask through the service."""
        self._service = service

    async def get_outages(self, account_id: str) -> list[SiteOutages]:
        """Return the interruptions of an account, past ones too."""
        path = "/outages/transactions/{account}/2"
        answer = await self._service.data(path, {"account": account_id})
        return self._service.read_list(answer, SiteOutages)

    async def get_portal_profile(self) -> UserProfile:
        """Return the person as the fault portal knows them."""
        answer = await self._service.faults("/contacts/userprofile", {})
        return self._service.read(answer, UserProfile)

    async def get_portal_outages(self, account_id: str) -> list[PortalOutage]:
        """Return the outages of an account as the fault portal reports them."""
        answer = await self._service.faults(
            "/accounts/{account}/tranzactions/2", {"account": account_id}
        )
        return self._service.read(answer, PortalOutages).outages

    async def post_transactions(
        self, account_ids: Sequence[str], state: int = 0
    ) -> TransactionView:
        """Ask the fault portal about several accounts; what for is not known."""
        body = {"Accounts": list(account_ids), "StateCode": state}
        reply = await self._service.ask_faults("/accounts/tranzactions", body)
        return self._service.read(await bare(reply), TransactionView)


def read_sites(sites: Iterable[SiteOutages]) -> list[Outage]:
    """Return the outages that the main service reports."""
    return [
        _outage(site.site.contract, transaction.start, transaction.disconnect)
        for site in sites
        if site.site
        for transaction in site.transactions
        if transaction.disconnect
    ]


def read_portal(outages: Iterable[PortalOutage]) -> list[Outage]:
    """Return the outages that the fault portal reports."""
    return [
        _outage(
            (outage.site.contract if outage.site else "") or outage.site_key,
            outage.start,
            outage.disconnect,
        )
        for outage in outages
        if outage.disconnect
    ]


def merge(*sources: Iterable[Outage]) -> list[Outage]:
    """Bring the services together, in order of time; the first one's word counts."""
    merged: dict[tuple[str, str], Outage] = {}
    for outage in (each for source in sources for each in source):
        name = (outage.contract, outage.identity)
        known = merged.get(name)
        merged[name] = known.completed_by(outage) if known else outage
    return sorted(merged.values(), key=_start_of)


def _start_of(outage: Outage) -> float:
    return outage.start.timestamp() if outage.start else 0.0


def _outage(
    contract: str, start: datetime | None, disconnect: Disconnect | None
) -> Outage:
    found = disconnect or Disconnect()
    kind, state = found.kind, found.state
    return Outage(
        contract=contract,
        key=found.key,
        start=start or found.start,
        end=found.end,
        estimate=found.estimate,
        kind=kind.name if kind else "",
        kind_code=kind.code if kind else None,
        state=state.name if state else "",
        state_code=state.code if state else None,
    )
