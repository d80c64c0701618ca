"""What the portals know of contracts besides readings and bills."""

from collections.abc import Sequence

import click

from custom_components.iec.api.models.masa_profile import (
    Connection,
    MasaContract,
    UserProfile,
)
from scripts.cloud_cli.commands import command
from scripts.cloud_cli.failures import Failure
from scripts.cloud_cli.output import Row
from scripts.cloud_cli.rows import rows_of

from .provider import CONTRACT, PROVIDER, IecLink, contract_option, find_supply, group


@command(PROVIDER, group)
@contract_option
async def check_contract(link: IecLink, contract: str | None) -> None:
    """Show a contract as the payment service knows it."""
    supply = await find_supply(link, contract)
    found = await link.client.check_contract(supply.number)
    link.output.show("Contract", rows_of([found]))


@command(PROVIDER, group)
@contract_option
async def discount(link: IecLink, contract: str | None) -> None:
    """Show whether there is a social discount."""
    supply = await find_supply(link, contract)
    found = await link.client.get_social_discount(supply.bp_number)
    columns = ("contract", "exists", "status", "start", "end")
    link.output.show("Social discount", rows_of([found], *columns))


@command(PROVIDER, group)
async def masa(link: IecLink) -> None:
    """Show the connections to the grid, as the property portal (MASA) knows them."""
    portal = link.client.masa
    sizes = {
        size.size_type: size.name
        for size in (await portal.get_lookup()).connection_sizes
    }
    rows: list[Row] = [
        {
            "contract": site.contract,
            "address": site.address,
            "meter": connection.meter,
            "size": sizes.get(connection.size_type),
            "ampere": connection.ampere,
            "kva": connection.kva,
            "open_orders": connection.has_open_orders,
        }
        for account in (await portal.get_user_profile()).accounts
        for site in await portal.get_equipment(account.id)
        for connection in site.connections
    ]
    link.output.show("Connections", rows)


@command(PROVIDER, group)
async def shares(link: IecLink) -> None:
    """List who may see which contract."""
    profile = await link.client.masa.get_contact_profile()
    rows: list[Row] = [
        {
            "contract": contract.number,
            "connection": other.id,
            "contact": other.contact_id,
        }
        for contract, others in await _shared(link, profile)
        for other in others
    ]
    link.output.show("Shares", rows)


async def _shared(
    link: IecLink, profile: UserProfile
) -> list[tuple[MasaContract, Sequence[Connection]]]:
    """Return each own contract with all who may see it."""
    return [
        (
            own.contract,
            (
                await link.client.masa.get_shared_contract(profile.id, own.contract.id)
            ).connections,
        )
        for own in profile.connections
        if own.contract and not own.is_shared
    ]


@command(PROVIDER, group)
@contract_option
async def share(link: IecLink, contract: str | None) -> None:
    """Let somebody else see a contract; show the address of the invitation."""
    profile = await link.client.masa.get_contact_profile()
    own = [x.contract for x in profile.connections if x.contract and not x.is_shared]
    which = link.choose(own, contract, CONTRACT)
    address = await link.client.masa.share_contract(profile.id, which.id)
    link.output.show("Invitation", [{"contract": which.number, "address": address}])


@command(PROVIDER, group)
@click.argument("connection")
async def unshare(link: IecLink, connection: str) -> None:
    """Let the one with the id CONNECTION, of `shares`, see a contract no longer."""
    profile = await link.client.masa.get_contact_profile()
    for contract, others in await _shared(link, profile):
        for other in others:
            if other.id == connection:
                await link.client.masa.remove_shared_contact(
                    other.id, other.contact_id, contract.id, profile.id
                )
                link.output.say("The contract is no longer shared with them.")
                return
    raise Failure("Nothing is shared so: see `shares`.")
