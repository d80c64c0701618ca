"""What assistants can request: Home Assistant's intents."""

from typing import Final, override

from homeassistant.core import HomeAssistant
from homeassistant.helpers import intent
import voluptuous as vol

from .recorder.jobs import RecorderFailed
from .summary.assist import PERIODS, async_say
from .summary.words import Words

INTENT_GET_SUMMARY: Final = "CloudEnergyGetSummary"


async def async_setup_intents(hass: HomeAssistant) -> None:
    """Register the intents."""
    intent.async_register(hass, GetSummaryHandler())


class GetSummaryHandler(intent.IntentHandler):
    """Answers how much energy was used."""

    intent_type = INTENT_GET_SUMMARY
    description = (
        "Gets how much electricity the home used in a period, what it cost, and how"
        " that compares with the period before"
    )

    @property
    @override
    def slot_schema(self) -> dict[vol.Marker, vol.In]:
        return {vol.Required("period"): vol.In(list(PERIODS))}

    @override
    async def async_handle(self, intent_obj: intent.Intent) -> intent.IntentResponse:
        slots = self.async_validate_slots(intent_obj.slots)
        period = slots["period"]["value"]
        hass, language = intent_obj.hass, intent_obj.language
        response = intent_obj.create_response()
        try:
            speech = await async_say(hass, period, language)
        except RecorderFailed:
            words = await Words.async_of(hass, language)
            response.async_set_error(
                intent.IntentResponseErrorCode.FAILED_TO_HANDLE, words.unreadable
            )
            return response
        response.response_type = intent.IntentResponseType.QUERY_ANSWER
        response.async_set_speech(speech)
        return response
