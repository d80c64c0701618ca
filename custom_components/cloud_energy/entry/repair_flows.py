"""What a repair offers: the step that fixes it, or the options that do."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, override

from homeassistant.components.repairs import (
    ConfirmRepairFlow,
    FlowType,
    RepairsFlow,
    RepairsFlowResult,
)
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import UnknownFlow

from custom_components.cloud_energy.texts import RepairAbort

type IssueData = dict[str, str | int | float | None] | None
type Fix = Callable[[HomeAssistant, ConfigEntry[Any]], Awaitable[None]]


class FixFlow(ConfirmRepairFlow):
    """Asks for a confirmation, and fixes what is wrong in one step."""

    def __init__(self, entry: ConfigEntry[Any], mend: Fix) -> None:
        """Fix something of an entry."""
        super().__init__()
        self._entry = entry
        self._mend = mend

    @override
    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        if user_input is not None:
            if self._entry.state is not ConfigEntryState.LOADED:
                # Nobody knows any longer what is wrong
                raise UnknownFlow
            await self._mend(self.hass, self._entry)
        return await super().async_step_confirm(user_input)


class OptionsFlow(ConfirmRepairFlow):
    """Opens the options of an entry; the issue stays until they fix it."""

    def __init__(self, entry: ConfigEntry[Any]) -> None:
        """Open those of an entry."""
        super().__init__()
        self._entry = entry

    @override
    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        if user_input is None:
            return await super().async_step_confirm()
        options = self.hass.config_entries.options
        flow = await options.async_init(self._entry.entry_id)
        return self.async_abort(
            reason=RepairAbort.OPTIONS_OPENED,
            next_flow=(FlowType.OPTIONS_FLOW, flow["flow_id"]),
        )


def fix_flow(
    hass: HomeAssistant,
    data: IssueData,
    fixes: Mapping[str, Fix] = MappingProxyType({}),
) -> RepairsFlow:
    """Return the flow of an issue: its fix if it has one, else the options.

    :param data: what is stored with the issue of a `RepairIssue`
    :param fixes: by the keys of issues
    """
    known = data or {}
    entry = hass.config_entries.async_get_entry(str(known.get("entry_id")))
    if entry is None:
        # The entry is gone, and the issue goes with it.
        return ConfirmRepairFlow()
    mend = fixes.get(str(known.get("key")))
    return FixFlow(entry, mend) if mend else OptionsFlow(entry)


async def async_delete_entry(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Remove an entry; its statistics stay."""
    await hass.config_entries.async_remove(entry.entry_id)
