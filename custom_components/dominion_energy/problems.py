"""What only the user can put right."""

from collections.abc import Iterator
from datetime import timedelta

from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.entry.issues import Problem

from .coordinators.meter import DominionCoordinator
from .runtime import DominionConfigEntry
from .texts import Issue

_NO_DATA_AFTER = timedelta(days=3)
_COST_TOLERANCE = 0.3


def problems(entry: DominionConfigEntry) -> Iterator[Problem]:
    """Yield what is wrong now."""
    coordinator = entry.runtime_data.coordinator
    if _is_closed(coordinator):
        yield Problem(key=Issue.ACCOUNT_CLOSED, is_fixable=True)
    if _is_stale(coordinator):
        yield Problem(key=Issue.NO_NEW_DATA)
    if _costs_differ(coordinator):
        yield Problem(key=Issue.COST_DIFFERS, is_fixable=True)


def _is_closed(coordinator: DominionCoordinator) -> bool:
    account = coordinator.data.account
    return account is not None and not account.is_active


def _is_stale(coordinator: DominionCoordinator) -> bool:
    """Return whether the cloud answers but has published nothing for days."""
    newest = coordinator.newest_data
    if newest is None or _is_closed(coordinator) or coordinator.failures:
        return False
    return dt_util.utcnow() - newest > _NO_DATA_AFTER


def _costs_differ(coordinator: DominionCoordinator) -> bool:
    """Return whether the cost mode is far from what the last bill says."""
    derived = coordinator.derived
    if derived is None or derived.last_bill_check is None:
        return False
    billed, reckoned = derived.last_bill_check
    return abs(reckoned - billed) > _COST_TOLERANCE * billed
