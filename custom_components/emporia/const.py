"""Names of the integration."""

from typing import Final

DOMAIN: Final = "emporia"

CONF_CONTIGUOUS: Final = "contiguous"
CONF_HISTORY_DAYS: Final = "history_days"
CONF_INVERT_SOLAR: Final = "invert_solar"
CONF_LOGIN: Final = "login"
CONF_NETTED_PANELS: Final = "netted_panels"
CONF_PRICE_ACTION: Final = "price_action"
CONF_PRICE_DATA: Final = "price_data"
CONF_PRICE_ENTITIES: Final = "price_entities"
CONF_PRICE_ENTRY: Final = "price_entry"
CONF_PRICE_RATE: Final = "price_rate"
CONF_PRICE_SERIES: Final = "price_series"
CONF_PRICE_SOURCE: Final = "price_source"
CONF_REFRESH_TOKEN: Final = "refresh_token"  # a key, no token
CONF_STORE_PASSWORD: Final = "store_password"  # a key, no password
CONF_STREAM: Final = "stream"
CONF_TURNED_CIRCUITS: Final = "turned_circuits"

DEFAULT_HISTORY_DAYS: Final = 730
MANUFACTURER: Final = "Emporia"
PORTAL: Final = "https://web.emporiaenergy.com"
