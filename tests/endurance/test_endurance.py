"""A home lives through some days of bad weather, drawn from a seed."""

import asyncio
from collections.abc import Sequence
import sys
from typing import Final

import pytest

from .shrink import shortest
from .weather import Event, drawn, parsed, written

_SECONDS: Final = 1500
"""Far more than it takes, as a machine may be busy."""
_ARGUMENTS: Final = ("--days", "2", "--seed", "1", "--per-day", "4", "--step", "30")
_KINDS: Final = {"one": (("outage", "refusal"), ("late",)), "": (("purge",),)}


@pytest.mark.timeout(_SECONDS + 60)
async def test_days_of_bad_weather(socket_enabled: None) -> None:
    """Nothing is lost, leaked or wasted."""
    run = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.endurance", *_ARGUMENTS),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(_SECONDS):
            output, _ = await run.communicate()
    finally:
        if run.returncode is None:
            run.kill()
            await run.wait()
    told = output.decode()
    assert run.returncode == 0, told
    assert "Everything is as it should be." in told


def test_a_script_is_always_the_same() -> None:
    """By its seed, and by its text; one provider's does not depend on the others."""
    script = drawn(7, 10, _KINDS)
    assert script == drawn(7, 10, _KINDS) == parsed(written(script))
    assert script != drawn(8, 10, _KINDS)
    alone = drawn(7, 10, {"one": _KINDS["one"]})
    assert alone == [event for event in script if event.provider == "one"]


async def test_the_shortest_script_that_fails() -> None:
    """All that does not matter is left out, and nothing else."""
    script = [Event(at=at, provider="one", kind="outage") for at in range(40)]
    runs = 0

    async def fails(some: Sequence[Event]) -> bool:
        nonlocal runs
        runs += 1
        return {5, 23, 24} <= {event.at for event in some}

    found = await shortest(script, fails)
    assert [event.at for event in found] == [5, 23, 24]
    assert runs < 80
