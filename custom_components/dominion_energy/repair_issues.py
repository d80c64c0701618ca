"""What only the user can put right."""

from collections.abc import Iterator
from datetime import timedelta

from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.entry.bill_issues import bill_issues
from custom_components.cloud_energy.entry.issues import RepairIssue

from .coordinators.meter import DominionCoordinator
from .runtime import DominionConfigEntry
from .texts import Issue

_NO_DATA_AFTER = timedelta(days=3)


def repair_issues(entry: DominionConfigEntry) -> Iterator[RepairIssue]:
    """Yield what is wrong now."""
    coordinator = entry.runtime_data.coordinator
    if _is_closed(coordinator):
        yield RepairIssue(key=Issue.ACCOUNT_CLOSED, is_fixable=True)
    if _is_stale(coordinator):
        yield RepairIssue(key=Issue.NO_NEW_DATA)
    yield from bill_issues(entry, Issue.BILL_DIFFERS)


def _is_closed(coordinator: DominionCoordinator) -> bool:
    account = coordinator.data.account
    return account is not None and not account.is_active


def _is_stale(coordinator: DominionCoordinator) -> bool:
    """Return whether the cloud answers but has published nothing for days."""
    latest = coordinator.latest_data
    if latest is None or _is_closed(coordinator) or coordinator.failures:
        return False
    return dt_util.utcnow() - latest > _NO_DATA_AFTER
