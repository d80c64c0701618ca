"""Names that this integration uses in Home Assistant."""

from datetime import timedelta
from typing import Final

DOMAIN: Final = "elecnova"
MANUFACTURER: Final = "Elecnova"

CONF_BASE_URL: Final = "base_url"

CONF_CABINETS: Final = "cabinets"
"""The serials of the cabinets to follow; all of them if there are none."""
CONF_PV_UNIT: Final = "pv_power_unit"
CONF_PV_UNITS: Final = "pv_units"
"""Serial -> the unit that the power of an inverter was found to come in."""
CONF_PV_ROWS: Final = "pv_statistics_units"
"""Serial -> the unit that the stored statistics were made by."""
CONF_STATISTICS: Final = "statistics"
CONF_STATISTICS_START: Final = "statistics_start"
CONF_ZONES: Final = "time_zones"
"""Serial -> the time zone that was reported last of a cabinet."""

CONF_MQTT: Final = "mqtt"
CONF_MQTT_HOST: Final = "mqtt_host"
CONF_MQTT_PORT: Final = "mqtt_port"
CONF_MQTT_VERIFY: Final = "mqtt_verify"
CONF_LIVE_POWER_UNIT: Final = "live_power_unit"
CONF_BATTERY_POSITIVE: Final = "battery_positive"
CONF_GRID_POSITIVE: Final = "grid_positive"
CONF_ROLES: Final = "roles"

DEFAULT_INTERVAL: Final = timedelta(minutes=5)
SHORTEST_INTERVAL: Final = timedelta(minutes=2)
LONGEST_INTERVAL: Final = timedelta(hours=1)
