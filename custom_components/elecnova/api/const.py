"""What is fixed about the cloud (wire 2)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

DEFAULT_BASE: Final = "https://api.elecnova.com"
ESS_BASE: Final = "https://third.elecnova-ess.com"
"""The host that is known to answer."""

MQTT_PORT: Final = 1884
REQUESTS_PER_DAY: Final = 6000
CONCURRENCY: Final = 2
"""Two at a time stay below a hundred a second on any way to the cloud."""
TOKEN_LIFE: Final = timedelta(hours=24)
TOKEN_MARGIN: Final = timedelta(minutes=5)
PAGE_SIZE: Final = 100

PV_INVERTER: Final = "pv.inv"


@dataclass(frozen=True)
class Endpoints:
    """The base address of the cloud, without a trailing slash."""

    api: str = DEFAULT_BASE
