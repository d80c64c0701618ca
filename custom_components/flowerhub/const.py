"""Names of the integration."""

from typing import Final

DOMAIN: Final = "flowerhub"
