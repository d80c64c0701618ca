"""The contracts of a login, found in three places that each know some of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

from custom_components.cloud_energy.entry.answer_cache import AnswerCache
from custom_components.iec.api.client import IecClient
from custom_components.iec.api.identity import bare_number
from custom_components.iec.api.models.contract import Contract
from custom_components.iec.api.models.customer import Account, Customer
from custom_components.iec.api.models.masa_profile import Connection, UserProfile

_PEOPLE_EVERY = timedelta(hours=24)
_CONTRACTS_EVERY = timedelta(hours=6)
_MASA_ACTIVE = 1


@dataclass(frozen=True, kw_only=True)
class Supply:
    """One contract, with all the names that it goes by."""

    contract: str = field(repr=False)
    bp_number: str = field(repr=False)
    account_id: str = field(default="", repr=False)
    """What outages and property data are requested by; may be empty."""
    masa_id: str = field(default="", repr=False)
    """The contract in the property portal; may be empty."""
    is_shared: bool = False
    is_active: bool = True
    details: Contract | None = None

    @property
    def may_be_smart(self) -> bool:
        """Whether a smart meter is there, or may be."""
        return self.details is None or self.details.smart_meter is not False

    @property
    def is_producer(self) -> bool:
        """Whether it is known to feed in."""
        return bool(self.details and self.details.is_producer)


@dataclass(frozen=True, kw_only=True)
class Discovery:
    """What a login may see."""

    supplies: Mapping[str, Supply] = field(repr=False)
    """By contract number."""
    customer: Customer | None = None
    profile: UserProfile | None = None
    is_whole: bool = True
    """Whether every source has answered: only then is what is missing gone."""

    @property
    def active(self) -> list[Supply]:
        """The contracts that are not over."""
        return [supply for supply in self.supplies.values() if supply.is_active]

    def completed(self, before: Discovery) -> Discovery:
        """Add what sources that are silent now have reported before."""
        supplies = {**before.supplies}
        for number, supply in self.supplies.items():
            if supply.details or number not in supplies:
                supplies[number] = supply
        return replace(self, supplies=supplies)

    def with_names_of(self, before: Discovery) -> Discovery:
        """Add the other names of contracts where an answer leaves them out.

        They stay the same for good, and without them outages can't be requested.
        """
        supplies = {**self.supplies}
        for number in supplies.keys() & before.supplies.keys():
            now, then = supplies[number], before.supplies[number]
            supplies[number] = replace(
                now,
                account_id=now.account_id or then.account_id,
                masa_id=now.masa_id or then.masa_id,
            )
        return replace(self, supplies=supplies)


async def async_discover(client: IecClient, answers: AnswerCache) -> Discovery:
    """Ask all sources; one that fails leaves the others.

    :raises AuthFailed: the user must sign in again.
    """
    get = answers.get
    customer = await get("customer", client.get_customer, every=_PEOPLE_EVERY)
    accounts = await get("accounts", client.get_accounts, every=_PEOPLE_EVERY)
    profile = await get(
        "masa_profile", client.masa.get_contact_profile, every=_PEOPLE_EVERY
    )
    sources = _Sources(customer, accounts, profile)
    lists = {
        bp: await get(
            f"contracts_{bp}",
            partial(client.get_contracts, number),
            every=_CONTRACTS_EVERY,
        )
        for bp, number in sources.bp_numbers().items()
    }
    for bp, found in lists.items():
        sources.add_contracts(bp, found.contracts if found else ())
    for connection in sources.missing():
        number = connection.contract.number if connection.contract else ""
        owner = await get(
            f"owner_{number}",
            partial(client.get_customer_of, number),
            every=_PEOPLE_EVERY,
        )
        bp_number = owner.customer.bp_number if owner and owner.customer else ""
        sources.add_shared(connection, bp_number)
    is_whole = None not in (customer, accounts, profile, *lists.values())
    if is_whole and not sources.supplies:
        _ask_soon_again(answers, lists)
    return Discovery(
        supplies=sources.supplies,
        customer=customer,
        profile=profile,
        is_whole=is_whole,
    )


def _ask_soon_again(answers: AnswerCache, bp_numbers: Iterable[str]) -> None:
    """Have all lists requested again: a login without any contract is rare."""
    for name in ("accounts", "masa_profile", *map("contracts_{}".format, bp_numbers)):
        answers.due(name)


class _Sources:
    """The answers, and what follows from them."""

    def __init__(
        self,
        customer: Customer | None,
        accounts: list[Account] | None,
        profile: UserProfile | None,
    ) -> None:
        self.supplies: dict[str, Supply] = {}
        self._customer = customer
        self._accounts = accounts or []
        self._profile = profile or UserProfile()
        self._connections = {
            connection.contract.number: connection
            for connection in self._profile.connections
            if connection.contract and connection.contract.number.isdigit()
        }

    def bp_numbers(self) -> dict[str, str]:
        """Return all partners as they are written, by their bare number."""
        return {
            bare_number(number): number for number in (*self._shared(), *self._own())
        }

    def add_contracts(self, bp: str, contracts: Iterable[Contract]) -> None:
        """Take a partner's list; of a foreign partner only what is shared."""
        own = {bare_number(number) for number in self._own()}
        for contract in contracts:
            connection = self._connections.get(contract.id)
            if bp not in own and connection is None:
                continue
            self.supplies[contract.id] = Supply(
                contract=contract.id,
                bp_number=self.bp_numbers()[bp],
                account_id=self._account_id(bp, connection),
                masa_id=_masa_id(connection),
                is_shared=bool(connection and connection.is_shared),
                is_active=contract.is_active,
                details=contract,
            )

    def missing(self) -> list[Connection]:
        """Return the contracts of the profile that are in no list."""
        return [
            connection
            for number, connection in self._connections.items()
            if number not in self.supplies
        ]

    def add_shared(self, connection: Connection, bp_number: str) -> None:
        """Take a contract that is in no list."""
        contract = connection.contract
        if contract is None:
            return
        named = connection.account.bp_number if connection.account else ""
        self.supplies[contract.number] = Supply(
            contract=contract.number,
            bp_number=bp_number or named,
            account_id=self._account_id(bare_number(bp_number or named), connection),
            masa_id=contract.id,
            is_shared=connection.is_shared,
            is_active=contract.state in (None, _MASA_ACTIVE),
        )

    def _own(self) -> list[str]:
        found = self._customer.bp_numbers if self._customer else []
        found = [*found, *(account.bp_number for account in self._accounts)]
        return [number for number in found if number]

    def _shared(self) -> list[str]:
        accounts = [each.account for each in self._profile.connections]
        found = [*self._profile.accounts, *(a for a in accounts if a)]
        return [account.bp_number for account in found if account.bp_number]

    def _account_id(self, bp: str, connection: Connection | None) -> str:
        if connection and connection.contract and connection.contract.account_id:
            return connection.contract.account_id
        if connection and connection.account and connection.account.id:
            return connection.account.id
        known = [(account.bp_number, account.id) for account in self._accounts]
        known += [(account.bp_number, account.id) for account in self._profile.accounts]
        return next((id_ for number, id_ in known if bare_number(number) == bp), "")


def _masa_id(connection: Connection | None) -> str:
    return connection.contract.id if connection and connection.contract else ""
