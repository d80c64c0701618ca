"""Actions that serve the entries of every provider."""

from typing import Final

from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
import voluptuous as vol

from .dashboard.preferences import async_add_to_energy_dashboard
from .entry.action_fields import any_text
from .entry.actions import Action, Fields, Query
from .entry.copy_action import COPY_OLDER_HISTORY
from .entry.loaded_entries import loaded_entry
from .prices.action import GET_PRICES
from .summary.action import GET_SUMMARY

_FIELDS: Final[Fields] = {vol.Required(ATTR_CONFIG_ENTRY_ID): any_text}


async def _async_add_to_energy_dashboard(call: ServiceCall) -> ServiceResponse:
    """Add the statistics of an entry to the Energy dashboard.

    :raises ServiceValidationError: it is no loaded entry of one of the providers.
    """
    runtime = loaded_entry(call.hass, call.data[ATTR_CONFIG_ENTRY_ID]).runtime_data
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
    entry = loaded_entry(call.hass, call.data[ATTR_CONFIG_ENTRY_ID])
    history = entry.runtime_data.history
    holes = history.holes.open if history else []
    return {
        "hours": sum(hole.hours for hole in holes),
        "missing": [hole.as_dict() for hole in holes],
    }


ACTIONS: Final = (
    Action(
        name="add_to_energy_dashboard",
        handler=_async_add_to_energy_dashboard,
        fields=_FIELDS,
        response=SupportsResponse.OPTIONAL,
    ),
    Query(
        name="get_missing_hours",
        handler=_async_get_missing_hours,
        fields=_FIELDS,
    ),
    GET_PRICES,
    GET_SUMMARY,
    COPY_OLDER_HISTORY,
)
