"""Addresses and constants of the provider (wire 2)."""

from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

SITE_ZONE: Final = ZoneInfo("Asia/Jerusalem")
"""The zone of every local day on the wire, wherever the user is."""

CURRENCY: Final = "ILS"

REQUESTS_PER_DAY: Final = 1000
"""The request budget of one account; the provider publishes no limit."""

CONCURRENCY: Final = 3
"""Requests that are under way at most."""

PORTAL: Final = "https://www.iec.co.il"

CLIENT_ID: Final = "0oaqf6zr7yEcQZqqt2p7"
"""Public: it names the provider's app, not the user."""

REDIRECT_URI: Final = "com.iecrn:/"
SCOPE: Final = "openid email profile offline_access"
USERNAME_DOMAIN: Final = "iec.co.il"

BROWSER_HEADERS: Final = {
    "accept": "application/json, text/plain, */*",
    "accept-language": "en,he;q=0.9",
    "dnt": "1",
    "origin": PORTAL,
    "referer": f"{PORTAL}/",
    "user-agent": (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36"
        " (KHTML, like Gecko) Chrome/121.0.0.0 Safari/537.36"
    ),
    "x-iec-idt": "1",
    "x-iec-webview": "1",
}
"""Without these the gateway answers data calls with a block page (wire 2.1)."""

PORTAL_CODE: Final = {"portalcode": "6"}
"""What the main portal wants to see besides."""


@dataclass(frozen=True)
class Endpoints:
    """The base addresses of the five hosts, without a trailing slash."""

    okta: str = "https://iec-ext.okta.com"
    api: str = "https://iecapi.iec.co.il"
    masa: str = "https://masaapi-wa.azurewebsites.net"
    masa_portal: str = "https://masa-mainportalapi.iec.co.il"
    faults: str = "https://masa-faultsportalapi.iec.co.il"
