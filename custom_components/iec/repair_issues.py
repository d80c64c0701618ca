"""What only the user can put right."""

from collections.abc import Iterator
from datetime import timedelta

from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.entry.bill_issues import bill_issues
from custom_components.cloud_energy.entry.issues import RepairIssue

from .const import CONF_CONTRACTS
from .runtime import IecConfigEntry
from .texts import Issue

_FIXABLE = frozenset({Issue.CONTRACT_ENDED, Issue.NO_TIME_OF_USE_PRICES})
_NO_DATA_AFTER = timedelta(days=5)


def repair_issues(entry: IecConfigEntry) -> Iterator[RepairIssue]:
    """Yield what is wrong now."""
    for key in _wrong(entry):
        yield RepairIssue(key=key, is_fixable=key in _FIXABLE)
    yield from bill_issues(entry, Issue.BILL_DIFFERS)


def _wrong(entry: IecConfigEntry) -> Iterator[Issue]:
    coordinator = entry.runtime_data.coordinator
    snapshot = coordinator.data
    if entry.data.get(CONF_CONTRACTS) and any(
        not state.supply.is_active for state in snapshot.contracts.values()
    ):
        yield Issue.CONTRACT_ENDED
    if any(state.meters_are_gated for state in snapshot.contracts.values()):
        yield Issue.METERS_GATED
    if any(
        coordinator.is_time_of_use(contract) and not coordinator.has_price(contract)
        for contract in {m.meter.address.contract for m in snapshot.meters.values()}
    ):
        yield Issue.NO_TIME_OF_USE_PRICES
    latest = coordinator.latest_data
    if latest and not coordinator.failures:
        if dt_util.utcnow() - latest > _NO_DATA_AFTER:
            yield Issue.NO_NEW_DATA
