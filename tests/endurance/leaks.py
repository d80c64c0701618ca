"""What is kept for each poll: it would grow for as long as Home Assistant runs."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Final

from .life import Home
from .watch import own_objects, waiting

_POLLS: Final = 12
_MINUTE: Final = timedelta(minutes=1)


async def kept_for_polls(home: Home) -> list[str]:
    """Poll everything again and again, and tell of what there is more and more.

    What becomes full in the end grows in some of the rounds, but not in each of them.
    """
    counts = [await _polled(home, times) for times in (1, *[_POLLS] * 3)]
    grown = [after - before for before, after in pairwise(counts)]
    return [
        f"{least} objects of {name} are kept for {_POLLS} polls"
        for name in grown[0]
        if (least := min(each[name] for each in grown)) >= _POLLS
    ]


async def _polled(home: Home, times: int) -> Counter[str]:
    """Poll so often, and count what is ours then."""
    for _ in range(times):
        home.clock.tick(_MINUTE)
        for root in home.roots:
            for coordinator in root.coordinators:
                await coordinator.async_refresh()
        await home.settle()
    return own_objects() + waiting(home.hass)
