"""What a config entry stores, and how to read it."""

from collections.abc import Mapping
from typing import Any

from homeassistant.const import CONF_PASSWORD, CONF_USERNAME

from custom_components.cloud_energy.client.tokens import read_stored

from .api.login import Credentials, Login
from .const import CONF_LOGIN, CONF_STORE_PASSWORD


def entry_data(typed: Mapping[str, Any], login: Login) -> dict[str, Any]:
    """Return the data of an entry; the password only if the user lets it be stored."""
    keep = typed.get(CONF_STORE_PASSWORD, True)
    return {
        CONF_USERNAME: typed.get(CONF_USERNAME),
        CONF_PASSWORD: typed.get(CONF_PASSWORD) if keep else None,
        CONF_STORE_PASSWORD: keep,
        CONF_LOGIN: login.to_dict(),
    }


def stored_credentials(data: Mapping[str, Any]) -> Credentials | None:
    """Return email and password if both are there."""
    username, password = data.get(CONF_USERNAME), data.get(CONF_PASSWORD)
    return Credentials(username, password) if username and password else None


def stored_login(data: Mapping[str, Any]) -> Login | None:
    """Return the stored login, if there is one that can be used."""
    return read_stored(Login, data.get(CONF_LOGIN))
