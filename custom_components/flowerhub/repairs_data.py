"""Repair issues: what the user should know to put right."""

from typing import Final

from homeassistant.core import HomeAssistant, callback

from custom_components.cloud_energy.issues import async_delete_issues, async_set_issue

from .runtime import FlowerhubConfigEntry
from .texts import Issue

_FAILURES: Final = 3


@callback
def async_watch_for_repairs(hass: HomeAssistant, entry: FlowerhubConfigEntry) -> None:
    """Tell of three failures in a row; cleared at the first success, or unloading."""
    coordinator = entry.runtime_data.coordinator

    @callback
    def check() -> None:
        if coordinator.failures == 0:
            async_clear_issues(hass, entry)
        elif coordinator.failures >= _FAILURES:
            async_set_issue(hass, entry, Issue.SERVER_UPDATE_FAILURES, is_wrong=True)

    entry.async_on_unload(coordinator.async_add_health_listener(check))
    entry.async_on_unload(lambda: async_clear_issues(hass, entry))


@callback
def async_clear_issues(hass: HomeAssistant, entry: FlowerhubConfigEntry) -> None:
    """Clear what was raised for an entry."""
    async_delete_issues(hass, entry, Issue)
