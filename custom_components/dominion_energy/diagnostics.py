"""Diagnostics of one meter, with nothing personal in them."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from custom_components.cloud_energy.entry.diagnostics_data import Diagnostics

from .const import (
    CONF_ACCOUNT_NUMBER,
    CONF_KEY,
    CONF_LOGIN,
    CONF_METER_NUMBER,
    CONF_PREVIOUS_METER,
    CONF_SERIES,
)
from .entry_data import split_account_id, stored_login
from .runtime import DominionConfigEntry, DominionRuntime


def _snapshot(runtime: DominionRuntime) -> dict[str, Any]:
    return asdict(runtime.coordinator.data)


def _secrets(entry: DominionConfigEntry) -> Iterator[object]:
    data = entry.data
    yield from (data[CONF_ACCOUNT_NUMBER], data[CONF_METER_NUMBER])
    yield data.get(CONF_PREVIOUS_METER)
    yield from split_account_id(data[CONF_KEY])
    if login := stored_login(data):
        yield from (login.tokens.access, login.tokens.refresh, login.uid, login.uuid)
    account = entry.runtime_data.coordinator.data.account
    if account and account.service_address:
        address = account.service_address
        yield from (str(address), address.street, address.zip_code, address.city)


async_get_config_entry_diagnostics = Diagnostics(
    snapshot=_snapshot,
    secrets=_secrets,
    secret_keys=(
        CONF_ACCOUNT_NUMBER,
        CONF_KEY,
        CONF_LOGIN,
        CONF_METER_NUMBER,
        CONF_PREVIOUS_METER,
        CONF_SERIES,
        "contract",
        "invoice_id",
        "nickname",
        "number",
        "premise_number",
        "service_address",
    ),
    # Of entries of other integrations that could not be converted
    foreign_keys=("account", "device_id", "meter", "meter_id"),
).async_get
