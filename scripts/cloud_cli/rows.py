"""Rows of a report made of models."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass
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


@dataclass(frozen=True)
class Choice:
    """One of several things that a command may be about."""

    what: str
    """Its kind, as the user knows it."""
    key: str
    """The member that holds its number."""
    option: str

    def number(self, each: Any) -> str:
        """Return the number that the user knows it by."""
        return str(getattr(each, self.key))

    def is_named(self, each: Any, number: str) -> bool:
        """Tell whether it has a number; zeros in front don't count."""
        return self.number(each).lstrip("0") == number.lstrip("0")

    @property
    def hint(self) -> str:
        """How to choose another one."""
        return f"{self.option} or `select-account`"


def chosen[T](found: Sequence[T], wanted: str | None, choice: Choice) -> T:
    """Return the one that the user has named, or else the first.

    :raises Failure: there is none, or not that one.
    """
    for each in found:
        if wanted is None or choice.is_named(each, wanted):
            return each
    if not found:
        raise Failure(f"The account has no {choice.what}.")
    raise Failure(
        f"The account has no such {choice.what}: leave {choice.option} out or see "
        "`accounts`."
    )
