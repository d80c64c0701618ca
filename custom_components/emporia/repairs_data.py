"""Repair issues: what only the user can put right."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN, PORTAL
from .runtime import EmporiaConfigEntry


def _issue_id(entry: EmporiaConfigEntry, gid: int) -> str:
    return f"rate_is_controlled_{entry.entry_id}_{gid}"


@callback
def async_tell_of_controller(
    hass: HomeAssistant, entry: EmporiaConfigEntry, gid: int
) -> None:
    """Tell that a rate that was just set will be overwritten, if it will."""
    runtime = entry.runtime_data
    state = runtime.status.data.chargers.get(gid)
    if state is None or not state.rate_is_taken:
        return
    device = runtime.coordinator.home.get(gid)
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(entry, gid),
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="rate_is_controlled",
        translation_placeholders={
            "name": device.name if device else str(gid),
            "controller": state.manager.replace("_", " "),
        },
        learn_more_url=PORTAL,
    )


@callback
def async_watch_for_repairs(hass: HomeAssistant, entry: EmporiaConfigEntry) -> None:
    """Clear an issue once nobody takes the rate any more."""
    status = entry.runtime_data.status

    @callback
    def check() -> None:
        for gid, state in status.data.chargers.items():
            if not state.rate_is_taken:
                ir.async_delete_issue(hass, DOMAIN, _issue_id(entry, gid))

    entry.async_on_unload(status.async_add_listener(check))


@callback
def async_clear_issues(hass: HomeAssistant, entry: EmporiaConfigEntry) -> None:
    """Clear what was raised for an entry that is removed."""
    prefix = f"rate_is_controlled_{entry.entry_id}_"
    for domain, issue_id in list(ir.async_get(hass).issues):
        if domain == DOMAIN and issue_id.startswith(prefix):
            ir.async_delete_issue(hass, DOMAIN, issue_id)
