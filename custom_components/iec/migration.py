"""Entries of the earlier integration of the same domain, or its forks.

They kept the ID number, the preferred way of the code, the whole token object, the
chosen contracts and a map of partners in their entries, with the ID number in the
title. The ids of their statistics are those of today.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance

from custom_components.cloud_energy.client.login import Channel
from custom_components.cloud_energy.installer.adoption import (
    Adoption,
    Converted,
    not_convertible,
)

from .api.identity import bare_number, normal_id
from .api.login import Login
from .const import (
    CONF_CONTRACTS,
    CONF_LOGIN,
    CONF_METERS,
    CONF_OTP_METHOD,
    CONF_PRICES,
    CONF_USER_ID,
    MANUFACTURER,
)

VERSION = 2

_OLD_TOKEN = "api_token"
_OWN_KEYS: Final = frozenset({CONF_USER_ID, CONF_LOGIN, CONF_METERS})
_UNPAID_BILLS = "_open_invoices"
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@callback
def async_drop_unit_of_bills(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Take the unit from the number of unpaid bills, and from its statistics.

    It was a word in the plural, of a number that is one as a rule. The registry
    holds it until the entity is added without one.
    """
    for item in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id):
        if item.unique_id.endswith(_UNPAID_BILLS) and item.unit_of_measurement:
            get_instance(hass).async_update_statistics_metadata(
                item.entity_id, new_unit_class=None, new_unit_of_measurement=None
            )


def _converted(entry: ConfigEntry) -> Converted:
    """Return what an entry has in today's form.

    :raises ConfigEntryError: the ID number is not known.
    """
    old = entry.data
    try:
        user_id = normal_id(str(old.get(CONF_USER_ID) or entry.unique_id or ""))
    except ValueError as err:
        raise not_convertible() from err
    contracts = _contracts(old)
    login = _login(old.get(_OLD_TOKEN))
    data = {
        CONF_USER_ID: user_id,
        CONF_OTP_METHOD: _channel(old).value,
        CONF_LOGIN: login.to_dict() if login else None,
        CONF_CONTRACTS: contracts or None,
        CONF_METERS: {},
        CONF_PRICES: [],
    }
    title = _title(entry.title, user_id, contracts)
    return Converted(unique_id=user_id, data=data, title=title)


def account_title(contracts: list[str]) -> str:
    """Name an account permanently: entity ids and logs show it, so it holds no name."""
    hint = f" (…{contracts[0][-4:]})" if contracts else ""
    return f"{MANUFACTURER}{hint}"


def _title(old: str, user_id: str, contracts: list[str]) -> str:
    if user_id.lstrip("0") in old:
        return account_title(contracts)
    return old


def _contracts(old: Mapping[str, Any]) -> list[str]:
    stored = old.get(CONF_CONTRACTS)
    found = stored if isinstance(stored, list) else []
    return [bare_number(str(number)) for number in found]


def _channel(old: Mapping[str, Any]) -> Channel:
    by_mail = "mail" in str(old.get(CONF_OTP_METHOD)).lower()
    return Channel.EMAIL if by_mail else Channel.SMS


def _login(stored: object) -> Login | None:
    """Take the old tokens; they are renewed before their first use."""
    token = stored if isinstance(stored, Mapping) else {}
    if not token.get("refresh_token"):
        return None
    return Login(
        id_token=str(token.get("id_token") or ""),
        access_token=str(token.get("access_token") or ""),
        refresh_token=str(token["refresh_token"]),
        issued_at=_LONG_AGO,
        expires_at=_LONG_AGO,
    )


ADOPTION: Final = Adoption(version=VERSION, own_keys=_OWN_KEYS, convert=_converted)
