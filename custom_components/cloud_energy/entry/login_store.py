"""The login of an entry, on disk before it is used.

Home Assistant writes its entries up to a second after a change. A refresh token that
has just been replaced is dead by then: whoever lost the new one would have to sign in
again. So new logins go to a store of their own first.
"""

from collections.abc import Mapping
from hashlib import sha256
import json
from typing import Any, Final, Self

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from custom_components.cloud_energy.const import DOMAIN
from custom_components.cloud_energy.helpers.own_store import (
    OwnStore,
    own_store,
    readable,
)

_STORE_VERSION: Final = 1
_MAX_REPLACED: Final = 20

type LoginData = Mapping[str, Any]


class LoginStore:
    """Reads and writes what keeps the account of an entry signed in."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, key: str) -> None:
        """Keep what stands in the entry's data under a key."""
        self._hass = hass
        self._entry = entry
        self._key = key
        self._store = _store(hass, entry.entry_id)
        self._replaced: list[str] = []
        """The digests of the logins that came before it."""

    @classmethod
    async def async_open(
        cls, hass: HomeAssistant, entry: ConfigEntry, key: str
    ) -> Self:
        """Bring the entry up to date if it was not written in time."""
        logins = cls(hass, entry, key)
        stored = await logins._store.async_load() or {}
        login, replaced = stored.get("login"), readable(stored.get("replaced"), str)
        if isinstance(login, dict) and _digest(entry.data.get(key)) in replaced:
            logins._replaced = replaced
            logins._update_entry(login)
        return logins

    async def async_write(self, login: LoginData) -> None:
        """Store a login that takes the place of the entry's."""
        before = _digest(self._entry.data.get(self._key))
        self._replaced = [*self._replaced, before][-_MAX_REPLACED:]
        await self._store.async_save({"login": dict(login), "replaced": self._replaced})
        self._update_entry(login)

    def _update_entry(self, login: LoginData) -> None:
        data = {**self._entry.data, self._key: dict(login)}
        self._hass.config_entries.async_update_entry(self._entry, data=data)


async def async_forget_login(hass: HomeAssistant, entry_id: str) -> None:
    """Remove what was stored for an entry that is removed."""
    await _store(hass, entry_id).async_remove()


def _store(hass: HomeAssistant, entry_id: str) -> OwnStore:
    return own_store(hass, _STORE_VERSION, f"{DOMAIN}.{entry_id}.login")


def _digest(login: LoginData | None) -> str:
    return sha256(json.dumps(login, sort_keys=True).encode()).hexdigest()
