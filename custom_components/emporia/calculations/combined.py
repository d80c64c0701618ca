"""Vues that are combined in the app: several monitors of one panel.

The mains of the first one are those of all. Its balance on the wire lacks its own
circuits only, so that what the others measure would be counted twice.
"""

from collections.abc import Iterable, Mapping
from math import fsum

from custom_components.emporia.api.home import Device, Home
from custom_components.emporia.api.models.channels import BALANCE, MAINS
from custom_components.emporia.api.models.usage import ChannelKey

type Amounts = Mapping[ChannelKey, float | None]


def with_common_balance(home: Home, amounts: Amounts) -> dict[ChannelKey, float | None]:
    """Return amounts (with the cloud's signs) whose balances are the panels' rest."""
    found = dict(amounts)
    for gid, seconds in _secondaries(home).items():
        balance = found.get((gid, BALANCE))
        if balance is None:
            continue
        elsewhere = _measured(home, seconds, amounts)
        if elsewhere is None:
            found[gid, BALANCE] = None
        elif not _is_common(home, gid, amounts, elsewhere):
            found[gid, BALANCE] = balance - elsewhere
    return found


def _secondaries(home: Home) -> dict[int, list[Device]]:
    found: dict[int, list[Device]] = {}
    for device in home.values():
        if device.is_secondary and device.parent_gid is not None:
            found.setdefault(device.parent_gid, []).append(device)
    return found


def _measured(home: Home, devices: Iterable[Device], amounts: Amounts) -> float | None:
    """Return what all circuits add up to; None if nothing is known of them."""
    monitors = {device.gid: device for device in devices}
    circuits = [
        (device.gid, slug)
        for device in monitors.values()
        for slug in device.channels
        if slug != MAINS
    ]
    # The cloud takes what hangs on a circuit out of it.
    nested = [
        (device.gid, MAINS)
        for device in home.values()
        if device.parent_gid in monitors and not device.is_secondary
    ]
    known = [amount for key in (*circuits, *nested) if (amount := amounts.get(key))]
    is_reported = any(amounts.get(key) is not None for key in circuits)
    return fsum(known) if is_reported or not circuits else None


def _is_common(home: Home, gid: int, amounts: Amounts, elsewhere: float) -> bool:
    """Return whether the cloud's balance lacks the other monitors' circuits already."""
    balance, mains = amounts.get((gid, BALANCE)), amounts.get((gid, MAINS))
    own = _measured(home, [home[gid]], amounts) if gid in home else None
    if balance is None or mains is None or own is None:
        return False
    rest = mains - own
    return abs(balance - (rest - elsewhere)) < abs(balance - rest)
