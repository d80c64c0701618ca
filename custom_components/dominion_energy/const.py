"""Names of the integration."""

from typing import Final

DOMAIN: Final = "dominion_energy"

CONF_ACCESS_TOKEN: Final = "access_token"
CONF_ACCOUNT_NUMBER: Final = "account_number"
CONF_BILLED_RATES: Final = "billed_rates"
"""What a kWh cost in each billing period: its first day -> USD."""
CONF_GREEN_BUTTON: Final = "green_button"
CONF_KEY: Final = "key"
"""Account and first meter: begins all ids of entities, for the life of the entry."""
CONF_LOGIN: Final = "login"
CONF_METER_NUMBER: Final = "meter_number"
CONF_METERS_BESIDE: Final = "meters_beside"
"""Since when the account has other meters beside this one."""
CONF_PERIOD_STARTS: Final = "period_starts"
CONF_PREVIOUS_METER: Final = "previous_meter"
CONF_PRICED_WITH: Final = "priced_with"
"""The cost options with which the stored costs were calculated."""
CONF_REFRESH_TOKEN: Final = "refresh_token"
CONF_REPLACED_ON: Final = "replaced_on"
CONF_SERIES: Final = "statistics_prefix"
"""What the ids of the statistics begin with; older installations have another one."""

CURRENCY: Final = "USD"
MANUFACTURER: Final = "Dominion Energy"
