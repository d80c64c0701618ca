"""Names of the integration."""

from typing import Final

DOMAIN: Final = "iec"

CONF_CONTRACTS: Final = "selected_contracts"
"""The contracts that are shown; None for all that are active, now and later."""
CONF_LOAD_CLASSES: Final = "load_classes"
"""Which hours are peak hours, by contract: see `load_classes`."""
CONF_LOGIN: Final = "login"
CONF_METERS: Final = "meters"
"""Which meters were seen, and which statistics each of them continues with."""
CONF_OTP_METHOD: Final = "otp_method"
CONF_PRICED_WITH: Final = "priced_with"
"""The price options with which the stored costs were calculated."""
CONF_PRICES: Final = "prices"
"""Since when which price of a kWh was known."""
CONF_TIME_OF_USE: Final = "time_of_use"
"""Whether contracts are billed by the time of use, as far as the service has said so."""
CONF_USER_ID: Final = "user_id"

CONF_DISCOUNT: Final = "discount"
CONF_DISCOUNT_DAYS: Final = "discount_days"
CONF_DISCOUNT_END: Final = "discount_end"
CONF_DISCOUNT_START: Final = "discount_start"
CONF_HISTORY_DAYS: Final = "history_days"
CONF_OFF_PEAK_PRICE: Final = "off_peak_price"
CONF_PEAK_PRICE: Final = "peak_price"
CONF_PRICE: Final = "price"
CONF_SHOULDER_PRICE: Final = "shoulder_price"
CONF_SOLAR: Final = "solar"
CONF_SUPPLIER_PLAN: Final = "supplier_plan"
CONF_WATCH_OUTAGES: Final = "watch_outages"

DEFAULT_HISTORY_DAYS: Final = 3650
"""More than any meter has: its own start ends the history."""

MANUFACTURER: Final = "Israel Electric Corporation"
BRAND: Final = "IEC"
