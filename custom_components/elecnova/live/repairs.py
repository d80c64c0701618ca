"""Repair issues of the live half: what the user should know to put right."""

from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from custom_components.elecnova.const import DOMAIN
from custom_components.elecnova.entry_data import broker

from .live import Finding, Live
from .memory import async_remove_memory
from .trouble import Trouble

_KINDS: Final = (*Trouble, *Finding)


@callback
def async_watch_live_repairs(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Raise what the user can put right, and clear it when it is."""
    live: Live = entry.runtime_data.live

    @callback
    def check() -> None:
        current = {live.trouble, *live.findings}
        for kind in _KINDS:
            if kind in current:
                _raise(hass, entry, kind, live.unmapped)
            else:
                _clear(hass, entry, kind)

    @callback
    def clear() -> None:
        registry = ir.async_get(hass)
        for kind in _KINDS:
            issue = registry.async_get_issue(DOMAIN, _issue_id(entry, kind))
            # What the user ignores stays, or it would be new the next time.
            if issue and not issue.dismissed_version:
                _clear(hass, entry, kind)

    entry.async_on_unload(live.async_add_listener(check))
    entry.async_on_unload(clear)
    check()


async def async_forget_live(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Remove what was stored and raised for an entry that is removed."""
    for kind in _KINDS:
        _clear(hass, entry, kind)
    await async_remove_memory(hass, entry)


def _raise(
    hass: HomeAssistant, entry: ConfigEntry, kind: Trouble | Finding, unmapped: int
) -> None:
    host, port = broker(entry.data, entry.options)
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(entry, kind),
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=kind,
        translation_placeholders={
            "name": entry.title,
            "host": host,
            "port": str(port),
            "count": str(unmapped),
        },
    )


def _clear(hass: HomeAssistant, entry: ConfigEntry, kind: Trouble | Finding) -> None:
    ir.async_delete_issue(hass, DOMAIN, _issue_id(entry, kind))


def _issue_id(entry: ConfigEntry, kind: Trouble | Finding) -> str:
    return f"{kind}_{entry.entry_id}"
