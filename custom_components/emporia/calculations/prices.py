"""What a device's kWh costs: by the plan of its home, else by the rate of the app."""

from collections.abc import Mapping
from datetime import datetime

from custom_components.cloud_energy.prices.intervals import (
    PriceInterval,
    Prices,
    priced_hours,
)
from custom_components.emporia.api.home import Device, Home
from custom_components.emporia.api.models import RatePlan
from custom_components.emporia.api.models.usage import ChannelKey
from custom_components.emporia.const import MANUFACTURER

from .rates import beginnings, price_at


def device_prices(
    device: Device,
    plan: RatePlan | None,
    start: datetime,
    end: datetime,
    currency: str,
) -> Prices | None:
    """Return the prices of a device between two times; None where none is known."""
    zone, intervals, source = device.zone, [], ""
    if plan:
        edges = beginnings(plan, start.astimezone(zone).date(), zone)
        intervals = priced_hours(
            lambda moment: price_at(plan, moment, zone), start, end, edges
        )
        source = plan.name
    if not intervals and device.cents_per_kwh is not None:
        intervals = [PriceInterval(start, end, device.cents_per_kwh / 100)]
        source = ""
    if not intervals:
        return None
    return Prices(
        intervals=intervals,
        currency=currency,
        source=f"{MANUFACTURER} {source}".strip(),
    )


def costs_by_rate(
    home: Home, values: Mapping[ChannelKey, float | None]
) -> dict[ChannelKey, float | None]:
    """Return what kWh of known devices cost by the rate of the app."""
    cents = {gid: device.cents_per_kwh for gid, device in home.items()}
    return {
        key: None if kwh is None or rate is None else kwh * rate / 100
        for key, kwh in values.items()
        for rate in (cents[key[0]],)
    }
