"""Diagnostics of one meter, with nothing personal in them."""

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
    CONF_ACCOUNT_NUMBER,
    CONF_KEY,
    CONF_LOGIN,
    CONF_METER_NUMBER,
    CONF_PREVIOUS_METER,
    CONF_SERIES,
)
from .entry_data import split_account_id, stored_login
from .runtime import DominionConfigEntry

_SECRET_KEYS = (
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
)


_FOREIGN_KEYS = ("account", "device_id", "meter", "meter_id")
"""Of entries of other integrations that could not be converted."""


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: DominionConfigEntry
) -> dict[str, Any]:
    """Tell of the connection, the answers and the statistics of an entry."""
    if entry.state is not ConfigEntryState.LOADED:
        return report_unloaded(entry, (*_SECRET_KEYS, *_FOREIGN_KEYS))
    coordinator = entry.runtime_data.coordinator
    return await async_build_diagnostics(
        hass,
        entry,
        entry.runtime_data,
        secrets=_secrets(entry),
        secret_keys=_SECRET_KEYS,
        snapshot=asdict(coordinator.data),
        parts=coordinator.parts.diagnostics,
    )


def _secrets(entry: DominionConfigEntry) -> list[object]:
    """Return the values that must not show up anywhere, in whatever text."""
    data = entry.data
    secrets: list[object] = [
        entry.title,
        data.get(CONF_USERNAME),
        data.get(CONF_PASSWORD),
        data[CONF_ACCOUNT_NUMBER],
        data[CONF_METER_NUMBER],
        data.get(CONF_PREVIOUS_METER),
        *split_account_id(data[CONF_KEY]),
    ]
    if login := stored_login(data):
        secrets += [login.tokens.access, login.tokens.refresh, login.uid, login.uuid]
    account = entry.runtime_data.coordinator.data.account
    if account and account.service_address:
        address = account.service_address
        secrets += [str(address), address.street, address.zip_code, address.city]
    return secrets
