"""Reads what is known of one contract, each answer with a pace of its own."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Concatenate, Final

from custom_components.cloud_energy.entry.answer_cache import AnswerCache
from custom_components.iec.api.client import IecClient
from custom_components.iec.snapshot import ContractState

from .discovery import Supply

_BILLS_EVERY: Final = timedelta(hours=6)
_FACTS_EVERY: Final = timedelta(hours=24)


class ContractPoller:
    """Asks for bills and facts of contracts."""

    def __init__(self, client: IecClient, answers: AnswerCache) -> None:
        """Ask through the client of an entry."""
        self._client = client
        self._answers = answers

    async def async_read(self, supply: Supply) -> ContractState:
        """Return a contract; what isn't available is None.

        :raises AuthFailed: the user must sign in again.
        """
        client, billing = self._client, self._client.billing
        contract, partner = supply.contract, supply.bp_number
        return ContractState(
            supply=supply,
            invoices=await self._get(
                _BILLS_EVERY, "invoices", billing.get_invoices, contract, partner
            ),
            bill=await self._get(
                _BILLS_EVERY, "bill", billing.get_electric_bill, contract, partner
            ),
            readings=await self._get(
                _BILLS_EVERY, "readings", client.get_last_readings, contract, partner
            ),
            check=await self._get(
                _FACTS_EVERY, "check", client.check_contract, contract
            ),
            discount=await self._get(
                _FACTS_EVERY, "discount", client.get_social_discount, partner
            ),
            touz=await self._get(
                _FACTS_EVERY, "touz", client.get_touz_compatibility, contract, partner
            ),
        )

    async def _get[**P, T](
        self,
        every: timedelta,
        what: str,
        get: Callable[Concatenate[str, P], Awaitable[T]],
        number: str,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T | None:
        """Return what is requested at this pace, of a contract or a partner."""
        return await self._answers.get(
            f"{what}_{number}", partial(get, number, *args, **kwargs), every=every
        )
