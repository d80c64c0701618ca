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

from custom_components.cloud_energy.coordinator import CloudCoordinator
from custom_components.cloud_energy.policy import command_errors
from custom_components.cloud_energy.refresh import async_refresh_all, raise_failed

from .api.outages import Outage, merge, read_portal, read_sites
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
    outages = entry.runtime_data.client.outages
    with command_errors(call.hass, entry):
        sites = await outages.get_outages(account)
        portal = await outages.get_portal_outages(account)
    found = merge(read_sites(sites), read_portal(portal))
    return {"outages": [_as_response(o) for o in found if o.contract == number]}


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
