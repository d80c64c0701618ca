"""What repairs offer: to delete the entry, or to open the options."""

from typing import Final

from homeassistant.components.repairs import RepairsFlow
from homeassistant.core import HomeAssistant

from custom_components.cloud_energy.entry.repair_flows import (
    Fix,
    IssueData,
    async_delete_entry,
    fix_flow,
)

from .texts import Issue

_MENDINGS: Final[dict[str, Fix]] = {Issue.ACCOUNT_CLOSED: async_delete_entry}


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: IssueData
) -> RepairsFlow:
    """Return the flow of an issue."""
    return fix_flow(hass, data, _MENDINGS)
