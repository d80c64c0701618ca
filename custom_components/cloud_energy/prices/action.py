"""The action that returns the coming prices of an entry's tariff."""

from datetime import timedelta
from typing import Final

from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import voluptuous as vol

from custom_components.cloud_energy.const import DOMAIN
from custom_components.cloud_energy.entry.action_names import ATTR_END, ATTR_START
from custom_components.cloud_energy.entry.actions import Query
from custom_components.cloud_energy.entry.loaded_entries import loaded_entry
from custom_components.cloud_energy.texts import Message

_USUAL: Final = timedelta(days=2)
_MAX: Final = timedelta(days=8)


async def _async_get_prices(call: ServiceCall) -> ServiceResponse:
    """List what a kWh costs in the coming hours by the tariff of an entry.

    :raises ServiceValidationError: it is no loaded entry, or no price is known.
    """
    start = dt_util.as_utc(call.data.get(ATTR_START, dt_util.utcnow()))
    end = dt_util.as_utc(call.data.get(ATTR_END, start + _USUAL))
    if not start < end <= start + _MAX:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key=Message.WRONG_RANGE_OF_PRICES
        )
    entry = loaded_entry(call.hass, call.data[ATTR_CONFIG_ENTRY_ID])
    prices = entry.runtime_data.coming_prices(start, end)
    if prices is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key=Message.NO_PRICES
        )
    return {
        "source": prices.source,
        "currency": prices.currency,
        "unit": f"{prices.currency}/kWh",
        "prices": [
            {
                "start": each.start.isoformat(),
                "end": each.end.isoformat(),
                "price": each.price,
            }
            for each in prices.intervals
        ],
    }


GET_PRICES: Final = Query(
    name="get_prices",
    handler=_async_get_prices,
    fields={
        vol.Required(ATTR_CONFIG_ENTRY_ID): cv.string,
        vol.Optional(ATTR_START): cv.datetime,
        vol.Optional(ATTR_END): cv.datetime,
    },
)
