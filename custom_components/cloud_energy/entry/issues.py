"""Repair issues of an entry: raised while something is wrong, cleared when it is not."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from custom_components.cloud_energy.helpers.help_pages import help_url
from custom_components.cloud_energy.texts import IssueKey

from .runtime import CloudRuntime


@dataclass(frozen=True, kw_only=True)
class RepairIssue:
    """Something that is wrong with an entry, and that the user can put right."""

    key: IssueKey
    about: int | None = None
    """What of the entry is concerned, where several can be."""
    severity: ir.IssueSeverity = ir.IssueSeverity.WARNING
    is_fixable: bool = False
    """Whether the integration's `repairs.py` has a flow for it."""
    placeholders: Mapping[str, str] = field(default_factory=dict)
    """For its text; `name` is the entry's title unless it is given."""

    def issue_id(self, entry: ConfigEntry[Any]) -> str:
        """Return the id of its issue."""
        return issue_id_of(entry, self.key, self.about)

    @callback
    def async_raise(self, hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
        """Show its issue; one that the user ignores stays ignored."""
        ir.async_create_issue(
            hass,
            entry.domain,
            self.issue_id(entry),
            data={"entry_id": entry.entry_id, "key": self.key}
            if self.is_fixable
            else None,
            is_fixable=self.is_fixable,
            severity=self.severity,
            translation_key=self.key,
            translation_placeholders={"name": entry.title} | dict(self.placeholders),
            learn_more_url=help_url(hass, entry.domain, self.key),
        )


@callback
def async_watch_issues[RuntimeT: CloudRuntime[Any]](
    hass: HomeAssistant,
    entry: ConfigEntry[RuntimeT],
    repair_issues: Callable[[ConfigEntry[RuntimeT]], Iterable[RepairIssue]],
) -> None:
    """Raise what is wrong with a loaded entry now, and clear what no longer is."""

    @callback
    def check() -> None:
        found = {issue.issue_id(entry): issue for issue in repair_issues(entry)}
        for issue_id in _raised(hass, entry).keys() - found.keys():
            ir.async_delete_issue(hass, entry.domain, issue_id)
        for issue in found.values():
            issue.async_raise(hass, entry)

    @callback
    def clear() -> None:
        for issue_id, issue in _raised(hass, entry).items():
            # What the user ignores would be new the next time.
            if not issue.dismissed_version:
                ir.async_delete_issue(hass, entry.domain, issue_id)

    entry.async_on_unload(entry.runtime_data.async_add_listener(check))
    entry.async_on_unload(clear)
    check()


@callback
def async_clear_issues(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Clear whatever was raised for an entry that is removed."""
    for issue_id in _raised(hass, entry):
        ir.async_delete_issue(hass, entry.domain, issue_id)


def _raised(hass: HomeAssistant, entry: ConfigEntry[Any]) -> dict[str, ir.IssueEntry]:
    return {
        issue_id: issue
        for (domain, issue_id), issue in ir.async_get(hass).issues.items()
        if domain == entry.domain and entry.entry_id in issue_id
    }


def issue_id_of(
    entry: ConfigEntry[Any], key: IssueKey, about: int | None = None
) -> str:
    """Return the id under which an issue of an entry is raised."""
    issue_id = f"{key}_{entry.entry_id}"
    return issue_id if about is None else f"{issue_id}_{about}"
