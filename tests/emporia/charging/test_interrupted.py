"""Restarts, limits and others in the middle of a plan."""

from datetime import timedelta
from typing import Any

from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util
import pytest

from tests.entries import HOUR, MINUTE, settle, state
from tests.full_disk import full_disk

from .test_charging import prices
from .week import OPTIONS, Home


async def in_the_app(house: Home, **does: Any) -> None:
    """Do something in the app, which the stream would tell at once."""
    house.cloud.apply(does)
    await house.entry.runtime_data.status.async_refresh()
    await settle(house.hass, house.entry)
    await house.pass_some(15)


async def restart(house: Home, **meanwhile: Any) -> None:
    """Restart; meanwhile, something may happen."""
    entries, entry_id = house.hass.config_entries, house.entry.entry_id
    assert await entries.async_unload(entry_id)
    house.freezer.tick(2 * MINUTE)
    if meanwhile:
        house.cloud.apply(meanwhile)
    assert await entries.async_setup(entry_id)
    await settle(house.hass, house.entry)
    await house.pass_some(15)


@pytest.mark.parametrize("plan", [{**OPTIONS, "contiguous": True}])
async def test_restarts_in_one_piece(hass: HomeAssistant, house: Home) -> None:
    """The piece that has begun is not broken by one, and a hand meanwhile wins."""
    start = dt_util.as_utc(dt_util.now().replace(minute=0, second=0))
    await house.show_prices(start, [0.4] * 3 + [0.2, 0.3, 0.1] + [0.4] * 9)
    await house.wish(20)
    await house.plug_in()
    assert house.status == "waiting"
    before = house.commands
    await house.until(start + 3.5 * HOUR)
    assert house.status == "charging"
    # What is cheaper later would have another piece begin
    await house.show_prices(start + 6 * HOUR, [0.01] * 9)
    await restart(house)
    assert house.status == "charging"
    await house.until(start + 7 * HOUR)
    assert house.taken(start, dt_util.utcnow()) == pytest.approx(20, abs=0.1)
    assert house.commands - before == 2
    assert house.status == "done"
    await restart(house, charger={"device_gid": house.gid, "on": True})
    assert house.status == "by_hand"
    assert house.is_on()
    # The next car is planned again, although nobody saw this one leave
    await house.show_prices(start + 10 * HOUR, [0.005] * 5)
    await restart(house, plug_out=house.gid)
    await house.plug_in()
    assert house.status == "waiting"
    await restart(house)
    assert house.status == "waiting"
    assert not house.is_on()


async def test_a_full_disk(hass: HomeAssistant, house: Home) -> None:
    """No charger is off while nobody would know, after a crash, that it is to be on."""
    await prices(house)
    await house.wish(15)
    with full_disk():
        await house.plug_in()
        await house.until(dt_util.utcnow() + timedelta(minutes=10))
        assert house.is_on()
    await house.until(dt_util.utcnow() + timedelta(minutes=5))
    assert not house.is_on()


async def test_a_controller_in_the_middle(hass: HomeAssistant, house: Home) -> None:
    """What it switches is no hand's doing: the plan goes on when it is gone."""
    await prices(house)
    await house.wish(15)
    await house.plug_in()
    assert not house.is_on()
    await in_the_app(
        house,
        controller={"device_gid": house.gid, "kind": "SCHEDULE"},
        charger={"device_gid": house.gid, "on": True},
    )
    assert house.status == "controlled"
    before = house.commands
    await house.until(dt_util.utcnow() + HOUR)
    assert house.status == "controlled"
    assert house.commands == before
    await in_the_app(house, controller={"device_gid": house.gid, "kind": None})
    await house.until(dt_util.utcnow() + HOUR)
    assert house.status == "waiting"
    assert not house.is_on()


async def test_limits_that_change(hass: HomeAssistant, house: Home) -> None:
    """What was set before is set again as far as the charger takes it."""
    await prices(house)
    await in_the_app(house, charger={"device_gid": house.gid, "amps": 30})
    ready = (dt_util.now() + 2 * HOUR).strftime("%H:%M:00")
    await house.wish(15, ready)
    await house.plug_in()
    await house.pass_some(15)
    assert house.rate == 40
    for value in (float("nan"), float("inf"), 200.1, -1):
        for key in ("energy_wanted", "charge_rate"):
            with pytest.raises(ServiceValidationError):
                await house.set("number", "set_value", key, value=value)
    assert house.status in ("charging", "late")
    await in_the_app(house, charger={"device_gid": house.gid, "max_amps": 24})
    await house.set("number", "set_value", "energy_wanted", value=0)
    await house.pass_some(60)
    assert house.status == "done"
    assert not house.is_on()
    assert house.rate == 24
    # A current of less than 6 A charges nothing
    await in_the_app(house, values={"chargingRate": 4})
    await house.wish(2, ready)
    await house.pass_some(15)
    assert house.is_on()
    assert house.rate == 6


@pytest.mark.parametrize("end", ["removed", "disabled", "off", "by_hand"])
async def test_the_current_of_before(
    hass: HomeAssistant, house: Home, end: str
) -> None:
    """Whose plan ends has the current that was set before it needed all of it."""
    await prices(house)
    await in_the_app(house, charger={"device_gid": house.gid, "amps": 16})
    ready = (dt_util.now() + 2 * HOUR).strftime("%H:%M:00")
    await house.wish(11, ready)
    await house.plug_in()
    await house.pass_some(15)
    assert house.rate == 40
    entries, entry_id = hass.config_entries, house.entry.entry_id
    if end == "removed":
        await entries.async_remove(entry_id)
    elif end == "disabled":
        await entries.async_set_disabled_by(entry_id, ConfigEntryDisabler.USER)
    elif end == "off":
        await house.set("switch", "turn_off", "smart_charging")
    else:
        await house.set("switch", "turn_off", "charging")
        await house.pass_some(60)
        assert house.status == "by_hand"
        assert house.rate == 40
        await house.plug_out()
    await hass.async_block_till_done()
    house.freezer.tick(timedelta(seconds=15))
    assert house.rate == 16


async def at_full_power(house: Home) -> None:
    """Have a plan charge with more than the 16 A that the user has set."""
    await prices(house)
    await in_the_app(house, charger={"device_gid": house.gid, "amps": 16})
    ready = (dt_util.now() + 2 * HOUR).strftime("%H:%M:00")
    await house.wish(11, ready)
    await house.plug_in()
    await house.pass_some(60)
    assert house.rate == 40


async def test_done_while_the_charger_is_offline(
    hass: HomeAssistant, house: Home
) -> None:
    """That the cloud accepted the current of before is no proof: it is read back."""
    await at_full_power(house)
    offline = {"device_gid": house.gid}
    house.cloud.apply({"offline": offline})
    await house.set("number", "set_value", "energy_wanted", value=0)
    before = house.commands
    await house.until(dt_util.utcnow() + HOUR)
    assert (house.status, house.rate) == ("unavailable", 40)
    assert house.commands == before
    await in_the_app(house, offline={**offline, "offline": False})
    await house.until(dt_util.utcnow() + 15 * MINUTE)
    assert (house.status, house.rate, house.is_on()) == ("done", 16, False)
    assert house.commands == before + 1
    # What a hand sets from then on stays
    await in_the_app(house, charger={"device_gid": house.gid, "amps": 40})
    await house.until(dt_util.utcnow() + HOUR)
    assert (house.rate, house.commands) == (40, before + 1)


async def test_a_charger_that_takes_no_current_while_it_is_off(
    hass: HomeAssistant, house: Home
) -> None:
    """It is not asked for ever, and gets it when it is switched on."""
    await at_full_power(house)
    charger = house.cloud.customers.charger(house.gid).charger
    assert charger
    charger.quirk_paused_rate = True
    before = house.commands
    await house.set("number", "set_value", "energy_wanted", value=0)
    await house.until(dt_util.utcnow() + 2 * HOUR)
    assert (house.status, house.rate, house.is_on()) == ("done", 40, False)
    assert house.commands == before + 3
    await house.plug_out()
    await house.pass_some(60)
    assert (house.rate, house.is_on()) == (16, True)


async def test_a_command_that_is_not_heeded(hass: HomeAssistant, house: Home) -> None:
    """That it was accepted is no proof: a charger that is held off is let go again."""
    await prices(house)
    await house.wish(15)
    await house.plug_in()
    assert not house.is_on()
    await house.set("switch", "turn_off", "smart_charging")
    # It was accepted, and is forgotten before it has an effect
    await in_the_app(house, charger={"device_gid": house.gid, "on": False})
    await house.pass_some(60)
    assert state(hass, f"{house.gid}_charging", "switch") == "off"
    await house.until(dt_util.utcnow() + HOUR)
    assert state(hass, f"{house.gid}_charging", "switch") == "on"
    assert house.is_on()


async def test_a_car_that_is_swapped(hass: HomeAssistant, house: Home) -> None:
    """What one has taken is not taken for the other, though no poll saw it go."""
    await prices(house)
    await house.wish(5, "21:00:00")
    await house.plug_in()
    await house.until(dt_util.utcnow() + HOUR)
    assert house.status == "done"
    came = dt_util.utcnow()
    await in_the_app(house, plug_in={"device_gid": house.gid, "need": 60})
    await house.until(came + 2.4 * HOUR)
    assert house.taken(came, dt_util.utcnow()) == pytest.approx(5, abs=0.1)
    cost = float(state(hass, f"{house.gid}_planned_cost"))
    assert cost < 1.25 * 5 * 0.4
