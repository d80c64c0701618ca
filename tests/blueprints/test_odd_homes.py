"""Blueprints in homes whose entities have anything for a state."""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import timedelta
from itertools import chain
import logging
import os
from random import Random
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant, ServiceCall, valid_entity_id
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from .automate import automate, stop_automation

_MINUTES: Final = int(os.environ.get("ODD_MINUTES", "20"))
"""How long it is odd with each choice of inputs; by hand it can be longer."""
_MINUTE: Final = timedelta(minutes=1)

_ODD: Final = (
    *("unavailable", "unknown", "", "odd", "on", "off", "2026-06-19", "07:00:00"),
    *("0", "-5", "1e-12", "1e308", "-1e308", "1e999", "nan", "inf", "-inf", "12,5"),
    None,
)
"""States; None for an entity that there isn't."""
_UNITS: Final = ("W", "kW", "Wh", "kWh", "MWh", "%", "odd", None)
_MAXIMA: Final = (40, "32", 0, -1, float("nan"), float("inf"), "odd", None)

_SURPLUS: Final = {
    "grid_power": "sensor.grid",
    "charger_power": "sensor.power",
    "charger_switch": "switch.charger",
    "charger_current": "number.current",
    "battery_power": "sensor.battery",
    "battery_level": "sensor.level",
    "charging_plan": "switch.plan",
    "solar_forecast": ["sensor.forecast", "sensor.forecast_2"],
    "energy_wanted": "number.energy",
    "session_energy": "sensor.session",
}
_CHEAPEST: Final = {
    "charger_switch": "switch.charger",
    "plugged_in": "binary_sensor.car",
    "departure": "time.departure",
    "energy_wanted": "number.energy",
    "session_energy": "sensor.session",
    "charger_current": "number.current",
    "charger_power": "sensor.power",
    "hours_needed": "sensor.hours",
}
_CHOICES: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "all of the surplus": ("charge_on_solar_surplus", _SURPLUS),
    "only what is needed": (
        "charge_on_solar_surplus",
        dict(list(_SURPLUS.items())[:4]),
    ),
    "lowest numbers": (
        "charge_on_solar_surplus",
        {
            **_SURPLUS,
            "first": "car",
            "battery_full": 10,
            "forecast_share": 10,
            "battery_capacity": 0,
            "voltage": 100,
            "minimum_current": 6,
            "dead_band": 0,
            "dwell": 10,
            "minimum_on": 0,
            "minimum_off": 0,
        },
    ),
    "highest numbers": (
        "charge_on_solar_surplus",
        {
            **_SURPLUS,
            "battery_full": 100,
            "forecast_share": 100,
            "battery_capacity": 200,
            "voltage": 700,
            "minimum_current": 32,
            "dead_band": 3000,
        },
    ),
    "all of the cheapest hours": ("charge_in_cheapest_hours", _CHEAPEST),
    "hours needed": (
        "charge_in_cheapest_hours",
        {k: v for k, v in _CHEAPEST.items() if k != "energy_wanted"},
    ),
    "nothing but the charger": (
        "charge_in_cheapest_hours",
        dict(list(_CHEAPEST.items())[:3]),
    ),
    "odd prices": (
        "charge_in_cheapest_hours",
        {
            **_CHEAPEST,
            "weekday_prices": "-5 nan inf 1e999 odd 8,5",
            "weekend_prices": "",
            "weekend_days": [],
            "voltage": 700,
            "full_power": 1,
        },
    ),
}


_NOTHING_NEEDED: Final = (
    ("sensor.grid", "3000", "W"),
    ("sensor.power", "0", "W"),
    ("sensor.battery", "0", "W"),
    ("sensor.level", "50", "%"),
    ("sensor.forecast", "0", "kWh"),
    ("sensor.forecast_2", "0", "kWh"),
    ("sensor.session", "0", "kWh"),
    ("sensor.hours", "0", "h"),
    ("number.energy", "0", "kWh"),
    ("number.current", "16", "A"),
    ("time.departure", "07:00:00", None),
    ("binary_sensor.car", "on", None),
    ("switch.plan", "off", None),
    ("switch.charger", "on", None),
)
_SOON: Final = 61
"""Minutes: hours that are needed are looked at every hour."""


class OddHome:
    """Entities that have a new state each minute, and what is switched by them."""

    def __init__(self, hass: HomeAssistant, inputs: Mapping[str, Any]) -> None:
        """Note the entities that the inputs name."""
        self.hass = hass
        named = [x if isinstance(x, list) else [x] for x in inputs.values()]
        self.entities = [
            each
            for each in chain.from_iterable(named)
            if isinstance(each, str) and valid_entity_id(each)
        ]
        for action in ("switch.turn_on", "switch.turn_off", "number.set_value"):
            domain, _, name = action.partition(".")
            hass.services.async_register(domain, name, self._take)

    def be_odd(self, draw: Random) -> None:
        """Give some of the entities other states."""
        for entity_id in self.entities:
            if draw.random() < 0.5:
                continue
            if (state := draw.choice(_ODD)) is None:
                self.hass.states.async_remove(entity_id)
                continue
            is_sane = entity_id.startswith("switch.") and draw.random() < 0.7
            attributes = {
                "unit_of_measurement": draw.choice(_UNITS),
                "max": draw.choice(_MAXIMA),
            }
            state = draw.choice(("on", "off")) if is_sane else state
            self.hass.states.async_set(entity_id, state, attributes)

    def need_nothing(self) -> None:
        """Have a charger on that has no reason to be."""
        for entity_id, state, unit in _NOTHING_NEEDED:
            attributes = {"unit_of_measurement": unit, "max": 40}
            self.hass.states.async_set(entity_id, state, attributes)

    @property
    def is_off(self) -> bool:
        """Whether the charger is."""
        state = self.hass.states.get("switch.charger")
        return state is not None and state.state == "off"

    async def _take(self, call: ServiceCall) -> None:
        (entity_id,) = call.data["entity_id"]
        if call.domain == "switch":
            state = call.service.removeprefix("turn_")
            self.hass.states.async_set(entity_id, state)
        else:
            assert 0 <= call.data["value"] < 1000


@pytest.fixture
async def summer(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> AsyncIterator[FrozenDateTimeFactory]:
    """Begin on a Friday in summer."""
    await hass.config.async_set_time_zone("America/Denver")
    freezer.move_to("2026-06-19 18:00:00+00:00")
    yield freezer
    await stop_automation(hass)


@pytest.mark.parametrize("choice", _CHOICES)
async def test_nothing_goes_wrong(
    hass: HomeAssistant,
    summer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
    choice: str,
) -> None:
    """Whatever the entities say, no template fails, and all is well again afterwards."""
    name, inputs = _CHOICES[choice]
    home, draw = OddHome(hass, inputs), Random(choice)
    home.be_odd(draw)
    await automate(hass, name, dict(inputs))
    caplog.clear()

    async def pass_minute() -> None:
        summer.tick(_MINUTE)
        async_fire_time_changed(hass, dt_util.utcnow())
        await hass.async_block_till_done()
        assert list(_troubles(caplog)) == []

    for _ in range(_MINUTES):
        home.be_odd(draw)
        await pass_minute()
    home.need_nothing()
    for _ in range(_SOON):
        await pass_minute()
    is_said = inputs.keys() & {"grid_power", "energy_wanted", "hours_needed"}
    plan = hass.states.get("switch.plan")
    if is_said and not (plan and plan.state == "on"):
        assert home.is_off


def _troubles(caplog: pytest.LogCaptureFixture) -> Iterator[str]:
    for each in caplog.records:
        # What is deleted now is what an earlier test's Home Assistant has left.
        if each.levelno >= logging.WARNING and each.funcName != "__del__":
            yield each.getMessage()
