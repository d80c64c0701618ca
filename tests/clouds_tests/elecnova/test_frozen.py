"""The cloud in a process whose time stands still, as tests of integrations have it."""

from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory

from tests.clouds.elecnova import ElecnovaCloud

from .listener import listening
from .wire import Wire


async def test_frozen_process(
    freezer: FrozenDateTimeFactory, elecnova: ElecnovaCloud, wire: Wire
) -> None:
    """Everything goes on; messages come on demand, with the time that stands still."""
    freezer.move_to("2026-06-19T10:00:00Z")
    elecnova.clock.set(datetime.now(UTC), frozen=False)
    async with listening(wire) as listener:
        elecnova.apply({"publish": True})
        first = (await listener.one())["time"]
        freezer.tick(timedelta(seconds=30))
        elecnova.apply({"publish": True})
        second = (await listener.one())["time"]
        elecnova.apply({"kick": "solar_site"})
        await elecnova.settle()
        await listener.cut_off()
    assert (first, second) == ("2026-06-19T10:00:00Z", "2026-06-19T10:00:30Z")
