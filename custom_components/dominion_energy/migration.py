"""Entries and statistics of the earlier integration of the same domain, or its forks.

They kept username, password, tokens, cookies, account and meter in its entries, had the
account alone (or with the meter) as their unique id, and began the ids of their
statistics with it. A fork has the same version of entries as this integration.
"""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_PASSWORD, CONF_USERNAME
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryNotReady

from custom_components.cloud_energy.installer.adoption import (
    Adoption,
    Converted,
    not_convertible,
)
from custom_components.cloud_energy.recorder.jobs import (
    RecorderFailed,
    async_known_statistics,
)

from .api.login import Login, Tokens
from .const import (
    CONF_ACCESS_TOKEN,
    CONF_ACCOUNT_NUMBER,
    CONF_KEY,
    CONF_LOGIN,
    CONF_METER_NUMBER,
    CONF_REFRESH_TOKEN,
    CONF_SERIES,
    DOMAIN,
)
from .entry_data import account_id, split_account_id

VERSION = 2

_OWN_KEYS: Final = frozenset(
    {CONF_ACCOUNT_NUMBER, CONF_METER_NUMBER, CONF_LOGIN, CONF_KEY, CONF_SERIES}
)


def _converted(entry: ConfigEntry) -> Converted:
    """Return what an entry has in today's form.

    :raises ConfigEntryError: account or meter are not known.
    """
    old = entry.data
    in_id = split_account_id(entry.unique_id or "")
    account = _first(old, CONF_ACCOUNT_NUMBER, "account") or in_id[0]
    meter = _first(old, CONF_METER_NUMBER, "meter", "meter_id", "device_id") or in_id[1]
    if not account or not meter:
        raise not_convertible()
    unique_id = account_id(account, meter)
    data = {
        CONF_USERNAME: _first(old, CONF_USERNAME, "email") or None,
        CONF_PASSWORD: _first(old, CONF_PASSWORD) or None,
        CONF_LOGIN: _old_login(old),
        CONF_ACCOUNT_NUMBER: account,
        CONF_METER_NUMBER: meter,
        CONF_KEY: unique_id,
        CONF_SERIES: unique_id,
    }
    return Converted(unique_id=unique_id, data=data, title=entry.title)


async def async_adopt_statistics(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Continue with statistics that are there from before.

    They are those of the earlier integration, or of an entry that was removed.

    :raises ConfigEntryNotReady: the recorder can't say now which there are.
    """
    prefix = entry.data[CONF_SERIES]
    before = (entry.data[CONF_KEY], entry.data[CONF_ACCOUNT_NUMBER])
    if prefix in before[1:]:
        return
    ids = {each: f"{DOMAIN}:{each}_energy_consumption" for each in (prefix, *before)}
    try:
        known = await async_known_statistics(hass, ids.values())
    except RecorderFailed as err:
        raise ConfigEntryNotReady(
            translation_domain=err.translation_domain,
            translation_key=err.translation_key,
            translation_placeholders=err.translation_placeholders,
        ) from err
    if ids[prefix] in known:
        return
    for old in before:
        if ids[old] in known and not _is_taken(hass, entry, old):
            data = {**entry.data, CONF_SERIES: old}
            hass.config_entries.async_update_entry(entry, data=data)
            return


def _is_taken(hass: HomeAssistant, entry: ConfigEntry, prefix: str) -> bool:
    """Return whether another meter of the same account continues with them already."""
    return any(
        other.data.get(CONF_SERIES) == prefix
        for other in hass.config_entries.async_entries(DOMAIN)
        if other.entry_id != entry.entry_id
    )


def _first(data: Mapping[str, Any], *keys: str) -> str:
    return next((str(data[key]) for key in keys if data.get(key)), "")


def _old_login(old: Mapping[str, Any]) -> dict[str, Any] | None:
    access = _first(old, CONF_ACCESS_TOKEN)
    refresh = _first(old, CONF_REFRESH_TOKEN)
    if not (access and refresh):
        return None
    stored = old.get("cookies")
    # It stored them as they are, or in an envelope with a version.
    cookies = stored.get("cookies") if isinstance(stored, Mapping) else stored
    login = Login(
        Tokens.issued(access, refresh),
        cookies=[dict(c) for c in cookies] if isinstance(cookies, list) else [],
    )
    return login.to_dict()


ADOPTION: Final = Adoption(version=VERSION, own_keys=_OWN_KEYS, convert=_converted)
