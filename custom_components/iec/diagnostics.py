"""Diagnostics of one login, with nothing personal in them."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from custom_components.cloud_energy.diagnostics_data import (
    async_build_diagnostics,
    report_unloaded,
)

from .api.models.contract import Contract
from .const import (
    CONF_CONTRACTS,
    CONF_LOAD_CLASSES,
    CONF_LOGIN,
    CONF_METERS,
    CONF_USER_ID,
)
from .discovery import Discovery
from .entry_data import stored_login
from .runtime import IecConfigEntry

_SECRET_KEYS = (
    CONF_CONTRACTS,
    CONF_LOAD_CLASSES,
    CONF_LOGIN,
    CONF_METERS,
    CONF_USER_ID,
    "account_id",
    "address",
    "bp_number",
    "city",
    "city_code",
    "company_id",
    "customer",
    "device",
    "fax",
    "first_name",
    "house_number",
    "id",
    "key",
    "last_name",
    "masa_id",
    "name",
    "phone",
    "place",
    "profile",
    "serial",
    "stem",
    "street",
    "street_code",
)


_FOREIGN_KEYS = ("api_token", "bp_number_to_contract", "totp_secret")
"""Of entries of the earlier integration that could not be converted."""


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: IecConfigEntry
) -> dict[str, Any]:
    """Tell of the connection, the answers and the statistics of an entry."""
    if entry.state is not ConfigEntryState.LOADED:
        return report_unloaded(entry, (*_SECRET_KEYS, *_FOREIGN_KEYS))
    runtime = entry.runtime_data
    coordinator, outages = runtime.coordinator, runtime.outages
    snapshot = coordinator.data
    return await async_build_diagnostics(
        hass,
        entry,
        runtime,
        secrets=_secrets(entry),
        secret_keys=_SECRET_KEYS,
        snapshot={
            "contracts": [asdict(state) for state in snapshot.contracts.values()],
            "meters": [asdict(state) for state in snapshot.meters.values()],
            "tariffs": asdict(snapshot.tariffs),
            "outages": [asdict(s) for s in outages.data.contracts.values()]
            if outages and outages.data
            else None,
        },
        parts={
            **coordinator.parts.diagnostics,
            **(outages.parts.diagnostics if outages else {}),
        },
    )


def _secrets(entry: IecConfigEntry) -> list[object]:
    """Return the values that must not show up anywhere, in whatever text."""
    data, runtime = entry.data, entry.runtime_data
    snapshot = runtime.coordinator.data
    user_id = str(data[CONF_USER_ID])
    secrets: list[object] = [entry.title, user_id, user_id.lstrip("0")]
    secrets += _named(snapshot.discovery)
    for state in snapshot.meters.values():
        addresses = (state.meter.address, *state.meter.earlier)
        secrets += [state.meter.stem, *(address.serial for address in addresses)]
    if login := stored_login(data):
        secrets += [login.id_token, login.access_token, login.refresh_token]
    return [secret for secret in secrets if secret]


def _named(discovery: Discovery) -> Iterator[str]:
    """Yield whatever names a person, a contract or a place."""
    for supply in discovery.supplies.values():
        yield from (supply.contract, supply.account_id, supply.masa_id)
        yield from (supply.bp_number, supply.bp_number.lstrip("0"))
        if supply.details:
            yield from _place(supply.details)
    if customer := discovery.customer:
        yield from (customer.email, customer.phone, customer.last_name)
        yield from customer.bp_numbers
    if profile := discovery.profile:
        yield from (profile.id, profile.email, profile.phone)


def _place(contract: Contract) -> Iterator[str]:
    yield from (contract.address, contract.street, contract.city)
