"""Repairs as the page of repairs carries them out."""

from dataclasses import dataclass
from typing import Any

from homeassistant.components.repairs import repairs_flow_manager
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component


@dataclass(frozen=True)
class OpenedRepair:
    """A repair that asks for a confirmation."""

    hass: HomeAssistant
    flow_id: str

    async def async_confirm(self) -> dict[str, Any]:
        """Confirm it, and return how its flow ends."""
        manager = repairs_flow_manager(self.hass)
        assert manager
        return dict(await manager.async_configure(self.flow_id, {}))


async def opened_repair(
    hass: HomeAssistant, domain: str, issue_id: str
) -> OpenedRepair:
    """Open a repair."""
    assert await async_setup_component(hass, "repairs", {})
    await hass.async_block_till_done()
    manager = repairs_flow_manager(hass)
    assert manager
    shown = await manager.async_init(domain, context={"issue_id": issue_id})
    assert shown["step_id"] == "confirm"
    assert shown["description_placeholders"]
    return OpenedRepair(hass, shown["flow_id"])


async def confirm_repair(
    hass: HomeAssistant, domain: str, issue_id: str
) -> dict[str, Any]:
    """Open a repair, confirm it, and return how its flow ends."""
    return await (await opened_repair(hass, domain, issue_id)).async_confirm()
