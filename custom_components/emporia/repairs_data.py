"""Repair issues: what only the user can put right."""

from homeassistant.core import HomeAssistant, callback

from custom_components.cloud_energy.issues import async_delete_issues, async_set_issue

from .runtime import EmporiaConfigEntry
from .status import Manager
from .texts import Issue


@callback
def async_tell_of_controller(
    hass: HomeAssistant, entry: EmporiaConfigEntry, gid: int
) -> None:
    """Tell that a rate that was just set will be overwritten, if it will."""
    state = entry.runtime_data.status.data.chargers.get(gid)
    if state and state.rate_is_taken:
        controller = (state.manager or Manager.OTHER).replace("_", " ")
        _set(hass, entry, gid, Issue.RATE_IS_CONTROLLED, controller=controller)


@callback
def async_watch_for_repairs(hass: HomeAssistant, entry: EmporiaConfigEntry) -> None:
    """Tell of commands without effect; clear what is no longer so."""
    status = entry.runtime_data.status

    @callback
    def check() -> None:
        for gid, state in status.data.chargers.items():
            if not state.rate_is_taken:
                _set(hass, entry, gid, Issue.RATE_IS_CONTROLLED, is_wrong=False)
        for gid in (*status.data.chargers, *status.data.outlets):
            is_wrong = gid in status.unheeded
            _set(hass, entry, gid, Issue.COMMAND_WITHOUT_EFFECT, is_wrong=is_wrong)

    entry.async_on_unload(status.async_add_listener(check))


@callback
def async_clear_issues(hass: HomeAssistant, entry: EmporiaConfigEntry) -> None:
    """Clear what was raised for an entry that is removed."""
    async_delete_issues(hass, entry, Issue)


def _set(
    hass: HomeAssistant,
    entry: EmporiaConfigEntry,
    gid: int,
    key: Issue,
    *,
    is_wrong: bool = True,
    **texts: str,
) -> None:
    device = entry.runtime_data.coordinator.home.get(gid)
    async_set_issue(
        hass,
        entry,
        key,
        is_wrong=is_wrong,
        about=gid,
        placeholders={"name": device.name if device else str(gid)} | texts,
    )
