"""Repair issues of an entry: raised while something is wrong, cleared when it is not."""

from collections.abc import Iterable, Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .help_pages import help_url
from .texts import IssueKey


@callback
def async_set_issue(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    key: IssueKey,
    *,
    is_wrong: bool,
    severity: ir.IssueSeverity = ir.IssueSeverity.WARNING,
    is_fixable: bool = False,
    about: int | None = None,
    placeholders: Mapping[str, str] | None = None,
) -> None:
    """Raise an issue of an entry, or clear it.

    :param is_fixable: whether the integration's `repairs.py` has a flow for it
    :param about: what of the entry it is about, where several can be wrong
    :param placeholders: for its text; `name` is the entry's title if not given
    """
    issue_id = issue_id_of(entry, key, about)
    if not is_wrong:
        ir.async_delete_issue(hass, entry.domain, issue_id)
        return
    ir.async_create_issue(
        hass,
        entry.domain,
        issue_id,
        data={"entry_id": entry.entry_id, "key": key} if is_fixable else None,
        is_fixable=is_fixable,
        severity=severity,
        translation_key=key,
        translation_placeholders={"name": entry.title} | dict(placeholders or {}),
        learn_more_url=help_url(hass, entry.domain, key),
    )


@callback
def async_delete_issues(
    hass: HomeAssistant, entry: ConfigEntry[Any], keys: Iterable[IssueKey]
) -> None:
    """Clear issues of an entry, whatever of it they are about."""
    ids = {issue_id_of(entry, key) for key in keys}
    prefixes = tuple(f"{issue_id}_" for issue_id in ids)
    for domain, issue_id in list(ir.async_get(hass).issues):
        is_ours = issue_id in ids or issue_id.startswith(prefixes)
        if domain == entry.domain and is_ours:
            ir.async_delete_issue(hass, domain, issue_id)


def issue_id_of(
    entry: ConfigEntry[Any], key: IssueKey, about: int | None = None
) -> str:
    """Return the id under which an issue of an entry is raised."""
    issue_id = f"{key}_{entry.entry_id}"
    return issue_id if about is None else f"{issue_id}_{about}"
