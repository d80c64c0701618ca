"""What a config entry stores, and how to read it."""

from collections.abc import Mapping
from typing import Any

from custom_components.cloud_energy.client.login import Channel
from custom_components.cloud_energy.client.tokens import read_stored

from .api.login import Credentials, Login
from .const import (
    CONF_CONTRACTS,
    CONF_LOGIN,
    CONF_METERS,
    CONF_OTP_METHOD,
    CONF_PRICES,
    CONF_USER_ID,
)


def new_entry_data(
    user_id: str, login: Login, channel: Channel, contracts: list[str] | None
) -> dict[str, Any]:
    """Return the data of a new entry."""
    return {
        CONF_USER_ID: user_id,
        **login_data(login, channel),
        CONF_CONTRACTS: contracts,
        CONF_METERS: {},
        CONF_PRICES: [],
    }


def login_data(login: Login, channel: Channel) -> dict[str, Any]:
    """Return the part of the data that a new login replaces."""
    return {CONF_LOGIN: login.to_dict(), CONF_OTP_METHOD: channel.value}


def stored_credentials(data: Mapping[str, Any]) -> Credentials | None:
    """Return who signs in, if that is known."""
    user_id = data.get(CONF_USER_ID)
    if not user_id:
        return None
    by_mail = data.get(CONF_OTP_METHOD) == Channel.EMAIL
    return Credentials(user_id, Channel.EMAIL if by_mail else Channel.SMS)


def stored_login(data: Mapping[str, Any]) -> Login | None:
    """Return the stored login, if there is one that can be used."""
    return read_stored(Login, data.get(CONF_LOGIN))
