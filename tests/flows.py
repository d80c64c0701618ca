"""Walking through config flows as a user does."""

from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigFlowResult
from homeassistant.core import HomeAssistant


async def opened(hass: HomeAssistant, domain: str) -> ConfigFlowResult:
    """Open the flow that adds an entry."""
    return await hass.config_entries.flow.async_init(
        domain, context={"source": SOURCE_USER}
    )


async def walk(
    hass: HomeAssistant, result: ConfigFlowResult, *answers: dict[str, Any]
) -> ConfigFlowResult:
    """Answer the steps of a flow one after the other."""
    for answer in answers:
        result = await hass.config_entries.flow.async_configure(
            result["flow_id"], answer
        )
    return result
