"""Measure everything, or the parts that are named, and print a line per figure.

Exit 1 if an aim is missed.
"""

import asyncio
from collections.abc import Sequence
import logging
import signal
import sys

from . import days, engine, event_loop, first_week, growth, latency, loading, setting_up
from .fleet import figures as fleet

_PARTS = {
    "event_loop": event_loop,
    "engine": engine,
    "setting_up": setting_up,
    "days": days,
    "first_week": first_week,
    "growth": growth,
    "latency": latency,
    "loading": loading,
    "fleet": fleet,
}


async def _measure(names: Sequence[str]) -> bool:
    met = True
    for part in [_PARTS[name] for name in names] or _PARTS.values():
        for figure in await part.measure():
            print(figure, flush=True)  # noqa: T201  # what the bench is for
            met = met and figure.met
    return met


if __name__ == "__main__":
    # Ended from outside, it still ends what it has started
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    logging.disable(logging.WARNING)
    sys.exit(0 if asyncio.run(_measure(sys.argv[1:])) else 1)
