"""The blueprints drive a charger made of nothing but helpers."""

from collections.abc import AsyncIterator
from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from .automate import automate, stop_automation

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


class Charger:
    """A charger as entities: a switch, a current, and what it takes."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Be off at 6 A, and note what is asked for."""
        self.hass = hass
        self.changes: list[tuple[str, float | None]] = []
        for name, handler in (("turn_on", self._turn), ("turn_off", self._turn)):
            hass.services.async_register("switch", name, handler)
        hass.services.async_register("number", "set_value", self._set)
        hass.states.async_set("switch.charger", "off")
        hass.states.async_set("number.current", "6", {"max": 40})
        self.grid(500)

    @property
    def switch(self) -> str:
        """Whether charging is allowed: on or off."""
        return self._state("switch.charger")

    @property
    def current(self) -> float:
        """The current that is set."""
        return float(self._state("number.current"))

    def grid(self, watts: float, unit: str = "W") -> None:
        """Set what the home without the charger takes from the grid (negative: gives)."""
        load = self.current * 240 if self.switch == "on" else 0
        total = (watts * (1000 if unit == "kW" else 1) + load) / (
            1000 if unit == "kW" else 1
        )
        for entity_id, value in (("sensor.car", load), ("sensor.grid", total)):
            attributes = {"unit_of_measurement": "W" if "car" in entity_id else unit}
            self.hass.states.async_set(entity_id, str(value), attributes)

    def _state(self, entity_id: str) -> str:
        state = self.hass.states.get(entity_id)
        assert state
        return state.state

    def plan(self, state: str) -> None:
        """Have a plan that is on or off."""
        self.hass.states.async_set("switch.plan", state)

    async def _turn(self, call: ServiceCall) -> None:
        if "switch.plan" in call.data["entity_id"]:
            self.plan(call.service.removeprefix("turn_"))
            self.changes.append((call.service.replace("turn", "plan"), None))
            return
        self.changes.append((call.service, None))
        state = call.service.removeprefix("turn_")
        self.hass.states.async_set("switch.charger", state)

    async def _set(self, call: ServiceCall) -> None:
        self.changes.append((call.service, call.data["value"]))
        self.hass.states.async_set(
            "number.current", str(call.data["value"]), {"max": 40}
        )


@pytest.fixture
async def charger(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> AsyncIterator[Charger]:
    """Make a charger on a Friday in summer."""
    await hass.config.async_set_time_zone("America/Denver")
    freezer.move_to("2026-06-19 18:00:00+00:00")
    yield Charger(hass)
    await stop_automation(hass)


async def pass_minutes(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    charger: Charger,
    minutes: int,
    house: float,
) -> None:
    """Let minutes pass in which the house takes so much."""
    for _ in range(minutes):
        freezer.tick(MINUTE)
        charger.grid(house)
        async_fire_time_changed(hass, dt_util.utcnow())
        await hass.async_block_till_done()


SURPLUS = {
    "grid_power": "sensor.grid",
    "charger_power": "sensor.car",
    "charger_switch": "switch.charger",
    "charger_current": "number.current",
}


async def test_surplus(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, charger: Charger
) -> None:
    """On with enough sun, along with it, and off without it."""
    await automate(hass, "charge_on_solar_surplus", SURPLUS)
    await pass_minutes(hass, freezer, charger, 20, house=-1500)
    assert charger.changes == []
    await pass_minutes(hass, freezer, charger, 1, house=-2400)
    assert charger.changes == [("set_value", 10), ("turn_on", None)]
    await pass_minutes(hass, freezer, charger, 3, house=-4800)
    assert charger.current == 20
    await pass_minutes(hass, freezer, charger, 3, house=-20_000)
    assert charger.current == 40
    await pass_minutes(hass, freezer, charger, 3, house=-1600)
    assert (charger.switch, charger.current) == ("on", 6)
    await pass_minutes(hass, freezer, charger, 12, house=800)
    assert charger.switch == "off"
    assert len(charger.changes) == 6


async def test_small_and_quick_changes_are_ignored(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, charger: Charger
) -> None:
    """Dead band, dwell, minimum times on and off."""
    inputs = {**SURPLUS, "dwell": 300, "dead_band": 480}
    await automate(hass, "charge_on_solar_surplus", inputs)
    await pass_minutes(hass, freezer, charger, 6, house=-2400)
    assert charger.current == 10
    charger.changes.clear()
    await pass_minutes(hass, freezer, charger, 8, house=-2700)
    assert charger.changes == []
    await pass_minutes(hass, freezer, charger, 1, house=-4800)
    await pass_minutes(hass, freezer, charger, 4, house=-7200)
    assert charger.changes == [("set_value", 20)]
    await pass_minutes(hass, freezer, charger, 2, house=-7200)
    assert charger.changes[1:] == [("set_value", 30)]
    await pass_minutes(hass, freezer, charger, 1, house=3000)
    assert charger.switch == "off"
    await pass_minutes(hass, freezer, charger, 3, house=-5000)
    assert charger.switch == "off"
    await pass_minutes(hass, freezer, charger, 3, house=-5000)
    assert charger.switch == "on"
    await pass_minutes(hass, freezer, charger, 5, house=3000)
    assert charger.switch == "on"


BATTERY = {
    **SURPLUS,
    "battery_power": "sensor.battery",
    "battery_level": "sensor.level",
    "battery_full": 90,
}


def battery(hass: HomeAssistant, power: str, level: str, unit: str = "W") -> None:
    """Set what flows into the house battery, and how full it is."""
    hass.states.async_set("sensor.battery", power, {"unit_of_measurement": unit})
    hass.states.async_set("sensor.level", level)


async def test_battery_first(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, charger: Charger
) -> None:
    """The car gets what the battery leaves, and all of it once that is full."""
    await automate(hass, "charge_on_solar_surplus", BATTERY)
    battery(hass, "3000", "50")
    await pass_minutes(hass, freezer, charger, 10, house=0)
    assert charger.changes == []
    battery(hass, "3", "90", "kW")
    await pass_minutes(hass, freezer, charger, 1, house=0)
    assert charger.changes == [("set_value", 12), ("turn_on", None)]
    # It is never drained, not even for a car that comes first
    battery(hass, "-3000", "95")
    await pass_minutes(hass, freezer, charger, 12, house=-2880)
    assert charger.switch == "off"
    battery(hass, "unavailable", "95")
    await pass_minutes(hass, freezer, charger, 12, house=-9000)
    assert charger.switch == "off"
    battery(hass, "0", "unknown")
    await pass_minutes(hass, freezer, charger, 1, house=-2400)
    assert charger.switch == "on"


async def test_car_first(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, charger: Charger
) -> None:
    """It gets what flows into the battery."""
    await automate(hass, "charge_on_solar_surplus", BATTERY | {"first": "car"})
    battery(hass, "3000", "20")
    await pass_minutes(hass, freezer, charger, 6, house=0)
    assert (charger.switch, charger.current) == ("on", 12)
    battery(hass, "-500", "20")
    await pass_minutes(hass, freezer, charger, 12, house=-500)
    assert charger.switch == "off"


async def test_the_rest_is_left_to_the_plan(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, charger: Charger
) -> None:
    """It steps back for the sun, and is not disturbed in the night."""
    inputs = {**SURPLUS, "charging_plan": "switch.plan"}
    await automate(hass, "charge_on_solar_surplus", inputs)
    charger.plan("on")
    await pass_minutes(hass, freezer, charger, 6, house=-2400)
    assert charger.changes == [
        ("plan_off", None),
        ("set_value", 10),
        ("turn_on", None),
    ]
    await pass_minutes(hass, freezer, charger, 12, house=800)
    assert charger.changes[3:] == [("set_value", 6), ("plan_on", None)]
    # The plan charges in the night
    await pass_minutes(hass, freezer, charger, 30, house=800)
    assert len(charger.changes) == 5
    assert charger.switch == "on"


FORECAST = {
    **BATTERY,
    "charging_plan": "switch.plan",
    "solar_forecast": ["sensor.east", "sensor.west"],
    "forecast_share": 50,
    "battery_capacity": 10,
    "energy_wanted": "number.wanted",
    "session_energy": "sensor.session",
}


def forecast(hass: HomeAssistant, east: str, wanted: str, session: str = "0") -> None:
    """Set what is still to come (the west brings 4 kWh), and what the car needs."""
    hass.states.async_set("sensor.east", east, {"unit_of_measurement": "kWh"})
    hass.states.async_set("sensor.west", "4000", {"unit_of_measurement": "Wh"})
    hass.states.async_set("number.wanted", wanted)
    hass.states.async_set("sensor.session", session)


async def test_the_forecast_decides_what_is_left_to_the_plan(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, charger: Charger
) -> None:
    """What sun that is still to come covers is waited for, the rest is the plan's."""
    await automate(hass, "charge_on_solar_surplus", FORECAST)
    charger.plan("off")
    battery(hass, "0", "50")
    # 12 kWh are left for the battery, which takes 4 of them first, and the car
    forecast(hass, east="20", wanted="8")
    await pass_minutes(hass, freezer, charger, 3, house=800)
    assert charger.changes == []
    battery(hass, "0", "90")
    await pass_minutes(hass, freezer, charger, 3, house=-2400)
    assert charger.changes == [("set_value", 10), ("turn_on", None)]
    # A cloud: the sun comes back, so the charger merely waits
    charger.changes.clear()
    await pass_minutes(hass, freezer, charger, 12, house=800)
    assert charger.changes == [("set_value", 6), ("turn_off", None)]
    # What the car has taken counts
    forecast(hass, east="4", wanted="8", session="4")
    await pass_minutes(hass, freezer, charger, 3, house=800)
    assert len(charger.changes) == 2
    forecast(hass, east="4", wanted="8", session="3.9")
    await pass_minutes(hass, freezer, charger, 3, house=800)
    assert charger.changes[2:] == [("plan_on", None)]
    # Enough sun takes over all the same; a forecast that is lost is none
    await pass_minutes(hass, freezer, charger, 6, house=-2400)
    assert charger.changes[3:] == [
        ("plan_off", None),
        ("set_value", 10),
        ("turn_on", None),
    ]
    forecast(hass, east="unavailable", wanted="8")
    await pass_minutes(hass, freezer, charger, 12, house=800)
    assert charger.changes[6:] == [("set_value", 6), ("plan_on", None)]


@pytest.mark.parametrize(("first", "is_left"), [("battery", True), ("car", False)])
async def test_who_comes_first_in_the_forecast(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    charger: Charger,
    first: str,
    is_left: bool,
) -> None:
    """A car that comes first is not short of what the battery still needs."""
    await automate(hass, "charge_on_solar_surplus", FORECAST | {"first": first})
    charger.plan("off")
    battery(hass, "0", "unknown")
    forecast(hass, east="20", wanted="8")
    await pass_minutes(hass, freezer, charger, 3, house=800)
    assert charger.changes == ([("plan_on", None)] if is_left else [])
    # What needs nothing more leaves nothing
    charger.plan("off")
    forecast(hass, east="0", wanted="8", session="9")
    await pass_minutes(hass, freezer, charger, 3, house=800)
    assert len(charger.changes) == is_left


async def test_tiny_numbers_are_numbers(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, charger: Charger
) -> None:
    """A difference of floats that is nearly zero is no text."""
    await automate(hass, "charge_on_solar_surplus", BATTERY)
    battery(hass, "1e-09", "50")
    attributes = {"unit_of_measurement": "W"}
    hass.states.async_set("sensor.car", "0.3", attributes)
    hass.states.async_set("sensor.grid", str(0.1 + 0.2), attributes)
    freezer.tick(MINUTE)
    async_fire_time_changed(hass, dt_util.utcnow())
    await hass.async_block_till_done()
    automation = hass.states.async_all("automation")[0]
    assert automation.attributes["last_triggered"] is not None
    assert charger.changes == []


async def test_unknown_power_changes_nothing(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, charger: Charger
) -> None:
    """Kilowatts are fine; what is unavailable is no surplus."""
    await automate(hass, "charge_on_solar_surplus", SURPLUS)
    freezer.tick(10 * MINUTE)
    hass.states.async_set("sensor.grid", "unavailable")
    async_fire_time_changed(hass, dt_util.utcnow())
    await hass.async_block_till_done()
    assert charger.changes == []
    charger.grid(-2.4, "kW")
    await hass.async_block_till_done()
    assert charger.switch == "on"


CHEAPEST = {
    "charger_switch": "switch.charger",
    "plugged_in": "binary_sensor.car",
    "departure": "input_datetime.departure",
    "hours_needed": "input_number.hours",
    "weekday_prices": " ".join(["9"] * 2 + ["5"] * 3 + ["9"] * 15 + ["7"] * 4),
    "weekend_prices": " ".join(["8"] * 4 + ["6"] * 2 + ["9"] * 18),
}


async def test_cheapest_hours(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, charger: Charger
) -> None:
    """A Friday night: the cheapest hours lie on both sides of midnight."""
    hass.states.async_set("binary_sensor.car", "on")
    hass.states.async_set("input_datetime.departure", "07:00:00")
    hass.states.async_set("input_number.hours", "4")
    await automate(hass, "charge_in_cheapest_hours", CHEAPEST)
    on = []
    for _ in range(20):
        now = dt_util.now().replace(minute=0, second=5, microsecond=0)
        freezer.move_to(now + HOUR)
        async_fire_time_changed(hass, dt_util.utcnow())
        await hass.async_block_till_done()
        if charger.switch == "on":
            on.append(dt_util.now().hour)
            # An hour later it will need one less.
            freezer.move_to(dt_util.now().replace(minute=59, second=0))
            hours = hass.states.get("input_number.hours")
            assert hours
            hass.states.async_set("input_number.hours", str(float(hours.state) - 1))
            await hass.async_block_till_done()
    assert on == [20, 21, 4, 5]
    assert charger.switch == "off"


async def test_no_car_no_switching(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, charger: Charger
) -> None:
    """Nothing is switched for nobody; a car that comes late still gets its hours."""
    hass.states.async_set("binary_sensor.car", "off")
    hass.states.async_set("input_datetime.departure", "14:00:00")
    hass.states.async_set("input_number.hours", "2")
    await automate(hass, "charge_in_cheapest_hours", CHEAPEST)
    async_fire_time_changed(hass, dt_util.utcnow() + HOUR)
    await hass.async_block_till_done()
    assert charger.changes == []
    hass.states.async_set("binary_sensor.car", "on")
    await hass.async_block_till_done()
    assert charger.switch == "on"
    hass.states.async_set("input_number.hours", "0")
    await hass.async_block_till_done()
    assert charger.switch == "off"
