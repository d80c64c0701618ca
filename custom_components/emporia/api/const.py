"""Addresses and constants of the cloud (wire 2, 5)."""

from dataclasses import dataclass
from typing import Final

CLIENT_ID: Final = "4qte47jbstod8apnfic0bunmrq"
"""Public: it names the app, not the user."""

POOL_ID: Final = "us-east-2_ghlOXVLi1"

REQUESTS_PER_DAY: Final = 2000
"""What the provider requests, per account and with everything in it."""

MIN_RATE: Final = 6
"""Amperes below which a car can't be charged; it is switched off instead."""


@dataclass(frozen=True)
class Endpoints:
    """The base addresses of the hosts, without a trailing slash."""

    cognito: str = "https://cognito-idp.us-east-2.amazonaws.com"
    legacy: str = "https://api.emporiaenergy.com"
    capi: str = "https://c-api.emporiaenergy.com"
    status: str = "https://s3.amazonaws.com"
    """Where the provider announces a maintenance."""
