"""Finds the shortest script that still fails, and in the same way."""

from collections.abc import Awaitable, Callable, Sequence
import re
from typing import Final

from .weather import Event

type Fails = Callable[[Sequence[Event]], Awaitable[bool]]

_HOURS: Final = re.compile(r"(.*?): \d+ hours are ([^:]*)")


def kind_of(finding: str) -> str:
    """Return what a finding has in common with those of the same fault.

    Not when it was, how often, or what stood there; of an exception, which it is.
    """
    first, *rest = finding.strip().splitlines()
    if hours := _HOURS.match(first):
        return f"{hours[1]}: hours are {hours[2]}"
    raised = f" {rest[-1].partition(':')[0]}" if rest else ""
    return re.sub(r"\d+", "#", re.split(r": [\"']|: Traceback", first)[0]) + raised


async def shortest(script: Sequence[Event], fails: Fails) -> list[Event]:
    """Leave out as much of a failing script as possible, in ever smaller pieces.

    What is returned fails, and leaving out any one event of it ends that.
    """
    events, pieces = list(script), 2
    while events:
        size = max(1, len(events) // pieces)
        for at in range(0, len(events), size):
            rest = [*events[:at], *events[at + size :]]
            if await fails(rest):
                events, pieces = rest, max(2, pieces - 1)
                break
        else:
            if size == 1:
                return events
            pieces = min(len(events), 2 * pieces)
    return events
