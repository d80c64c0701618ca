"""What repairs offer: to give up contracts that are over, or to open the options."""

from typing import Final

from homeassistant.components.repairs import RepairsFlow
from homeassistant.core import HomeAssistant

from custom_components.cloud_energy.entry.repair_flows import Fix, IssueData, fix_flow

from .const import CONF_CONTRACTS
from .runtime import IecConfigEntry
from .texts import Issue


async def _async_drop_ended_contracts(
    hass: HomeAssistant, entry: IecConfigEntry
) -> None:
    """Keep the chosen contracts that continue; all there are if none of them does."""
    contracts = entry.runtime_data.coordinator.data.contracts
    chosen = [
        number
        for number in entry.data[CONF_CONTRACTS] or ()
        if number not in contracts or contracts[number].supply.is_active
    ]
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, CONF_CONTRACTS: chosen or None}
    )
    hass.config_entries.async_schedule_reload(entry.entry_id)


_MENDINGS: Final[dict[str, Fix]] = {Issue.CONTRACT_ENDED: _async_drop_ended_contracts}


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: IssueData
) -> RepairsFlow:
    """Return the flow of an issue."""
    return fix_flow(hass, data, _MENDINGS)
