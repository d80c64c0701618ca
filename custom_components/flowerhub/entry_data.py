"""What a config entry stores, and how to read it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from homeassistant.const import CONF_PASSWORD, CONF_SCAN_INTERVAL, CONF_USERNAME

from .api import Credentials
from .const import (
    CONF_ASSET_ID,
    CONF_ASSET_OWNER_ID,
    CONF_INVOICED_KEY,
    CONF_KEY,
    LONGEST_INTERVAL,
    SHORTEST_INTERVAL,
)


def login_data(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of the data that a new login replaces."""
    return {
        CONF_USERNAME: typed[CONF_USERNAME],
        CONF_PASSWORD: typed[CONF_PASSWORD],
    }


def id_data(asset_owner_id: int, asset_id: int) -> dict[str, Any]:
    """Return the part of the data that comes from the first discovery."""
    return {
        CONF_ASSET_OWNER_ID: asset_owner_id,
        CONF_ASSET_ID: asset_id,
        CONF_KEY: str(asset_id),
        CONF_INVOICED_KEY: str(asset_id),
    }


def invoiced_key(data: Mapping[str, Any]) -> str:
    """Return what the id of the invoices' statistic ends in."""
    return data.get(CONF_INVOICED_KEY) or str(data[CONF_ASSET_OWNER_ID])


def stored_credentials(data: Mapping[str, Any]) -> Credentials:
    """Return username and password."""
    return Credentials(data[CONF_USERNAME], data[CONF_PASSWORD])


def poll_interval(options: Mapping[str, Any]) -> timedelta:
    """Return how often to request the status, as the daily budget allows.

    Entries of the earlier integration may want it every few seconds.
    """
    seconds = options.get(CONF_SCAN_INTERVAL, 0)
    return min(max(timedelta(seconds=seconds), SHORTEST_INTERVAL), LONGEST_INTERVAL)
