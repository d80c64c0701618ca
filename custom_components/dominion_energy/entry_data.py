"""What a config entry stores, and how to read it."""

from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256
from math import isfinite
from typing import Any

from homeassistant.const import CONF_PASSWORD, CONF_USERNAME

from custom_components.cloud_energy.client.tokens import read_stored
from custom_components.cloud_energy.helpers.own_store import readable

from .api.login import Credentials, Login
from .const import (
    CONF_ACCOUNT_NUMBER,
    CONF_BILLED_RATES,
    CONF_KEY,
    CONF_LOGIN,
    CONF_METER_NUMBER,
    CONF_PERIOD_STARTS,
    CONF_SERIES,
)


def account_id(account_number: str, meter_number: str) -> str:
    """Return the unique id of an entry: one meter of one account."""
    return f"{account_number}_{meter_number}"


def split_account_id(unique_id: str) -> tuple[str, str]:
    """Return account and meter number of a unique id."""
    account_number, _, meter_number = unique_id.partition("_")
    return account_number, meter_number


def new_entry_data(
    credentials: Mapping[str, Any], login: Login, unique_id: str
) -> dict[str, Any]:
    """Return the data of a new entry; no password if there was none."""
    account_number, meter_number = split_account_id(unique_id)
    return {
        **login_data(credentials, login),
        CONF_ACCOUNT_NUMBER: account_number,
        CONF_METER_NUMBER: meter_number,
        CONF_KEY: unique_id,
        CONF_SERIES: series_prefix(unique_id),
    }


def series_prefix(unique_id: str) -> str:
    """Return how the ids of statistics begin: without a number in clear.

    They show up in places that people share, such as the Energy dashboard's pictures.
    """
    return sha256(unique_id.encode()).hexdigest()[:12]


def login_data(credentials: Mapping[str, Any], login: Login) -> dict[str, Any]:
    """Return the part of the data that a new login replaces."""
    return {
        CONF_USERNAME: credentials.get(CONF_USERNAME),
        CONF_PASSWORD: credentials.get(CONF_PASSWORD),
        CONF_LOGIN: login.to_dict(),
    }


def stored_credentials(data: Mapping[str, Any]) -> Credentials | None:
    """Return username and password if the entry has them."""
    username, password = data.get(CONF_USERNAME), data.get(CONF_PASSWORD)
    return Credentials(username, password) if username and password else None


def stored_login(data: Mapping[str, Any]) -> Login | None:
    """Return the stored login, if there is one that can be used."""
    return read_stored(Login, data.get(CONF_LOGIN))


def period_starts(data: Mapping[str, Any]) -> list[date]:
    """Return the first days of all billing periods that were ever known, in order.

    The portal tells of the last year only; older hours may still get another price.
    """
    return readable(data.get(CONF_PERIOD_STARTS), date.fromisoformat)


def billed_rates(data: Mapping[str, Any]) -> dict[date, float]:
    """Return what a kWh (USD) cost in billing periods, by their first days."""

    def read(day: str, rate: float) -> tuple[date, float]:
        price = float(rate)
        if not isfinite(price):
            raise ValueError("A price was expected")
        return date.fromisoformat(day), price

    return dict(readable(data.get(CONF_BILLED_RATES), read))


def periods_data(starts: Iterable[date], rates: Mapping[date, float]) -> dict[str, Any]:
    """Return the part of the data that keeps what is known of billing periods."""
    return {
        CONF_PERIOD_STARTS: [day.isoformat() for day in starts],
        CONF_BILLED_RATES: {day.isoformat(): rates[day] for day in sorted(rates)},
    }
