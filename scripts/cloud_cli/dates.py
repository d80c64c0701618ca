"""The days that a report is about."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final, override

import click

from .failures import WRONG_USE, Failure

_DAY: Final = timedelta(days=1)
_USUAL: Final = 7


class _Day(click.ParamType[date]):
    name = "date"

    @override
    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail("a day is wanted, such as 2026-11-20", param, ctx)


def range_options[FunctionT: Callable[..., Any]](function: FunctionT) -> FunctionT:
    """Add the first and the last day, in the place's own time, to a command."""
    end = click.option("--end", type=_Day(), help="Last day; yesterday if left out.")
    start = click.option(
        "--start", type=_Day(), help="First day; a week before the end if left out."
    )
    return start(end(function))


def days_of(start: date | None, end: date | None, zone: tzinfo) -> list[date]:
    """Return the days that were asked for, in order.

    :raises Failure: the end is before the start.
    """
    last = end or datetime.now(UTC).astimezone(zone).date() - _DAY
    first = start or last - (_USUAL - 1) * _DAY
    if last < first:
        raise Failure("The range ends before it starts.", WRONG_USE)
    return [first + at * _DAY for at in range((last - first) // _DAY + 1)]
