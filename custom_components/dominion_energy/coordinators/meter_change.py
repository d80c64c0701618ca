"""Which meter of an account is in place, and which has replaced another one."""

from collections.abc import Mapping
from datetime import date, timedelta
from hashlib import sha256
from typing import Final

from custom_components.dominion_energy.api.models import Account, Customer, Meter

_LONGEST_CHANGE: Final = timedelta(days=30)
"""How long a meter and its successor may be listed side by side."""
_ALWAYS: Final = date.min

type MetersBeside = Mapping[str, str]
"""Since which day (ISO) other meters are listed beside the one in place, by `_name`."""


def find_account(customer: Customer, number: str) -> Account | None:
    """Return an account of a customer by its number."""
    return next((a for a in customer.accounts if a.number == number), None)


def meter_in_place(
    account: Account, number: str, beside: MetersBeside, today: date
) -> Meter | None:
    """Return the meter, or the only one that can have replaced it.

    An answer may leave a meter out, and a home may lose one of two: what has always
    been listed beside it, or for long, measures something else.
    """
    ours = _find(account, number)
    if ours and ours.is_active:
        return ours
    successors = [
        meter
        for meter in account.interval_meters
        if not _stays(beside.get(_name(meter)), today)
    ]
    return successors[0] if len(successors) == 1 else ours


def seen_beside(
    account: Account, number: str, known: MetersBeside | None, today: date
) -> MetersBeside | None:
    """Return since when other meters are there, with what the account has now.

    None as long as ours was never listed: with it comes what has always been beside it.
    """
    ours = _find(account, number)
    if not (ours and ours.is_active):
        return known
    since = _ALWAYS if known is None else today
    others = (each for each in account.interval_meters if each.number != number)
    return {_name(each): since.isoformat() for each in others} | dict(known or {})


def _find(account: Account, number: str) -> Meter | None:
    return next((meter for meter in account.meters if meter.number == number), None)


def _stays(since: str | None, today: date) -> bool:
    return since is not None and today - date.fromisoformat(since) >= _LONGEST_CHANGE


def _name(meter: Meter) -> str:
    """Name a meter where its number must not stand in clear."""
    return sha256(meter.number.encode()).hexdigest()[:12]
