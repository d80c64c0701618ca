"""Actions about household appliances: what their use takes and costs."""

from typing import Any, Final

from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import voluptuous as vol

from custom_components.cloud_energy.entry.action_fields import any_text, number_up_to
from custom_components.cloud_energy.entry.actions import ENTRY_FIELDS, Query, entry_of
from custom_components.cloud_energy.entry.policy import command_errors
from custom_components.iec.api.appliances import Estimate, estimate
from custom_components.iec.api.const import CURRENCY
from custom_components.iec.api.models.tariff import (
    Appliance,
    PowerUnit,
    Rates,
    UsageCalculator,
)
from custom_components.iec.const import DOMAIN
from custom_components.iec.runtime import IecConfigEntry
from custom_components.iec.texts import Message

ATTR_MINUTES: Final = "minutes"
ATTR_NAME: Final = "name"
ATTR_POWER: Final = "power"
ATTR_UNIT: Final = "unit"

_MAX_MINUTES: Final = 366 * 24 * 60
_MAX_POWER: Final = 1_000_000
_UNITS: Final = {
    "kW": PowerUnit.KILOWATT,
    "W": PowerUnit.WATT,
    "hp": PowerUnit.HORSEPOWER,
    "A": PowerUnit.AMPERE,
}


async def _async_calculator(call: ServiceCall) -> UsageCalculator:
    entry: IecConfigEntry = entry_of(call)
    with command_errors(call.hass, entry):
        return await entry.runtime_data.client.public.get_usage_calculator()


async def _async_get_appliances(call: ServiceCall) -> ServiceResponse:
    """Return the appliances that the provider knows, with their usual use."""
    appliances: list[Any] = [
        {
            "name": appliance.name,
            "kilowatts": appliance.kilowatts,
            "minutes": appliance.minutes,
        }
        for appliance in (await _async_calculator(call)).appliances
    ]
    return {"appliances": appliances}


async def _async_estimate(call: ServiceCall) -> ServiceResponse:
    """Return the energy and cost of using an appliance.

    :raises ServiceValidationError: the provider does not know the appliance.
    :raises HomeAssistantError: the provider does not say enough about it.
    """
    calculator = await _async_calculator(call)
    appliance = calculator.appliance(call.data[ATTR_NAME])
    if appliance is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key=Message.APPLIANCE_NOT_FOUND
        )
    found = _estimate(call, appliance, calculator.rates or Rates())
    if found is None:
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key=Message.CANNOT_ESTIMATE
        )
    return {
        "consumption": float(found.kwh),
        "unit": "kWh",
        "cost": float(found.cost),
        "currency": CURRENCY,
    }


def _estimate(call: ServiceCall, appliance: Appliance, rates: Rates) -> Estimate | None:
    power = call.data.get(ATTR_POWER)
    return estimate(
        appliance,
        rates,
        minutes=call.data.get(ATTR_MINUTES),
        power=power,
        unit=None if power is None else _UNITS[call.data[ATTR_UNIT]],
    )


PUBLIC_ACTIONS: Final = (
    Query(
        name="get_appliances",
        handler=_async_get_appliances,
        fields=ENTRY_FIELDS,
    ),
    Query(
        name="estimate_appliance_cost",
        handler=_async_estimate,
        fields={
            **ENTRY_FIELDS,
            vol.Required(ATTR_NAME): any_text,
            vol.Optional(ATTR_MINUTES): number_up_to(_MAX_MINUTES),
            vol.Optional(ATTR_POWER): number_up_to(_MAX_POWER),
            vol.Optional(ATTR_UNIT, default="kW"): vol.In(list(_UNITS)),
        },
    ),
)
