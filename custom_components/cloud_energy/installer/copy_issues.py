"""Repair issues about the copies of providers: one at most for each of them."""

from dataclasses import dataclass

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from custom_components.cloud_energy.const import DOMAIN
from custom_components.cloud_energy.helpers.help_pages import help_url
from custom_components.cloud_energy.texts import CopyIssue, IssueKey

from .bundle import Trouble


@dataclass(frozen=True)
class Copy:
    """What is known of the copy of a provider."""

    domain: str
    version: str | None
    """None for a folder of another project, or for none at all."""
    trouble: Trouble | None
    reason: str
    is_ours: bool
    """Whether it was placed by Cloud Energy, not by hand."""
    is_chosen: bool
    is_in_use: bool
    needs_restart: bool

    def issue(self, version: str) -> tuple[IssueKey, dict[str, str]] | None:
        """Return what is wrong beside this version of Cloud Energy, with its facts."""
        if self.trouble is Trouble.CANNOT_WRITE:
            return self.trouble, {"reason": self.reason}
        if self.trouble:
            return self.trouble, {}
        if self.is_in_use and self.version and self.version != version:
            return CopyIssue.OUTDATED, {"version": self.version, "own_version": version}
        if self.is_in_use and self.is_ours and not self.is_chosen:
            return CopyIssue.IN_USE, {}
        return (CopyIssue.RESTART, {}) if self.needs_restart else None


class CopyIssues:
    """The issues that are raised."""

    def __init__(self, hass: HomeAssistant, version: str) -> None:
        """Raise issues beside this version of Cloud Energy."""
        self._hass = hass
        self._version = version
        self._raised: set[str] = set()

    @callback
    def async_report(self, copies: list[Copy]) -> None:
        """Raise what is wrong now, and clear what no longer is."""
        raised = set()
        for copy in copies:
            if found := copy.issue(self._version):
                key, facts = found
                raised.add(f"{key}_{copy.domain}")
                ir.async_create_issue(
                    self._hass,
                    DOMAIN,
                    f"{key}_{copy.domain}",
                    is_fixable=key is CopyIssue.RESTART,
                    learn_more_url=help_url(self._hass, DOMAIN, key),
                    severity=ir.IssueSeverity.WARNING,
                    translation_key=key,
                    translation_placeholders={"domain": copy.domain, **facts},
                )
        for issue_id in self._raised - raised:
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
        self._raised = raised
