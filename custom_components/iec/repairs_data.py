"""Repair issues: what only the user can put right."""

from collections.abc import Iterator
from datetime import timedelta

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from .api.const import PORTAL
from .const import CONF_CONTRACTS, DOMAIN
from .runtime import IecConfigEntry

_NO_DATA_AFTER = timedelta(days=5)
_KEYS = ("contract_ended", "meters_gated", "no_new_data")


@callback
def async_watch_for_repairs(hass: HomeAssistant, entry: IecConfigEntry) -> None:
    """Raise and clear issues as the snapshots change."""
    coordinator = entry.runtime_data.coordinator

    @callback
    def check() -> None:
        wrong = set(_wrong(entry))
        for key in _KEYS:
            _set_issue(hass, entry, key, is_wrong=key in wrong)

    entry.async_on_unload(coordinator.async_add_health_listener(check))
    check()


@callback
def async_clear_issues(hass: HomeAssistant, entry: IecConfigEntry) -> None:
    """Clear what was raised for an entry that is removed."""
    for key in _KEYS:
        ir.async_delete_issue(hass, DOMAIN, f"{key}_{entry.entry_id}")


def _wrong(entry: IecConfigEntry) -> Iterator[str]:
    coordinator = entry.runtime_data.coordinator
    snapshot = coordinator.data
    if entry.data.get(CONF_CONTRACTS) and any(
        not state.supply.is_active for state in snapshot.contracts.values()
    ):
        yield "contract_ended"
    if any(state.meters_are_gated for state in snapshot.contracts.values()):
        yield "meters_gated"
    newest = coordinator.newest_data
    if newest and not coordinator.failures:
        if dt_util.utcnow() - newest > _NO_DATA_AFTER:
            yield "no_new_data"


def _set_issue(
    hass: HomeAssistant, entry: IecConfigEntry, key: str, *, is_wrong: bool
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
