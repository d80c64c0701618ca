"""Diagnostics of one account, with nothing personal in them."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from custom_components.cloud_energy.entry.diagnostics_data import Diagnostics

from .const import (
    CONF_ASSET_ID,
    CONF_ASSET_OWNER_ID,
    CONF_INVOICE,
    CONF_INVOICED_KEY,
    CONF_KEY,
    CONF_SETTLEMENT,
    CONF_SITES,
)
from .runtime import FlowerhubConfigEntry, FlowerhubRuntime
from .snapshot import Snapshot


def _snapshot(runtime: FlowerhubRuntime) -> dict[str, Any]:
    status = runtime.coordinator
    return {
        "asset": status.data and asdict(status.data),
        "status_failures": status.failures,
        "poll_interval": str(status.update_interval),
        "account": _account(runtime.account_data.data),
    }


def _account(snapshot: Snapshot) -> dict[str, Any]:
    """Report what is there; no names, no amounts of money."""
    bills = snapshot.bills
    latest = snapshot.latest_invoice
    return {
        "account_status": snapshot.account_status,
        "agreement": snapshot.agreement and asdict(snapshot.agreement),
        "compensation": snapshot.compensation and asdict(snapshot.compensation),
        "invoices": len(bills.invoices) if bills else None,
        "newest_invoice": latest
        and {
            "type": latest.type,
            "status": latest.status,
            "month": latest.month,
            "site_invoices": len(latest.site_invoices),
        },
        "consumption": snapshot.consumption and snapshot.consumption.month,
        "production": snapshot.production and snapshot.production.month,
        "settled": snapshot.earned and snapshot.earned.settlement.month,
        "uptime": snapshot.uptime and asdict(snapshot.uptime),
        "history": [asdict(each) for each in snapshot.history or ()],
        "flower_notice": snapshot.flower_notice and snapshot.flower_notice.is_active,
        "zavann_notice": snapshot.zavann_notice and snapshot.zavann_notice.is_active,
    }


def _secrets(entry: FlowerhubConfigEntry) -> Iterator[object]:
    data, snapshot = entry.data, entry.runtime_data.account_data.data
    for key in (CONF_ASSET_ID, CONF_ASSET_OWNER_ID, CONF_KEY):
        yield data[key]
    # Statistics' ids end in these, and they may be short numbers
    yield f"_{data[CONF_KEY]}"
    yield f"_{data[CONF_ASSET_OWNER_ID]}"
    for half in (snapshot.consumption_agreement, snapshot.production_agreement):
        yield half and half.site_id
    if snapshot.details and snapshot.details.asset:
        yield snapshot.details.asset.serial_number
    for cookie in entry.runtime_data.connection.session.cookie_jar:
        yield cookie.value


async_get_config_entry_diagnostics = Diagnostics(
    snapshot=_snapshot,
    secrets=_secrets,
    secret_keys=(
        CONF_ASSET_ID,
        CONF_ASSET_OWNER_ID,
        CONF_INVOICE,
        CONF_INVOICED_KEY,
        CONF_KEY,
        CONF_SETTLEMENT,
        CONF_SITES,
        "id",
        "site_id",
    ),
).async_get
