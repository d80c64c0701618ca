"""Actions that serve the entries of every provider."""

from typing import Any, Final

from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from .const import DOMAIN
from .dashboard_preferences import async_add_to_energy_dashboard
from .runtime import CloudRuntime
from .texts import Message

SERVICE_ADD: Final = "add_to_energy_dashboard"
SERVICE_MISSING: Final = "get_missing_hours"
_ENTRY_SCHEMA = vol.Schema({vol.Required(ATTR_CONFIG_ENTRY_ID): cv.string})


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    hass.services.async_register(
        DOMAIN,
        SERVICE_ADD,
        _async_add_to_energy_dashboard,
        schema=_ENTRY_SCHEMA,
        supports_response=SupportsResponse.OPTIONAL,
    )
    hass.services.async_register(
        DOMAIN,
        SERVICE_MISSING,
        _async_get_missing_hours,
        schema=_ENTRY_SCHEMA,
        supports_response=SupportsResponse.ONLY,
    )


async def _async_add_to_energy_dashboard(call: ServiceCall) -> ServiceResponse:
    """Add the statistics of an entry to the Energy dashboard.

    :raises ServiceValidationError: it is no loaded entry of one of the providers.
    """
    runtime = _runtime(call.hass, call.data[ATTR_CONFIG_ENTRY_ID])
    sources = runtime.energy_sources
    outcome = await async_add_to_energy_dashboard(call.hass, sources)
    currency = call.hass.config.currency
    offered = [
        item
        for source in sources
        for item in source.in_currency(currency).statistic_ids
    ]
    return {
        "added": list(outcome.added),
        "completed": list(outcome.completed),
        "left_out": list(outcome.left_out),
        "statistics": list(offered),
    }


async def _async_get_missing_hours(call: ServiceCall) -> ServiceResponse:
    """List the hours that are missing between the first and the last stored one.

    :raises ServiceValidationError: it is no loaded entry of one of the providers.
    """
    history = _runtime(call.hass, call.data[ATTR_CONFIG_ENTRY_ID]).history
    holes = history.holes.open if history else []
    return {
        "hours": sum(hole.hours for hole in holes),
        "missing": [hole.as_dict() for hole in holes],
    }


def _runtime(hass: HomeAssistant, entry_id: str) -> CloudRuntime[Any]:
    entry = hass.config_entries.async_get_entry(entry_id)
    runtime = getattr(entry, "runtime_data", None)
    if not isinstance(runtime, CloudRuntime):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key=Message.NOT_A_LOADED_ENTRY
        )
    return runtime
