"""Repair issues: what only the user can put right."""

from datetime import timedelta

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.issues import async_delete_issues, async_set_issue

from .runtime import DominionConfigEntry
from .texts import Issue

FIXABLE = frozenset({Issue.ACCOUNT_CLOSED, Issue.COST_DIFFERS})
_NO_DATA_AFTER = timedelta(days=3)
_COST_TOLERANCE = 0.3


@callback
def async_watch_for_repairs(hass: HomeAssistant, entry: DominionConfigEntry) -> None:
    """Raise and clear issues as the snapshots change."""
    coordinator = entry.runtime_data.coordinator

    @callback
    def check() -> None:
        wrong = {
            Issue.ACCOUNT_CLOSED: _is_closed(entry),
            Issue.NO_NEW_DATA: _is_stale(entry),
            Issue.COST_DIFFERS: _costs_differ(entry),
        }
        for key, is_wrong in wrong.items():
            async_set_issue(
                hass, entry, key, is_wrong=is_wrong, is_fixable=key in FIXABLE
            )

    entry.async_on_unload(coordinator.async_add_health_listener(check))
    check()


@callback
def async_clear_issues(hass: HomeAssistant, entry: DominionConfigEntry) -> None:
    """Clear what was raised for an entry that is removed."""
    async_delete_issues(hass, entry, Issue)


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
