"""What a user does beside the plan, and what the plan does not do."""

from datetime import time, timedelta
from typing import Any

from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest

from tests.entries import HOUR, attributes, entity_id, requests, state

from .week import Home

CHEAP_AT_NIGHT = [0.4] * 8 + [0.1] * 4 + [0.4] * 6


async def prices(house: Home) -> None:
    """Have energy cheap from one to five in the morning."""
    start = dt_util.as_utc(dt_util.now().replace(minute=0, second=0))
    await house.show_prices(start, CHEAP_AT_NIGHT)


async def test_off_at_first(hass: HomeAssistant, house: Home) -> None:
    """Nothing is planned, and nothing switched, until the user says so."""
    gid = house.gid
    await prices(house)
    assert state(hass, f"{gid}_smart_charging", "switch") == "off"
    assert float(state(hass, f"{gid}_energy_wanted", "number")) == 20
    assert state(hass, f"{gid}_ready_by", "time") == "07:00:00"
    before = house.commands
    await house.plug_in()
    await house.until(dt_util.utcnow() + HOUR)
    assert house.commands == before
    assert house.status == "off"
    assert float(state(hass, f"{gid}_planned_cost")) == 0
    assert state(hass, f"{gid}_charging_plan", "calendar") == "off"


async def test_what_is_planned_is_shown(hass: HomeAssistant, house: Home) -> None:
    """In a calendar with the price of each block; and it is the same after a restart."""
    gid = house.gid
    await prices(house)
    await house.wish(15, "06:30:00")
    assert house.status == "no_car"
    await house.plug_in()
    assert house.status == "waiting"
    assert not house.is_on()
    for _ in range(2):
        events: Any = await hass.services.async_call(
            "calendar",
            "get_events",
            {
                "entity_id": entity_id(hass, f"{gid}_charging_plan", "calendar"),
                "duration": {"hours": 24},
            },
            blocking=True,
            return_response=True,
        )
        found = events[entity_id(hass, f"{gid}_charging_plan", "calendar")]["events"]
        coming = found[-1]
        assert coming["start"] == "2026-11-21T01:00:00-07:00"
        assert coming["summary"] == "Charging (0.1 USD/kWh)"
        assert coming["description"].endswith("USD")
        assert float(state(hass, f"{gid}_planned_cost")) == pytest.approx(1.5, abs=0.05)
        shown = attributes(hass, f"{gid}_planned_cost")
        assert shown["unit_of_measurement"] == "USD"
        assert shown["ready_by"] == "2026-11-21T13:30:00+00:00"
        assert not shown["needs_full_power"]
        before = house.commands
        assert await hass.config_entries.async_reload(house.entry.entry_id)
        await house.pass_some(30)
        assert state(hass, f"{gid}_smart_charging", "switch") == "on"
        assert float(state(hass, f"{gid}_energy_wanted", "number")) == 15
        assert house.entry.runtime_data.planner.wishes(gid).ready_by == time(6, 30)
        assert house.commands == before
    # What is wished anew is planned anew
    await house.set("number", "set_value", "energy_wanted", value=0)
    assert house.status == "done"
    await house.set("switch", "turn_off", "smart_charging")
    await house.pass_some(15)
    assert house.is_on()


async def test_a_hand_wins(hass: HomeAssistant, house: Home) -> None:
    """Until the session ends, also over a restart; the next car is planned again."""
    await prices(house)
    await house.wish(15)
    await house.plug_in()
    assert house.status == "waiting"
    await house.set("switch", "turn_on", "charging")
    await house.pass_some(15)
    assert house.status == "by_hand"
    before = house.commands
    await house.until(dt_util.utcnow() + HOUR)
    assert await hass.config_entries.async_reload(house.entry.entry_id)
    await house.until(dt_util.utcnow() + HOUR)
    assert house.status == "by_hand"
    assert house.commands == before
    assert house.is_on()
    await house.plug_out()
    assert house.status == "no_car"
    await house.plug_in()
    assert house.status == "waiting"
    assert not house.is_on()
    # In the app as well
    await house.pass_some(60)
    house.cloud.apply({"charger": {"device_gid": house.gid, "on": True}})
    await house.entry.runtime_data.status.async_refresh()
    await house.pass_some(15)
    assert house.status == "by_hand"
    assert house.is_on()
    # Until the user wants the plan again
    await house.set("switch", "turn_off", "smart_charging")
    await house.set("switch", "turn_on", "smart_charging")
    assert house.status == "waiting"
    assert not house.is_on()


async def test_a_controller_is_told_and_not_fought(
    hass: HomeAssistant, house: Home
) -> None:
    """A repair says that the plan waits for it."""
    await prices(house)
    await house.wish(15)
    house.cloud.apply({"controller": {"kind": "EXCESS_SOLAR"}})
    await house.plug_in()
    before = house.commands
    await house.until(dt_util.utcnow() + HOUR)
    assert house.status == "controlled"
    assert house.commands == before
    issues = ir.async_get(hass).issues
    found = [i for i in issues.values() if i.translation_key == "plan_is_overruled"]
    assert [
        i.translation_placeholders["controller"]
        for i in found
        if i.translation_placeholders
    ] == ["excess solar"]
    house.cloud.apply({"controller": {"kind": None}})
    house.cloud.apply({"charger": {"device_gid": house.gid, "amps": 32}})
    await house.until(dt_util.utcnow() + HOUR)
    assert house.status == "waiting"
    assert not house.is_on()
    issues = ir.async_get(hass).issues
    assert not [i for i in issues.values() if i.translation_key == "plan_is_overruled"]


async def test_full_power_where_the_time_is_short(
    hass: HomeAssistant, house: Home
) -> None:
    """It says so, and sets the user's current again when it is done."""
    await prices(house)
    house.cloud.apply({"charger": {"device_gid": house.gid, "amps": 16}})
    ready = dt_util.now() + timedelta(hours=2)
    await house.wish(11, ready.strftime("%H:%M:00"))
    await house.plug_in()
    await house.pass_some(15)
    assert house.rate == 40
    assert attributes(hass, f"{house.gid}_planned_cost")["needs_full_power"]
    start = dt_util.utcnow()
    await house.until(dt_util.as_utc(ready))
    assert house.taken(start - HOUR, dt_util.utcnow()) == pytest.approx(11, abs=0.1)
    await house.pass_some(60)
    assert house.status == "done"
    assert house.rate == 16
    await house.wish(60, (ready + HOUR).strftime("%H:%M:00"))
    await house.pass_some(15)
    assert house.status == "late"
    assert house.is_on()


@pytest.mark.parametrize("plan", [{"price_source": "flat", "price_rate": 0.2}])
async def test_requests_and_states_are_few(hass: HomeAssistant, house: Home) -> None:
    """At one price it begins at once; a full car does not have it write."""
    await house.wish(50)
    await house.plug_in(need=2)
    assert house.status == "charging"
    await house.until(dt_util.utcnow() + HOUR)
    written: list[str] = []
    names = {
        entity_id(hass, f"{house.gid}_planned_cost"),
        entity_id(hass, f"{house.gid}_charging_plan", "calendar"),
    }
    hass.bus.async_listen(
        "state_changed",
        lambda event: (
            written.append(event.data["entity_id"])
            if event.data["entity_id"] in names
            else None
        ),
    )
    commands, asked = house.commands, requests(house.cloud)
    await house.until(dt_util.utcnow() + 2 * HOUR)
    assert not written
    assert house.commands == commands
    assert requests(house.cloud) - asked < 15 * 2 * HOUR / timedelta(minutes=8)


@pytest.mark.parametrize(
    "plan",
    [
        {
            "price_source": "entities",
            "price_entities": ["sensor.spot_price"],
            "contiguous": True,
        }
    ],
)
async def test_in_one_piece(hass: HomeAssistant, house: Home) -> None:
    """It is begun and ended once."""
    start = dt_util.as_utc(dt_util.now().replace(minute=0, second=0))
    await house.show_prices(start, [0.4] * 8 + [0.1, 0.4, 0.1, 0.3, 0.1] + [0.4] * 5)
    await house.wish(15)
    await house.plug_in()
    before = house.commands
    await house.until(start + 14 * HOUR)
    assert house.taken(start, dt_util.utcnow()) == pytest.approx(15, abs=0.1)
    assert house.commands - before == 2
    assert house.taken(start, start + 8 * HOUR) < 0.5


@pytest.mark.parametrize("plan", [{"price_source": "own"}])
async def test_own_tariff(hass: HomeAssistant, house: Home) -> None:
    """The flat rate of the app; and a command that fails is tried again."""
    await house.wish(5)
    house.cloud.apply({"charger": {"device_gid": house.gid, "on": False}})
    house.cloud.faults.add(
        endpoint="PUT /devices/evcharger", kind="status", status=503, times=1000
    )
    await house.plug_in()
    await house.until(dt_util.utcnow() + HOUR / 4)
    assert not house.is_on()
    house.cloud.faults.clear()
    await house.until(dt_util.utcnow() + HOUR / 4)
    assert house.is_on()
    assert house.status == "charging"
    cents = house.entry.runtime_data.coordinator.home[house.gid].cents_per_kwh
    assert float(state(hass, f"{house.gid}_planned_cost")) == pytest.approx(
        5 * cents / 100, abs=0.05
    )


@pytest.mark.parametrize("end", ["removed", "disabled", "reloaded"])
async def test_whose_plan_ends_is_charged(
    hass: HomeAssistant, house: Home, end: str
) -> None:
    """A charger that was held off is on again, for nothing else would switch it on."""
    await prices(house)
    await house.wish(15)
    await house.plug_in()
    assert not house.is_on()
    entries, entry_id = hass.config_entries, house.entry.entry_id
    if end == "removed":
        await entries.async_remove(entry_id)
    elif end == "disabled":
        await entries.async_set_disabled_by(entry_id, ConfigEntryDisabler.USER)
    else:
        await entries.async_reload(entry_id)
    await hass.async_block_till_done()
    assert house.is_on() is (end != "reloaded")


async def test_a_cloud_that_is_away_keeps_no_entry(
    hass: HomeAssistant, house: Home, caplog: pytest.LogCaptureFixture
) -> None:
    """The entry goes all the same, and the log says what is left to do."""
    await prices(house)
    await house.wish(15)
    await house.plug_in()
    house.cloud.faults.add(endpoint="*", kind="status", status=503)
    await hass.config_entries.async_remove(house.entry.entry_id)
    assert not hass.config_entries.async_entries("emporia")
    assert "turn it on in the Emporia app" in caplog.text
