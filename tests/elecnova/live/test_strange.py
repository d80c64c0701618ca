"""Messages of a cloud that is up, and strange, in a home that listens."""

from datetime import timedelta
from functools import partial

from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clouds.strange import BODIES, SOMEWHERE
from tests.strange_home import assert_can_be_saved, shown

from .house import House, until
from .test_live import assert_true


def is_whole(house: House, entry: MockConfigEntry, entities: set[str]) -> bool:
    """Tell whether all these entities have a value."""
    return entities <= shown(house.hass, entry)


async def test_strange_messages(house: House, entry: MockConfigEntry) -> None:
    """Whatever is told, the next true message shows, and nothing of it stays."""
    await house.publish(entry)
    await assert_true(house)
    before = shown(house.hass, entry)
    for kind in (*SOMEWHERE, *BODIES):
        await house.apply({"messages": {"strange": kind}})
        await house.publish(entry)
        assert_can_be_saved(house.hass)
        await house.apply({"messages": {"reset": True}})
        await house.pass_time(timedelta(seconds=30))
        await house.publish(entry)
        await until(partial(is_whole, house, entry, before))
    # Counters are written twice a minute at most
    await house.pass_time(timedelta(minutes=1))
    await house.publish(entry)
    await assert_true(house)
    assert house.reauths(entry) == 0
    assert not entry.runtime_data.connection.net.caught
