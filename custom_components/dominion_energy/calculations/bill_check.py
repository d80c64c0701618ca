"""What the metered energy of a billing period costs (pure functions)."""

from datetime import date
from math import fsum

from custom_components.cloud_energy.prices.bill_check import Charges, Metered

from .net_metering import compensations
from .tariffs import Tariff


def charges_of(tariff: Tariff, metered: Metered, start: date) -> Charges | None:
    """Return what all hours of a period cost; None if one has no price of its own.

    :param start: its first day
    """
    if not tariff.covers(start):
        return None
    costs = tariff.costs(metered.used)
    if costs.keys() != metered.used.keys():
        return None
    credited = (
        compensations(tariff, metered.used, metered.returned, [start])
        if metered.returned
        else {}
    )
    shares = tariff.shares(start, metered.net)
    return Charges(
        total=fsum(costs.values()) - fsum(credited.values()),
        fixed=shares.fixed,
        taxes=shares.taxes,
        is_complete=shares.is_complete,
    )
