"""The action that returns the summary of an entry."""

from typing import Final

from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.exceptions import ServiceValidationError
import voluptuous as vol

from custom_components.cloud_energy.const import DOMAIN
from custom_components.cloud_energy.entry.action_fields import any_text, number_up_to
from custom_components.cloud_energy.entry.actions import Query
from custom_components.cloud_energy.entry.loaded_entries import loaded_entry
from custom_components.cloud_energy.texts import Message

from .periods import Length
from .summaries import NoBillingPeriod, async_summarize
from .words import Words

ATTR_PERIOD: Final = "period"
ATTR_PERIODS_AGO: Final = "periods_ago"

_MAX_AGO: Final = 60


async def _async_get_summary(call: ServiceCall) -> ServiceResponse:
    """Summarize a period of an entry.

    :raises ServiceValidationError: it is no loaded entry of one of the providers, or
        it has no such billing period.
    :raises RecorderFailed: its statistics can't be read now.
    """
    hass, data = call.hass, call.data
    entry = loaded_entry(hass, data[ATTR_CONFIG_ENTRY_ID])
    length, ago = Length(data[ATTR_PERIOD]), data[ATTR_PERIODS_AGO]
    try:
        summary = await async_summarize(hass, entry, length, ago)
    except NoBillingPeriod as err:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key=Message.NO_BILLING_PERIOD
        ) from err
    words = await Words.async_of(hass, hass.config.language)
    return {**summary.as_dict(), "text": summary.text(words)}


GET_SUMMARY: Final = Query(
    name="get_summary",
    handler=_async_get_summary,
    fields={
        vol.Required(ATTR_CONFIG_ENTRY_ID): any_text,
        vol.Optional(ATTR_PERIOD, default=Length.WEEK.value): vol.In(list(Length)),
        vol.Optional(ATTR_PERIODS_AGO, default=1): vol.All(
            number_up_to(_MAX_AGO), vol.Coerce(int)
        ),
    },
)
