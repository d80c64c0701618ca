"""Actions about the supply: interruptions, and asking for everything now."""

from typing import Any

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.util import dt as dt_util
import voluptuous as vol

from custom_components.cloud_energy.client.errors import CloudError
from custom_components.cloud_energy.coordinator import CloudCoordinator
from custom_components.cloud_energy.policy import command_errors, error_key, needs_user
from custom_components.cloud_energy.refresh import async_refresh_all, raise_failed

from .api.outages import Outage, Outages, merge, read_portal, read_sites
from .const import DOMAIN
from .targets import DEVICE_FIELDS, ENTRY_FIELDS, contract_of, entry_of


@callback
def async_setup_supply_actions(hass: HomeAssistant) -> None:
    """Register the actions."""
    hass.services.async_register(
        DOMAIN,
        "get_outages",
        _async_get_outages,
        schema=vol.Schema(DEVICE_FIELDS),
        supports_response=SupportsResponse.ONLY,
    )
    hass.services.async_register(
        DOMAIN, "refresh", _async_refresh, schema=vol.Schema(ENTRY_FIELDS)
    )


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
    """Return what the two services tell, and the errors of one that does not.

    :raises CloudError: neither does, or the user must sign in again.
    """

    async def main_service() -> list[Outage]:
        return read_sites(await outages.get_outages(account))

    async def fault_portal() -> list[Outage]:
        return read_portal(await outages.get_portal_outages(account))

    told: list[list[Outage]] = []
    failed: dict[str, CloudError] = {}
    for ask in (main_service, fault_portal):
        try:
            told.append(await ask())
        except CloudError as err:
            if needs_user(err):
                raise
            failed[ask.__name__] = err
    if not told:
        raise next(iter(failed.values()))
    return merge(*told), failed


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


async def _async_refresh(call: ServiceCall) -> None:
    """Ask the provider for everything now.

    :raises HomeAssistantError: not all of it could be had.
    """
    runtime = entry_of(call).runtime_data
    coordinators: list[CloudCoordinator[Any]] = [runtime.coordinator]
    if runtime.outages:
        coordinators.append(runtime.outages)
    raise_failed(await async_refresh_all(DOMAIN, *coordinators))
