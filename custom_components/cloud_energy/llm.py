"""What assistants with a language model are given as tools."""

from homeassistant.components.homeassistant.exposed_entities import async_should_expose
from homeassistant.components.llm import LLMTools
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er, intent
from homeassistant.helpers.llm import (
    LLM_API_ASSIST,
    IntentTool,
    LLMContext,
    ToolAnnotations,
)

from .const import DOMAIN
from .entry.loaded_entries import loaded_entries
from .intent import INTENT_GET_SUMMARY


@callback
def async_get_tools(
    hass: HomeAssistant, llm_context: LLMContext, api_id: str
) -> LLMTools | None:
    """Return the summary, to an assistant that may see an entity of one of the entries."""
    assistant = llm_context.assistant
    if api_id != LLM_API_ASSIST or not assistant or not _sees(hass, assistant):
        return None
    tools = [
        IntentTool(
            f"{DOMAIN}__{handler.intent_type}",
            handler,
            title="Get energy summary",
            integration=DOMAIN,
            annotations=ToolAnnotations(read_only=True, open_world=False),
        )
        for handler in intent.async_get(hass)
        if handler.intent_type == INTENT_GET_SUMMARY
    ]
    return LLMTools(tools=[*tools])


def _sees(hass: HomeAssistant, assistant: str) -> bool:
    registry = er.async_get(hass)
    return any(
        async_should_expose(hass, assistant, each.entity_id)
        for entry in loaded_entries(hass)
        for each in er.async_entries_for_config_entry(registry, entry.entry_id)
    )
