"""Finds the shortest script that still fails."""

from collections.abc import Awaitable, Callable, Sequence

from .weather import Event

type Fails = Callable[[Sequence[Event]], Awaitable[bool]]


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
