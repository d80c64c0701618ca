"""Repair issues: what the user should know to put right."""

from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .api.const import PORTAL
from .const import DOMAIN
from .runtime import FlowerhubConfigEntry

_ISSUE: Final = "server_update_failures"
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
            ir.async_create_issue(
                hass,
                DOMAIN,
                _issue_id(entry),
                is_fixable=False,
                severity=ir.IssueSeverity.WARNING,
                translation_key=_ISSUE,
                translation_placeholders={"name": entry.title},
                learn_more_url=PORTAL,
            )

    entry.async_on_unload(coordinator.async_add_health_listener(check))
    entry.async_on_unload(lambda: async_clear_issues(hass, entry))


@callback
def async_clear_issues(hass: HomeAssistant, entry: FlowerhubConfigEntry) -> None:
    """Clear what was raised for an entry."""
    ir.async_delete_issue(hass, DOMAIN, _issue_id(entry))


def _issue_id(entry: FlowerhubConfigEntry) -> str:
    return f"{_ISSUE}_{entry.entry_id}"
