"""Repair issues of the connection: what only the user can put right."""

from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from custom_components.cloud_energy.client.errors import CloudError

from .api.errors import AddressNotAllowed, ClockSkew
from .const import DOMAIN
from .runtime import ElecnovaConfigEntry

_ISSUES: Final[dict[type[CloudError], str]] = {
    AddressNotAllowed: "ip_not_allowed",
    ClockSkew: "clock_skew",
}


@callback
def async_watch_for_repairs(hass: HomeAssistant, entry: ElecnovaConfigEntry) -> None:
    """Tell why polls fail, as long as they do."""
    coordinator = entry.runtime_data.coordinator

    @callback
    def check() -> None:
        for kind, key in _ISSUES.items():
            if not isinstance(coordinator.error, kind):
                ir.async_delete_issue(hass, DOMAIN, _issue_id(entry, key))
                continue
            ir.async_create_issue(
                hass,
                DOMAIN,
                _issue_id(entry, key),
                is_fixable=False,
                severity=ir.IssueSeverity.ERROR,
                translation_key=key,
                translation_placeholders={"name": entry.title},
            )

    entry.async_on_unload(coordinator.async_add_health_listener(check))
    entry.async_on_unload(lambda: async_clear_issues(hass, entry))


@callback
def async_clear_issues(hass: HomeAssistant, entry: ElecnovaConfigEntry) -> None:
    """Clear what was raised for an entry."""
    for key in _ISSUES.values():
        ir.async_delete_issue(hass, DOMAIN, _issue_id(entry, key))


def _issue_id(entry: ElecnovaConfigEntry, key: str) -> str:
    return f"{key}_{entry.entry_id}"
