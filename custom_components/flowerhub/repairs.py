"""What repairs offer: to open the options."""

from homeassistant.components.repairs import RepairsFlow
from homeassistant.core import HomeAssistant

from custom_components.cloud_energy.entry.repair_flows import IssueData, fix_flow


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: IssueData
) -> RepairsFlow:
    """Return the flow of an issue."""
    return fix_flow(hass, data)
