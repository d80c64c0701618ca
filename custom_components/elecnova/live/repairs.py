"""Repair issues of the live half: what the user should know to put right."""

from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from custom_components.cloud_energy.issues import (
    async_delete_issues,
    async_set_issue,
    issue_id_of,
)
from custom_components.cloud_energy.texts import IssueKey
from custom_components.elecnova.const import DOMAIN
from custom_components.elecnova.entry_data import broker

from .live import Finding, Live
from .memory import async_remove_memory
from .trouble import Trouble

_KINDS: Final[tuple[IssueKey, ...]] = (*Trouble, *Finding)


@callback
def async_watch_live_repairs(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Raise what the user can put right, and clear it when it is."""
    live: Live = entry.runtime_data.live

    @callback
    def check() -> None:
        current = {live.trouble, *live.findings}
        for kind in _KINDS:
            _set(hass, entry, kind, is_wrong=kind in current)

    @callback
    def clear() -> None:
        registry = ir.async_get(hass)
        for kind in _KINDS:
            issue = registry.async_get_issue(DOMAIN, issue_id_of(entry, kind))
            # What the user ignores stays, or it would be new the next time.
            if issue and not issue.dismissed_version:
                _set(hass, entry, kind, is_wrong=False)

    entry.async_on_unload(live.async_add_listener(check))
    entry.async_on_unload(clear)
    check()


async def async_forget_live(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Remove what was stored and raised for an entry that is removed."""
    async_delete_issues(hass, entry, _KINDS)
    await async_remove_memory(hass, entry)


def _set(
    hass: HomeAssistant, entry: ConfigEntry[Any], kind: IssueKey, *, is_wrong: bool
) -> None:
    host, port = broker(entry.data, entry.options)
    count = entry.runtime_data.live.unmapped
    async_set_issue(
        hass,
        entry,
        kind,
        is_wrong=is_wrong,
        # All of them are mended in the options, or by somebody else.
        is_fixable=True,
        placeholders={"host": host, "port": str(port), "count": str(count)},
    )
