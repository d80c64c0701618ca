"""The Israel Electric Corporation."""

from dataclasses import dataclass
from typing import Final, override

import click

from custom_components.cloud_energy.client.transport import Transport
from custom_components.iec.api.client import IecClient
from custom_components.iec.api.const import REQUESTS_PER_DAY, SITE_ZONE, Endpoints
from custom_components.iec.api.login import Credentials, Login
from custom_components.iec.api.models.contract import Contract
from scripts.cloud_cli.commands import provider_group
from scripts.cloud_cli.output import Row
from scripts.cloud_cli.provider import Access, Link, Provider
from scripts.cloud_cli.rows import Choice


class Iec(Provider[IecClient]):
    """Signed in by tokens; the identity number is not kept."""

    domain = "iec"
    title = "Israel Electric Corporation"
    requests_per_day = REQUESTS_PER_DAY
    endpoints = Endpoints()
    name_label = "ID number"
    selects = "contract"
    zone = SITE_ZONE

    @override
    def connect(self, transport: Transport, access: Access) -> IecClient:
        session = access.session
        return IecClient(
            transport,
            endpoints=access.endpoints,
            credentials=access.credentials,
            login=Login.from_dict(session["login"]) if session else None,
            persist=lambda login: access.save({"login": login.to_dict()}),
        )

    @override
    def ask_credentials(self, name: str) -> Credentials:
        return Credentials(name)

    @override
    async def sign_in(self, link: Link[IecClient], access: Access) -> None:
        await link.client.sign_in()

    @override
    async def choices(self, link: Link[IecClient]) -> list[Row]:
        return [
            {"contract": each.number, "address": each.details.address}
            for each in await supplies(link)
            if each.details.is_active
        ]

    @override
    async def refresh(self, client: IecClient) -> None:
        await client.refresh()


PROVIDER = Iec()
group = provider_group(PROVIDER)

type IecLink = Link[IecClient]

CONTRACT: Final = Choice("contract", "number", "--contract")
METER: Final = Choice("meter", "serial", "--meter")
contract_option = click.option(
    "-a", "--contract", help="Contract number; the selected or first one if left out."
)
meter_option = click.option(
    "-m", "--meter", help="Serial number; the first if left out."
)


@dataclass(frozen=True)
class Supply:
    """A contract of a partner."""

    number: str
    bp_number: str
    details: Contract


async def supplies(link: IecLink) -> list[Supply]:
    """Return the person's own contracts, those in force first."""
    customer = await link.client.get_customer()
    found = [
        Supply(contract.id, number, contract)
        for number in customer.bp_numbers
        for contract in (await link.client.get_contracts(number)).contracts
    ]
    return sorted(found, key=lambda supply: not supply.details.is_active)


async def find_supply(link: IecLink, number: str | None) -> Supply:
    """Return the contract that a command is about.

    :raises Failure: there is none, or not that one.
    """
    found = await supplies(link)
    if number is None:
        # A closed one is there for its bills only
        found = [each for each in found if each.details.is_active] or found
    return link.choose(found, number, CONTRACT)
