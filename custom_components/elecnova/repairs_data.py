"""Repair issues of the connection: what only the user can put right."""

from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from custom_components.cloud_energy.client.errors import CloudError
from custom_components.cloud_energy.issues import async_delete_issues, async_set_issue

from .api.errors import AddressNotAllowed, ClockSkew
from .runtime import ElecnovaConfigEntry
from .texts import Issue

_ISSUES: Final[dict[type[CloudError], Issue]] = {
    AddressNotAllowed: Issue.IP_NOT_ALLOWED,
    ClockSkew: Issue.CLOCK_SKEW,
}


@callback
def async_watch_for_repairs(hass: HomeAssistant, entry: ElecnovaConfigEntry) -> None:
    """Tell why polls fail, as long as they do."""
    coordinator = entry.runtime_data.coordinator

    @callback
    def check() -> None:
        for kind, key in _ISSUES.items():
            is_wrong = isinstance(coordinator.error, kind)
            severity = ir.IssueSeverity.ERROR
            async_set_issue(hass, entry, key, is_wrong=is_wrong, severity=severity)

    entry.async_on_unload(coordinator.async_add_health_listener(check))
    entry.async_on_unload(lambda: async_clear_issues(hass, entry))


@callback
def async_clear_issues(hass: HomeAssistant, entry: ElecnovaConfigEntry) -> None:
    """Clear what was raised for an entry."""
    async_delete_issues(hass, entry, _ISSUES.values())
