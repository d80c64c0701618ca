"""Reads what is known of one contract, each answer with a pace of its own."""

from datetime import timedelta
from functools import partial
from typing import Final

from custom_components.cloud_energy.parts import Parts

from .api.client import IecClient
from .discovery import Supply
from .snapshot import ContractState

_BILLS_EVERY: Final = timedelta(hours=6)
_FACTS_EVERY: Final = timedelta(hours=24)


class ContractSource:
    """Asks for bills and facts of contracts."""

    def __init__(self, client: IecClient, parts: Parts) -> None:
        """Ask through the client of an entry."""
        self._client = client
        self._parts = parts

    async def async_read(self, supply: Supply) -> ContractState:
        """Return a contract; what can't be had is None.

        :raises AuthFailed: the user must sign in again.
        """
        client, get = self._client, self._parts.get
        contract, partner = supply.contract, supply.bp_number
        billing = client.billing
        return ContractState(
            supply=supply,
            invoices=await get(
                f"invoices_{contract}",
                partial(billing.get_invoices, contract, partner),
                every=_BILLS_EVERY,
            ),
            bill=await get(
                f"bill_{contract}",
                partial(billing.get_electric_bill, contract, partner),
                every=_BILLS_EVERY,
            ),
            readings=await get(
                f"readings_{contract}",
                partial(client.get_last_readings, contract, partner),
                every=_BILLS_EVERY,
            ),
            check=await get(
                f"check_{contract}",
                partial(client.check_contract, contract),
                every=_FACTS_EVERY,
            ),
            discount=await get(
                f"discount_{partner}",
                partial(client.get_social_discount, partner),
                every=_FACTS_EVERY,
            ),
            touz=await get(
                f"touz_{contract}",
                partial(client.get_touz_compatibility, contract, partner),
                every=_FACTS_EVERY,
            ),
        )
