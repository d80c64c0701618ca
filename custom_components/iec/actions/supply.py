"""Actions about the supply: its interruptions."""

from typing import Any, Final

from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.client.errors import CloudError
from custom_components.cloud_energy.entry.actions import Query
from custom_components.cloud_energy.entry.policy import (
    command_errors,
    error_key,
    needs_user,
)
from custom_components.iec.api.outages import (
    Outage,
    Outages,
    merge,
    read_portal,
    read_sites,
)

from .targets import DEVICE_FIELDS, contract_of


async def _async_get_outages(call: ServiceCall) -> ServiceResponse:
    """Return the interruptions of a contract, past and planned ones too."""
    entry, contract = contract_of(call)
    account, number = contract.supply.account_id, contract.supply.contract
    with command_errors(call.hass, entry):
        found, failed = await _async_ask(entry.runtime_data.client.outages, account)
    return {
        "outages": [_as_response(o) for o in found if o.contract == number],
        "failed": [
            {"service": name, "error": error_key(error)}
            for name, error in failed.items()
        ],
    }


async def _async_ask(
    outages: Outages, account: str
) -> tuple[list[Outage], dict[str, CloudError]]:
    """Return what the two services report, and the errors of one that does not.

    :raises CloudError: neither does, or the user must sign in again.
    """

    async def main_service() -> list[Outage]:
        return read_sites(await outages.get_outages(account))

    async def fault_portal() -> list[Outage]:
        return read_portal(await outages.get_portal_outages(account))

    answers: list[list[Outage]] = []
    failed: dict[str, CloudError] = {}
    for ask in (main_service, fault_portal):
        try:
            answers.append(await ask())
        except CloudError as err:
            if needs_user(err):
                raise
            failed[ask.__name__] = err
    if not answers:
        raise next(iter(failed.values()))
    return merge(*answers), failed


def _as_response(outage: Outage) -> dict[str, Any]:
    now = dt_util.utcnow()
    return {
        "start": outage.start and outage.start.isoformat(),
        "end": outage.end and outage.end.isoformat(),
        "estimate": outage.estimate and outage.estimate.isoformat(),
        "kind": outage.kind,
        "state": outage.state,
        "going_on": outage.is_going_on(now),
        "planned": outage.is_planned(now),
    }


SUPPLY_ACTIONS: Final = (
    Query(
        name="get_outages",
        handler=_async_get_outages,
        fields=DEVICE_FIELDS,
    ),
)
