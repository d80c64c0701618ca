"""Addresses and constants of the portal (wire 2)."""

from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

SITE_ZONE: Final = ZoneInfo("America/New_York")
"""The zone of every date and time on the wire, wherever the home or the user is."""

REQUESTS_PER_DAY: Final = 300
"""The request budget of one account: a few calls an hour, and logins on top."""

GIGYA_API_KEY: Final = "4_6zEg-HY_0eqpgdSONYkJkQ"
"""Public: it names the portal, not the user."""

PORTAL: Final = "https://myaccount.dominionenergy.com"

LOGIN_PAGE_PATH: Final = "/CommonLogin"
LOGIN_PAGE_QUERY: Final = {"SelectedAppName": "Electric"}
LOGIN_PAGE_HEADERS: Final = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Referer": f"{PORTAL}/",
    "User-Agent": (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36"
    ),
}

USER_AGENT: Final = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_0) AppleWebKit/537.00"
    " (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.00"
)
DATA_HEADERS: Final = {
    "Content-Type": "application/json",
    "Accept": "application/json",
    "uid": "1",
    "pt": "1",
    "channel": "WEB",
    "Origin": PORTAL,
    "User-Agent": USER_AGENT,
}


@dataclass(frozen=True)
class Endpoints:
    """The base addresses of the three hosts, without a trailing slash."""

    login: str = "https://login.dominionenergy.com"
    gigya: str = "https://auth.dominionenergy.com"
    data: str = "https://prodsvc-dominioncip.smartcmobile.com"
