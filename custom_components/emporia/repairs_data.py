"""Repair issues: what only the user can put right."""

from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN, PORTAL
from .runtime import EmporiaConfigEntry
from .status import Manager

_CONTROLLED: Final = "rate_is_controlled"
_UNHEEDED: Final = "command_without_effect"


def _issue_id(kind: str, entry: EmporiaConfigEntry, gid: int) -> str:
    return f"{kind}_{entry.entry_id}_{gid}"


@callback
def async_tell_of_controller(
    hass: HomeAssistant, entry: EmporiaConfigEntry, gid: int
) -> None:
    """Tell that a rate that was just set will be overwritten, if it will."""
    state = entry.runtime_data.status.data.chargers.get(gid)
    if state and state.rate_is_taken:
        controller = (state.manager or Manager.OTHER).replace("_", " ")
        _tell(hass, entry, gid, _CONTROLLED, controller=controller)


@callback
def async_watch_for_repairs(hass: HomeAssistant, entry: EmporiaConfigEntry) -> None:
    """Tell of commands without effect; clear what is no longer so."""
    status = entry.runtime_data.status

    @callback
    def check() -> None:
        for gid, state in status.data.chargers.items():
            if not state.rate_is_taken:
                ir.async_delete_issue(hass, DOMAIN, _issue_id(_CONTROLLED, entry, gid))
        for gid in (*status.data.chargers, *status.data.outlets):
            if gid in status.unheeded:
                _tell(hass, entry, gid, _UNHEEDED)
            else:
                ir.async_delete_issue(hass, DOMAIN, _issue_id(_UNHEEDED, entry, gid))

    entry.async_on_unload(status.async_add_listener(check))


@callback
def async_clear_issues(hass: HomeAssistant, entry: EmporiaConfigEntry) -> None:
    """Clear what was raised for an entry that is removed."""
    prefixes = tuple(f"{kind}_{entry.entry_id}_" for kind in (_CONTROLLED, _UNHEEDED))
    for domain, issue_id in list(ir.async_get(hass).issues):
        if domain == DOMAIN and issue_id.startswith(prefixes):
            ir.async_delete_issue(hass, DOMAIN, issue_id)


def _tell(
    hass: HomeAssistant, entry: EmporiaConfigEntry, gid: int, kind: str, **texts: str
) -> None:
    device = entry.runtime_data.coordinator.home.get(gid)
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(kind, entry, gid),
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=kind,
        translation_placeholders={"name": device.name if device else str(gid)} | texts,
        learn_more_url=PORTAL,
    )
