"""Addresses and constants of the portal (wire 2)."""

from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

SITE_ZONE: Final = ZoneInfo("Europe/Stockholm")
"""The zone of every date and month on the wire, wherever the home or the user is."""

REQUESTS_PER_DAY: Final = 300
"""The request budget of one account: the hub's status, its token, and the rest."""

REQUEST_TIMEOUT: Final = 10.0
"""Seconds that a request may take unless its caller says otherwise."""

PORTAL: Final = "https://portal.flowerhub.se"
HEADERS: Final = {"Origin": PORTAL}
"""The server may reject what does not come from the portal, login and refresh too."""

ACCESS_COOKIE: Final = "Authentication"
REFRESH_COOKIE: Final = "Refresh"


@dataclass(frozen=True)
class Endpoints:
    """The base address of the API, without a trailing slash."""

    api: str = "https://api.portal.flowerhub.se"
