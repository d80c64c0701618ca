"""Names of the integration."""

from datetime import timedelta
from typing import Final

DOMAIN: Final = "flowerhub"

CONF_ASSET_ID: Final = "asset_id"
CONF_ASSET_OWNER_ID: Final = "asset_owner_id"
CONF_INVOICE: Final = "invoice"
"""The latest invoice that is known: its id, and when it was written."""
CONF_INVOICED_KEY: Final = "invoiced_key"
"""Ends the id of the invoices' statistic.

Older entries lack it: theirs ends in the asset owner's id.
"""
CONF_KEY: Final = "key"
"""The first asset id: begins ids of entities and statistics, for the life of the entry."""
CONF_SETTLEMENT: Final = "settlement"
"""The last compensation that was seen: its id, and the month that it belongs to."""
CONF_SITES: Final = "sites"
"""What each electricity site was named for: its number -> consumption or production."""
CONF_STATISTICS: Final = "statistics"

SHORTEST_INTERVAL: Final = timedelta(minutes=12)
"""How often the hub's status can be requested within the daily budget.

Each poll may need a new token, which makes two requests of it.
"""
LONGEST_INTERVAL: Final = timedelta(days=1)

CURRENCY: Final = "SEK"
MANUFACTURER: Final = "Flower"
BRAND: Final = "Flowerhub"
