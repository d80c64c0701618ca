"""Repair issues of an entry: raised while something is wrong, cleared when it is not."""

from collections.abc import Iterable
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir


@callback
def async_set_issue(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    key: str,
    *,
    is_wrong: bool,
    severity: ir.IssueSeverity = ir.IssueSeverity.WARNING,
    learn_more_url: str | None = None,
) -> None:
    """Raise an issue of an entry, or clear it; the key is its translation's too."""
    if not is_wrong:
        async_delete_issues(hass, entry, [key])
        return
    ir.async_create_issue(
        hass,
        entry.domain,
        _issue_id(entry, key),
        is_fixable=False,
        severity=severity,
        translation_key=key,
        translation_placeholders={"name": entry.title},
        learn_more_url=learn_more_url,
    )


@callback
def async_delete_issues(
    hass: HomeAssistant, entry: ConfigEntry[Any], keys: Iterable[str]
) -> None:
    """Clear issues of an entry."""
    for key in keys:
        ir.async_delete_issue(hass, entry.domain, _issue_id(entry, key))


def _issue_id(entry: ConfigEntry[Any], key: str) -> str:
    return f"{key}_{entry.entry_id}"
