"""Names that the foundation shares with the providers."""

from datetime import timedelta
from typing import Final

DOMAIN: Final = "cloud_energy"

CONF_PROVIDERS: Final = "providers"

GRACE: Final = timedelta(hours=24)
"""How long the last good data are shown while a cloud is out of reach."""
