"""Rows of a report made of models."""

from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from .failures import Failure
from .output import Row


def rows_of(models: Iterable[Any], *names: str) -> list[Row]:
    """Return the named members of models, all plain ones if none is named."""
    return [
        {name: getattr(model, name) for name in names or _plain(model)}
        for model in models
        if is_dataclass(model)
    ]


def _plain(model: Any) -> list[str]:
    kinds = (str, int, float, bool, date, type(None))
    return [
        each.name
        for each in fields(model)
        if isinstance(getattr(model, each.name), kinds)
    ]


def local(moment: datetime, zone: tzinfo) -> datetime:
    """Return a time as the clocks at the place show it."""
    return moment.astimezone(zone)


def chosen[T](
    found: Sequence[T], wanted: str | None, key: str, what: str, option: str
) -> T:
    """Return the one that the user has named by its key, or else the first.

    :raises Failure: there is none, or not that one.
    """
    for each in found:
        if wanted is None or str(getattr(each, key)).lstrip("0") == wanted.lstrip("0"):
            return each
    if not found:
        raise Failure(f"The account has no {what}.")
    raise Failure(
        f"The account has no such {what}: leave {option} out or see `accounts`."
    )
