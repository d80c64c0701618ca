"""The action that returns the coming prices of an entry's tariff."""

from datetime import datetime, timedelta
from typing import Final

from homeassistant.const import ATTR_CONFIG_ENTRY_ID, ATTR_DEVICE_ID
from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
import voluptuous as vol

from custom_components.cloud_energy.const import DOMAIN
from custom_components.cloud_energy.entry.action_fields import any_text, any_time
from custom_components.cloud_energy.entry.action_names import ATTR_END, ATTR_START
from custom_components.cloud_energy.entry.actions import Query
from custom_components.cloud_energy.entry.devices import keys_of
from custom_components.cloud_energy.entry.loaded_entries import CloudEntry, loaded_entry
from custom_components.cloud_energy.texts import Message

from .intervals import Prices

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
    prices = _prices(call, entry, start, end)
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


def _prices(
    call: ServiceCall, entry: CloudEntry, start: datetime, end: datetime
) -> Prices | None:
    """Return the prices of the device that is named, or else of the first one."""
    if ATTR_DEVICE_ID not in call.data:
        return entry.runtime_data.coming_prices(start, end)
    device = dr.async_get(call.hass).async_get(call.data[ATTR_DEVICE_ID])
    if device is None or entry.entry_id not in device.config_entries:
        return None
    keys = keys_of(entry.domain, device)
    return entry.runtime_data.prices_of(keys, start, end)


GET_PRICES: Final = Query(
    name="get_prices",
    handler=_async_get_prices,
    fields={
        vol.Required(ATTR_CONFIG_ENTRY_ID): any_text,
        vol.Optional(ATTR_DEVICE_ID): any_text,
        vol.Optional(ATTR_START): any_time,
        vol.Optional(ATTR_END): any_time,
    },
)
