"""Let a home with all providers live through bad weather, and say what is wrong then."""

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
import logging
from pathlib import Path
import sys
from typing import Final

from tests.database import SERVERS, Server
from tests.frozen_time import prepare

from .outcome import Outcome
from .residents import RESIDENTS
from .run import Plan, lived
from .shrink import kind_of, shortest
from .weather import Event, parsed, written

_MONTH: Final = 30


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/endurance", description=__doc__)
    add = parser.add_argument
    add("--days", type=int, default=365, help="how long it lasts")
    add("--seed", type=int, default=1, help="what all is drawn from")
    add("--per-day", type=float, default=1.5, help="events a day, for each provider")
    add("--step", type=int, default=15, help="minutes that pass at a time")
    add("--calm", type=int, default=0, help="the same while nothing is the matter")
    add("--providers", default=",".join(RESIDENTS), help="only these, with commas")
    add("--database", choices=sorted(SERVERS), help="a server instead of SQLite")
    add("--script", type=Path, help="a file with an event a line, instead of a seed")
    add("--shrink", action="store_true", help="find the shortest script that fails")
    return parser.parse_args()


@contextmanager
def _database(name: str | None) -> Iterator[tuple[Server | None, str | None]]:
    if name is None:
        yield None, None
        return
    server = SERVERS[name]()
    with server.running(), server.database() as url:
        yield server, url


def _plan(asked: argparse.Namespace, server: Server | None, db_url: str | None) -> Plan:
    return Plan(
        seed=asked.seed,
        days=asked.days,
        providers=asked.providers.split(","),
        per_day=asked.per_day,
        minutes=asked.step,
        calm_minutes=asked.calm,
        db_url=db_url,
        server=server,
        tell=_tell,
    )


def _tell(*lines: object) -> None:
    for line in lines:
        print(line, flush=True)  # noqa: T201  # what the program is for


def _tell_outcome(outcome: Outcome, script: Sequence[Event]) -> None:
    _tell(f"{len(script)} events in {outcome.seconds:.0f} s")
    for name, most in outcome.requests.items():
        _tell(f"{name}: at most {most} requests a day, of {RESIDENTS[name].limit}")
    _tell(f"{outcome.latest.total():,} objects of ours")
    _tell(f"{outcome.sizes[max(outcome.sizes)]:,} bytes held by what is ours")
    if outcome.byte_growth is not None:
        _tell(f"{outcome.byte_growth:+,.0f} of them in a month")
    if outcome.growth:
        _tell(f"{sum(outcome.growth.values()):+,.0f} objects in a month")
    _tell(*outcome.findings or ["Everything is as it should be."])


async def _shrink(plan: Plan, script: Sequence[Event], finding: str) -> None:
    """Look for the shortest script with a finding of the same kind."""
    wanted = kind_of(finding)

    async def fails(some: Sequence[Event]) -> bool:
        kinds = [kind_of(each) for each in (await lived(plan, some)).findings]
        _tell(f"{len(some)} events: {len(kinds)} findings")
        return wanted in kinds

    _tell(f"The shortest script that fails with {wanted}, for --script:")
    _tell(written(await shortest(script, fails)))


def main() -> int:
    """Run what was asked for; 1 if anything is wrong."""
    asked = _arguments()
    prepare()
    # What else is logged is only looked at
    logging.getLogger().addHandler(logging.NullHandler())
    with _database(asked.database) as (server, db_url):
        plan = _plan(asked, server, db_url)
        script = plan.script()
        if asked.script:
            script = parsed(asked.script.read_text("utf-8"))
        _tell(*script)
        outcome = asyncio.run(lived(plan, script))
        _tell_outcome(outcome, script)
        if outcome.findings and asked.shrink:
            asyncio.run(_shrink(plan, script, outcome.findings[0]))
    return 1 if outcome.findings else 0


if __name__ == "__main__":
    sys.exit(main())
