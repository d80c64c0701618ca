"""Measure everything, or the parts that are named, and print a line per figure.

Exit 1 if an aim is missed.
"""

import argparse
import asyncio
from collections.abc import Sequence
import logging
import signal
import sys

from tests.frozen_time import prepare

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


def _wanted() -> list[str]:
    """Return the parts that are named on the command line; all if none is."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("part", nargs="*", metavar="PART", help=", ".join(_PARTS))
    wanted: list[str] = parser.parse_args().part
    for name in wanted:
        if name not in _PARTS:
            parser.error(f"there is no part {name}; there are {', '.join(_PARTS)}")
    return wanted or list(_PARTS)


async def _measure(names: Sequence[str]) -> bool:
    met = True
    for name in names:
        for figure in await _PARTS[name].measure():
            print(figure, flush=True)  # noqa: T201  # what the bench is for
            met = met and figure.met
    return met


if __name__ == "__main__":
    # Ended from outside, it still ends what it has started
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    logging.disable(logging.WARNING)
    prepare()
    sys.exit(0 if asyncio.run(_measure(_wanted())) else 1)
