"""Diagnostics of one account, with nothing personal in them."""

from dataclasses import asdict
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_PASSWORD, CONF_USERNAME
from homeassistant.core import HomeAssistant

from custom_components.cloud_energy.diagnostics_data import (
    async_build_diagnostics,
    report_unloaded,
)

from .const import (
    CONF_ASSET_ID,
    CONF_ASSET_OWNER_ID,
    CONF_INVOICE,
    CONF_KEY,
    CONF_SETTLEMENT,
)
from .runtime import FlowerhubConfigEntry
from .snapshot import Snapshot

_SECRET_KEYS = (
    CONF_ASSET_ID,
    CONF_ASSET_OWNER_ID,
    CONF_INVOICE,
    CONF_KEY,
    CONF_SETTLEMENT,
    "id",
    "site_id",
)


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: FlowerhubConfigEntry
) -> dict[str, Any]:
    """Tell of the connection, the answers and the statistics of an entry."""
    if entry.state is not ConfigEntryState.LOADED:
        return report_unloaded(entry, _SECRET_KEYS)
    runtime = entry.runtime_data
    account = runtime.account_data
    return await async_build_diagnostics(
        hass,
        entry,
        runtime,
        secrets=_secrets(entry),
        secret_keys=_SECRET_KEYS,
        snapshot={
            "asset": runtime.coordinator.data and asdict(runtime.coordinator.data),
            "status_failures": runtime.coordinator.failures,
            "poll_interval": str(runtime.coordinator.update_interval),
            "account": _account(account.data),
        },
        parts=account.parts.diagnostics,
    )


def _account(snapshot: Snapshot) -> dict[str, Any]:
    """Tell what is there; no names, no amounts of money."""
    bills = snapshot.bills
    newest = snapshot.newest_invoice
    return {
        "account_status": snapshot.account_status,
        "agreement": snapshot.agreement and asdict(snapshot.agreement),
        "compensation": snapshot.compensation and asdict(snapshot.compensation),
        "invoices": len(bills.invoices) if bills else None,
        "newest_invoice": newest
        and {
            "type": newest.type,
            "status": newest.status,
            "month": newest.month,
            "site_invoices": len(newest.site_invoices),
        },
        "consumption": snapshot.consumption and snapshot.consumption.month,
        "production": snapshot.production and snapshot.production.month,
        "settled": snapshot.earned and snapshot.earned.settlement.month,
        "uptime": snapshot.uptime and asdict(snapshot.uptime),
        "history": [asdict(each) for each in snapshot.history or ()],
        "flower_notice": snapshot.flower_notice and snapshot.flower_notice.is_active,
        "zavann_notice": snapshot.zavann_notice and snapshot.zavann_notice.is_active,
    }


def _secrets(entry: FlowerhubConfigEntry) -> list[object]:
    """Return the values that must not show up anywhere, in whatever text."""
    data, snapshot = entry.data, entry.runtime_data.account_data.data
    secrets: list[object] = [
        entry.title,
        entry.unique_id,
        data[CONF_USERNAME],
        data[CONF_PASSWORD],
        data[CONF_ASSET_ID],
        data[CONF_ASSET_OWNER_ID],
        data[CONF_KEY],
        # Statistics' ids end in these, and they may be short numbers
        f"_{data[CONF_KEY]}",
        f"_{data[CONF_ASSET_OWNER_ID]}",
    ]
    halves = (snapshot.consumption_agreement, snapshot.production_agreement)
    secrets += [half.site_id for half in halves if half]
    details = snapshot.details
    if details and details.asset:
        secrets.append(details.asset.serial_number)
    cookies = entry.runtime_data.account.session.cookie_jar
    secrets += [cookie.value for cookie in cookies]
    return [secret for secret in secrets if secret]
