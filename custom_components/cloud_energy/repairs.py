"""What repairs offer: to restart Home Assistant."""

from typing import Final, override

from homeassistant.components.repairs import (
    ConfirmRepairFlow,
    RepairsFlow,
    RepairsFlowResult,
)
from homeassistant.core import DOMAIN as HOMEASSISTANT_DOMAIN, HomeAssistant

from .entry.repair_flows import IssueData

_RESTART: Final = "restart"


class RestartFlow(ConfirmRepairFlow):
    """Restarts Home Assistant; what is wrong is no longer so then."""

    @override
    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        if user_input is not None:
            await self.hass.services.async_call(HOMEASSISTANT_DOMAIN, _RESTART)
        return await super().async_step_confirm(user_input)


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: IssueData
) -> RepairsFlow:
    """Return the flow of an issue."""
    return RestartFlow()
