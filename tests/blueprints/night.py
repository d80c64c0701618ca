"""A night in which a car is charged: entities of a charger whose energy is counted."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from math import fsum
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

KW: Final = 7.2
STEP: Final = timedelta(minutes=5)
"""Between two looks at the clock: while it charges, or something has just happened."""
IDLE_STEP: Final = timedelta(minutes=20)
SWITCHING: Final = timedelta(seconds=5)
"""How long after the full hour the blueprint switches."""

INPUTS: Final[dict[str, Any]] = {
    "charger_switch": "switch.charger",
    "plugged_in": "binary_sensor.car",
    "departure": "input_datetime.departure",
    "energy_wanted": "input_number.energy",
    "session_energy": "sensor.session",
    "charger_current": "number.current",
}


class Night:
    """A car at a charger, whose session energy is reported as Emporia does.

    That is once an hour, and soon after it was switched.
    """

    def __init__(self, hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
        """Have a car that takes 30 A at 240 V, and is to have `energy_wanted`."""
        self.hass = hass
        self.freezer = freezer
        self.used = defaultdict[datetime, float](float)
        self.hides_session = False
        self.is_down = False
        self._has_switched = False
        for name in ("turn_on", "turn_off"):
            hass.services.async_register("switch", name, self._turn)
        hass.services.async_register("number", "set_value", self._set_current)
        self.show("switch.charger", "off")
        self.show("binary_sensor.car", "on")
        self.show("number.current", "30", max=40)
        self.report()

    def plan(self, energy: float, departure: str = "07:00:00") -> None:
        """Want an energy in kWh at a time."""
        self.show("input_number.energy", str(energy), unit_of_measurement="kWh")
        self.show("input_datetime.departure", departure)

    def show(self, entity_id: str, state: str, **attributes: Any) -> None:
        """Let an entity have a state."""
        self.hass.states.async_set(entity_id, state, attributes)

    def report(self) -> None:
        """Report the session's energy."""
        value = "unavailable" if self.hides_session else f"{self.charged:.4f}"
        self.show("sensor.session", value, unit_of_measurement="kWh")

    @property
    def charged(self) -> float:
        """The kWh so far."""
        return fsum(self.used.values())

    @property
    def hours(self) -> list[int]:
        """The local hours in which it has charged for more than the moment of switching."""
        least = KW * 10 / 3600
        return [at.hour for at, kwh in sorted(self.used.items()) if kwh > least]

    def is_on(self) -> bool:
        """Whether charging is allowed."""
        return self._state("switch.charger") == "on"

    @property
    def current(self) -> float:
        """The current that is set."""
        state = self._state("number.current")
        return 30 if state == "unavailable" else float(state)

    async def until(self, end: datetime) -> None:
        """Let the time pass, with a stop at each full hour, and what is due at its end."""
        end += SWITCHING
        step = STEP
        while (now := dt_util.now()) < end:
            hour = now.replace(minute=0, second=0, microsecond=0)
            await self._move(min(now + step - (now - hour - SWITCHING) % step, end))
            step = STEP if self.is_on() or self._has_switched else IDLE_STEP

    async def _move(self, to: datetime) -> None:
        now = dt_util.now()
        hour = now.replace(minute=0, second=0, microsecond=0)
        if self.is_on():
            kw = self.current * 240 / 1000
            for start in (hour, hour + timedelta(hours=1)):
                stop = min(to, start + timedelta(hours=1))
                seconds = (stop - max(now, start)).total_seconds()
                self.used[start] += kw * max(0.0, seconds) / 3600
        self.freezer.move_to(to)
        if self._has_switched or 20 <= to.minute < 25:
            self._has_switched = False
            self.report()
        async_fire_time_changed(self.hass, dt_util.utcnow())
        await self.hass.async_block_till_done()

    def _state(self, entity_id: str) -> str:
        state = self.hass.states.get(entity_id)
        assert state
        return state.state

    async def _turn(self, call: ServiceCall) -> None:
        if self.is_down:
            raise HomeAssistantError("the cloud is down")
        self._has_switched = True
        self.show("switch.charger", call.service.removeprefix("turn_"))

    async def _set_current(self, call: ServiceCall) -> None:
        self.show("number.current", str(call.data["value"]), max=40)


def cost(used: dict[datetime, float], prices: Sequence[float]) -> float:
    """Return what energy by the hour costs at prices by the hour of the day."""
    return fsum(kwh * prices[at.hour] for at, kwh in used.items())


def cheapest(
    energy: float, hours: Iterable[tuple[float, float]], kw: float = KW
) -> float:
    """Return what an energy costs at best: with all of the cheapest hour, then the next.

    :param hours: price and usable share of each hour
    """
    total = 0.0
    for price, share in sorted(hours):
        taken = min(energy, share * kw)
        total += taken * price
        energy -= taken
    assert energy == pytest.approx(0), "the hours do not suffice"
    return total
