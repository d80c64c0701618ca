"""What a config entry stores, and how to read it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET, CONF_SCAN_INTERVAL
from yarl import URL

from .api.const import MQTT_PORT
from .api.login import Credentials
from .calculations.units import FACTORS
from .const import (
    CONF_BASE_URL,
    CONF_MQTT_HOST,
    CONF_MQTT_PORT,
    CONF_PV_UNIT,
    DEFAULT_INTERVAL,
    LONGEST_INTERVAL,
    SHORTEST_INTERVAL,
)

AUTOMATIC: Final = "automatic"


def stored_credentials(data: Mapping[str, Any]) -> Credentials:
    """Return client id and secret."""
    return Credentials(data[CONF_CLIENT_ID], data[CONF_CLIENT_SECRET])


def poll_interval(options: Mapping[str, Any]) -> timedelta:
    """Return how often to ask the cloud."""
    usual = DEFAULT_INTERVAL.total_seconds()
    seconds = options.get(CONF_SCAN_INTERVAL, usual)
    return min(max(timedelta(seconds=seconds), SHORTEST_INTERVAL), LONGEST_INTERVAL)


def chosen_unit(options: Mapping[str, Any]) -> str | None:
    """Return the unit of the cloud's PV power; None if that is to be found out."""
    unit = options.get(CONF_PV_UNIT)
    return unit if unit in FACTORS else None


def broker(data: Mapping[str, Any], options: Mapping[str, Any]) -> tuple[str, int]:
    """Return host and port of the broker: by default the host of the cloud."""
    host = options.get(CONF_MQTT_HOST) or URL(data[CONF_BASE_URL]).host or ""
    return host, int(options.get(CONF_MQTT_PORT, MQTT_PORT))
