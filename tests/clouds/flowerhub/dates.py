"""Months of the Swedish calendar."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final, Self, override
from zoneinfo import ZoneInfo

import voluptuous as vol

ZONE: Final = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """A calendar month."""

    first: date

    @classmethod
    def of(cls, day: date) -> Self:
        """The month that a day lies in."""
        return cls(day.replace(day=1))

    @classmethod
    def at(cls, moment: datetime) -> Self:
        """The month that it is in Sweden at a time."""
        return cls.of(moment.astimezone(ZONE).date())

    @property
    def following(self) -> Month:
        """The month after it."""
        return _following(self.first)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.following.first - timedelta(days=1)

    @property
    def start(self) -> datetime:
        """Its first moment (UTC)."""
        return midnight(self.first)

    @property
    def end(self) -> datetime:
        """The first moment after it (UTC)."""
        return self.following.start

    @property
    def seconds(self) -> int:
        """How long it is; an hour less or more where the clocks change."""
        return int((self.end - self.start).total_seconds())

    @property
    def label(self) -> str:
        """As the portal writes it."""
        return f"{self.first:%B %Y}"

    @override
    def __str__(self) -> str:
        """As the wire has it, `YYYY-MM`."""
        return f"{self.first:%Y-%m}"


@cache
def _following(first: date) -> Month:
    return Month((first + timedelta(days=31)).replace(day=1))


@cache
def midnight(day: date) -> datetime:
    """The first moment of a local day (UTC)."""
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


def month(text: object) -> Month:
    """A month `YYYY-MM`; a schema for voluptuous.

    :raises voluptuous.Invalid: it is none
    """
    try:
        return Month(datetime.strptime(str(text), "%Y-%m").date())
    except ValueError as error:
        raise vol.Invalid(f"{text!r} is not a month YYYY-MM") from error


def months(first: Month, last: Month) -> list[Month]:
    """All months from one to another, both included."""
    found = []
    while first <= last:
        found.append(first)
        first = first.following
    return found
