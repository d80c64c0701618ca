"""Diagnostics of one login, with nothing personal in them."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from custom_components.cloud_energy.entry.diagnostics_data import Diagnostics

from .api.models.contract import Contract
from .const import (
    CONF_CONTRACTS,
    CONF_LOAD_CLASSES,
    CONF_LOGIN,
    CONF_METERS,
    CONF_TIME_OF_USE,
    CONF_USER_ID,
)
from .coordinators.discovery import Discovery
from .entry_data import stored_login
from .runtime import IecConfigEntry, IecRuntime


def _snapshot(runtime: IecRuntime) -> dict[str, Any]:
    snapshot, outages = runtime.coordinator.data, runtime.outages
    return {
        "contracts": [asdict(state) for state in snapshot.contracts.values()],
        "meters": [asdict(state) for state in snapshot.meters.values()],
        "tariffs": asdict(snapshot.tariffs),
        "outages": [asdict(s) for s in outages.data.contracts.values()]
        if outages and outages.data
        else None,
    }


def _secrets(entry: IecConfigEntry) -> Iterator[object]:
    snapshot = entry.runtime_data.coordinator.data
    user_id = str(entry.data[CONF_USER_ID])
    yield from (user_id, user_id.lstrip("0"))
    yield from _named(snapshot.discovery)
    for state in snapshot.meters.values():
        yield state.meter.stem
        for address in (state.meter.address, *state.meter.earlier):
            yield address.serial
    if login := stored_login(entry.data):
        yield from (login.id_token, login.access_token, login.refresh_token)


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


async_get_config_entry_diagnostics = Diagnostics(
    snapshot=_snapshot,
    secrets=_secrets,
    secret_keys=(
        CONF_CONTRACTS,
        CONF_LOAD_CLASSES,
        CONF_LOGIN,
        CONF_METERS,
        CONF_TIME_OF_USE,
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
    ),
    # Of entries of the earlier integration that could not be converted
    foreign_keys=("api_token", "bp_number_to_contract", "totp_secret"),
).async_get
