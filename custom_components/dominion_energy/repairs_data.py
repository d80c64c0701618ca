"""Repair issues: what only the user can put right."""

from datetime import timedelta

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from .api.const import PORTAL
from .const import DOMAIN
from .coordinator import DominionConfigEntry

_NO_DATA_AFTER = timedelta(days=3)
_COST_TOLERANCE = 0.3


@callback
def async_watch_for_repairs(hass: HomeAssistant, entry: DominionConfigEntry) -> None:
    """Raise and clear issues as the snapshots change."""
    coordinator = entry.runtime_data.coordinator

    @callback
    def check() -> None:
        for key, is_wrong in (
            ("account_closed", _is_closed(entry)),
            ("no_new_data", _is_stale(entry)),
            ("cost_differs", _costs_differ(entry)),
        ):
            _set_issue(hass, entry, key, is_wrong=is_wrong)

    entry.async_on_unload(coordinator.async_add_health_listener(check))
    check()


@callback
def async_clear_issues(hass: HomeAssistant, entry: DominionConfigEntry) -> None:
    """Clear what was raised for an entry that is removed."""
    for key in ("account_closed", "no_new_data", "cost_differs"):
        ir.async_delete_issue(hass, DOMAIN, f"{key}_{entry.entry_id}")


def _set_issue(
    hass: HomeAssistant, entry: DominionConfigEntry, key: str, *, is_wrong: bool
) -> None:
    issue_id = f"{key}_{entry.entry_id}"
    if not is_wrong:
        ir.async_delete_issue(hass, DOMAIN, issue_id)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=key,
        translation_placeholders={"name": entry.title},
        learn_more_url=PORTAL,
    )


def _is_closed(entry: DominionConfigEntry) -> bool:
    account = entry.runtime_data.coordinator.data.account
    return account is not None and not account.is_active


def _is_stale(entry: DominionConfigEntry) -> bool:
    """Tell whether the cloud answers but has published nothing for days."""
    coordinator = entry.runtime_data.coordinator
    newest = coordinator.newest_data
    if newest is None or _is_closed(entry) or coordinator.failures:
        return False
    return dt_util.utcnow() - newest > _NO_DATA_AFTER


def _costs_differ(entry: DominionConfigEntry) -> bool:
    """Tell whether the cost mode is far from what the last bill says."""
    derived = entry.runtime_data.coordinator.derived
    if derived is None or derived.last_bill_check is None:
        return False
    billed, reckoned = derived.last_bill_check
    return abs(reckoned - billed) > _COST_TOLERANCE * billed
