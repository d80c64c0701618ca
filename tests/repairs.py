"""Repairs as the page of repairs carries them out."""

from typing import Any

from homeassistant.components.repairs import repairs_flow_manager
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component


async def confirm_repair(
    hass: HomeAssistant, domain: str, issue_id: str
) -> dict[str, Any]:
    """Open a repair, confirm it, and return how its flow ends."""
    assert await async_setup_component(hass, "repairs", {})
    await hass.async_block_till_done()
    manager = repairs_flow_manager(hass)
    assert manager
    shown = await manager.async_init(domain, context={"issue_id": issue_id})
    assert shown["step_id"] == "confirm"
    assert shown["description_placeholders"]
    return dict(await manager.async_configure(shown["flow_id"], {}))
