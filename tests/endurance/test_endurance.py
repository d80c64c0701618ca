"""Scripts of bad weather, and the shortest one that fails."""

from collections.abc import Sequence
from typing import Final

from .shrink import shortest
from .weather import Event, drawn, parsed, written

_KINDS: Final = {"one": (("outage", "refusal"), ("late",)), "": (("purge",),)}


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
