"""A week of nights: the plan is followed, and disturbed."""

from datetime import datetime
from random import Random

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from tests.entries import HOUR, state

from .week import PRICES, Home


async def evening(house: Home, random: Random) -> None:
    """Wait for the evening, with new prices until eight in the morning."""
    now = dt_util.now()
    # Nothing happens by day, without a car
    await house.until(now.replace(hour=17, minute=30, second=0), HOUR)
    await house.show_prices(hour_of(17), [random.uniform(0.05, 0.5) for _ in range(15)])


def hour_of(hour: int) -> datetime:
    """Return an hour of today (UTC)."""
    local = dt_util.now().replace(hour=hour, minute=0, second=0, microsecond=0)
    return dt_util.as_utc(local)


async def test_a_week(hass: HomeAssistant, house: Home) -> None:
    """In the morning the car is full, whatever was in the night."""
    random = Random(4)
    # As long as a price lasts: there is always a stop where the plan does something
    house.idle_step = HOUR
    await house.wish(25)

    await evening(house, random)
    before = house.commands
    calm = await house.night(25)
    await calm.end()
    assert calm.is_cheap()
    # Each block is switched on and off; the car that leaves, and one of too little
    assert house.commands - before <= 12

    await evening(house, random)
    dearer = await house.night(25)
    changed = await dearer.pass_until(23, 10)
    await house.show_prices(hour_of(23), [random.uniform(0.05, 0.5) for _ in range(9)])
    await dearer.end()
    assert dearer.is_cheap(0.02, since=changed)

    await evening(house, random)
    out = await house.night(25)
    await out.pass_until(1)
    house.cloud.faults.add(endpoint="*", kind="status", status=503, times=100_000)
    await out.pass_until(3)
    house.cloud.faults.clear()
    await out.end()

    await evening(house, random)
    restarted = await house.night(25)
    await restarted.pass_until(0, 30)
    assert await hass.config_entries.async_reload(house.entry.entry_id)
    await house.pass_some(30)
    await restarted.end()
    assert restarted.is_cheap()

    await evening(house, random)
    blind = await house.night(25)
    await blind.pass_until(19)
    hass.states.async_set(PRICES, "unavailable")
    assert await hass.config_entries.async_reload(house.entry.entry_id)
    await house.pass_some(30)
    assert house.is_on()
    assert state(hass, f"{house.gid}_planned_cost") == "unknown"
    await blind.end()

    await evening(house, random)
    again = await house.night(25)
    await again.end()
    assert again.is_cheap()

    await evening(house, random)
    last = await house.night(40)
    await house.wish(40)
    await last.end()
    assert last.is_cheap()
