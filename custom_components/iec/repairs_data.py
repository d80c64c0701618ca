"""Repair issues: what only the user can put right."""

from collections.abc import Iterator
from datetime import timedelta

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.issues import async_delete_issues, async_set_issue

from .const import CONF_CONTRACTS
from .runtime import IecConfigEntry
from .texts import Issue

FIXABLE = frozenset({Issue.CONTRACT_ENDED, Issue.NO_TIME_OF_USE_PRICES})
_NO_DATA_AFTER = timedelta(days=5)


@callback
def async_watch_for_repairs(hass: HomeAssistant, entry: IecConfigEntry) -> None:
    """Raise and clear issues as the snapshots change."""
    coordinator = entry.runtime_data.coordinator

    @callback
    def check() -> None:
        wrong = set(_wrong(entry))
        for key in Issue:
            async_set_issue(
                hass, entry, key, is_wrong=key in wrong, is_fixable=key in FIXABLE
            )

    entry.async_on_unload(coordinator.async_add_health_listener(check))
    check()


@callback
def async_clear_issues(hass: HomeAssistant, entry: IecConfigEntry) -> None:
    """Clear what was raised for an entry that is removed."""
    async_delete_issues(hass, entry, Issue)


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
    newest = coordinator.newest_data
    if newest and not coordinator.failures:
        if dt_util.utcnow() - newest > _NO_DATA_AFTER:
            yield Issue.NO_NEW_DATA
