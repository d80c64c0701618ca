"""The cheapest hours that a car still needs, and no other."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from random import Random
from typing import Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest

from .automate import automate, stop_automation
from .night import INPUTS, KW, STEP, SWITCHING, Night, cheapest, cost

NAME: Final = "charge_in_cheapest_hours"
DAY: Final = [9] * 2 + [5] * 3 + [9] * 13 + [20] + [9] + [7] * 4
"""A working day: cheapest from 2 to 5, cheap from 20 on, most expensive at 18."""
FRACTION: Final = KW * STEP.total_seconds() / 3600
"""What the car takes between two looks of the test at the clock."""

REST: Final = KW * 2 / 60 + 0.01
"""What is not worth another hour."""


def as_text(prices: list[float] | list[int]) -> str:
    """Return prices as they are entered."""
    return " ".join(map(str, prices))


def at(text: str) -> datetime:
    """Return a local time."""
    local = dt_util.parse_datetime(text)
    assert local
    return local.replace(tzinfo=dt_util.get_default_time_zone())


PRICED: Final = INPUTS | {"weekday_prices": as_text(DAY)}


@pytest.fixture
async def night(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> AsyncIterator[Night]:
    """Plug a car in on a Tuesday, at six in the evening."""
    await hass.config.async_set_time_zone("America/Denver")
    freezer.move_to(at("2026-06-16 18:00") + SWITCHING)
    yield Night(hass, freezer)
    await stop_automation(hass)


@pytest.mark.parametrize(
    ("energy", "hours"),
    [
        (3 * KW, [2, 3, 4]),
        (4.5 * KW, [20, 21, 2, 3, 4]),
        (1.5, [2]),
        (8 * KW, [19, 20, 21, 22, 23, 2, 3, 4]),
    ],
)
async def test_only_the_hours_that_are_needed(
    hass: HomeAssistant, night: Night, energy: float, hours: list[int]
) -> None:
    """What the session has taken counts, although it is reported late."""
    night.plan(energy)
    await automate(hass, NAME, PRICED)
    await night.until(at("2026-06-17 07:00"))
    assert night.hours == hours
    assert energy - REST <= night.charged <= energy + FRACTION
    await night.until(at("2026-06-17 12:00"))
    assert not night.is_on()


PRICES: Final[dict[str, list[float]]] = {
    "rising": [(hour - 18) % 24 for hour in range(24)],
    "falling": [(17 - hour) % 24 for hour in range(24)],
    "alike": [5] * 24,
    "negative": [(hour * 7) % 11 - 6.5 for hour in range(24)],
    **{
        f"random {seed}": [round(Random(seed).uniform(-2, 40), 2) for _ in range(24)]
        for seed in (1,)
    },
    **{f"steps {seed}": Random(seed).choices([8, 12, 15], k=24) for seed in range(3)},
    **{
        f"market {seed}": [round(each, 2) for each in _market]
        for seed in range(4)
        for _market in [[Random(f"{seed}/{h}").gauss(20, 15) for h in range(24)]]
    },
}


@pytest.mark.parametrize("energy", [3 * KW, 31.0])
@pytest.mark.parametrize("prices", PRICES.values(), ids=PRICES)
async def test_no_choice_is_cheaper(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    night: Night,
    prices: list[float],
    energy: float,
) -> None:
    """Against each choice of hours, from within an hour until within another one."""
    freezer.move_to(at("2026-06-16 18:20") + SWITCHING)
    night.plan(energy, "06:30:00")
    await automate(hass, NAME, INPUTS | {"weekday_prices": as_text(prices)})
    await night.until(at("2026-06-17 06:30"))
    hours = [(prices[18], 2 / 3), *((prices[n % 24], 1.0) for n in range(19, 30))]
    hours.append((prices[6], 0.5))
    assert energy - REST <= night.charged <= energy + FRACTION
    # Switched off one look of the test's too late in a dearer hour, at most
    late = FRACTION * (max(prices) - min(prices))
    assert cost(night.used, prices) <= cheapest(night.charged, hours) + late + 1e-6
    if all(share == 1 for price, share in hours if price == min(prices)):
        assert len(night.hours) <= -(-energy // KW) + 1


async def test_full_power_when_the_time_does_not_suffice(
    hass: HomeAssistant, night: Night
) -> None:
    """It charges at once, and with the highest current."""
    night.show("number.current", "10", max=40)
    night.plan(60, "00:00:00")
    await automate(hass, NAME, PRICED | {"full_power": 9.6})
    await night.until(at("2026-06-16 18:10"))
    assert (night.is_on(), night.current) == (True, 40)
    await night.until(at("2026-06-17 00:00"))
    assert night.charged == pytest.approx(6 * 9.6, abs=1)


async def test_current_is_left_alone_while_the_time_suffices(
    hass: HomeAssistant, night: Night
) -> None:
    """A lower current needs more hours, and gets them."""
    night.show("number.current", "10", max=40)
    night.plan(10)
    await automate(hass, NAME, PRICED)
    await night.until(at("2026-06-17 07:00"))
    assert night.current == 10
    assert night.hours == [20, 21, 2, 3, 4]
    assert night.charged == pytest.approx(10, abs=0.2)


@pytest.mark.parametrize(
    ("weekend", "hours"),
    [(["fri", "sat"], [6]), (None, [2]), ([], [2])],
    ids=str,
)
async def test_weekend(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    night: Night,
    weekend: list[str] | None,
    hours: list[int],
) -> None:
    """On a Friday, which is one of the weekend in some countries."""
    freezer.move_to(at("2026-06-19 00:00") + SWITCHING)
    night.plan(5)
    inputs = PRICED | {"weekend_prices": as_text([9] * 6 + [1] + [9] * 17)}
    if weekend is not None:
        inputs |= {"weekend_days": weekend}
    await automate(hass, NAME, inputs)
    await night.until(at("2026-06-19 07:00"))
    assert night.hours == hours


@pytest.mark.parametrize(
    "prices", ["", "7 7 -", as_text(DAY).replace("5", "?"), "nan " * 24, "9"]
)
@pytest.mark.parametrize("energy", [10, 80])
async def test_hours_without_a_price(
    hass: HomeAssistant, night: Night, prices: str, energy: float
) -> None:
    """They come last, and still count."""
    night.plan(energy)
    await automate(hass, NAME, INPUTS | {"weekday_prices": prices})
    await night.until(at("2026-06-17 07:00"))
    assert night.charged >= energy - REST


@pytest.mark.parametrize("energy", [10, 70])
@pytest.mark.parametrize("lost", sorted(INPUTS.values()))
async def test_full_rather_than_cheap(
    hass: HomeAssistant, night: Night, lost: str, energy: float
) -> None:
    """One entity is unavailable all night (the switch for four hours)."""
    night.plan(energy)
    night.hides_session = lost == "sensor.session"
    night.show(lost, "unavailable")
    await automate(hass, NAME, PRICED)
    if lost == "switch.charger":
        await night.until(at("2026-06-16 21:00"))
        night.show(lost, "off")
        # For ten minutes it may have taken what has not been reported yet
        await night.until(at("2026-06-16 21:15"))
    await night.until(at("2026-06-17 07:00"))
    assert night.charged >= energy - REST


async def test_a_restart_is_no_outage(hass: HomeAssistant, night: Night) -> None:
    """For ten minutes nothing is switched in a dear hour."""
    night.plan(10)
    night.show("input_datetime.departure", "unavailable")
    await automate(hass, NAME, PRICED)
    await night.until(at("2026-06-16 18:08"))
    assert not night.is_on()
    night.plan(10)
    await night.until(at("2026-06-16 20:00"))
    assert night.charged == 0


async def test_energy_of_an_earlier_session(hass: HomeAssistant, night: Night) -> None:
    """It counts for nothing until the running one is reported."""
    night.show("binary_sensor.car", "off")
    night.show("sensor.session", "50", unit_of_measurement="kWh")
    night.plan(3 * KW)
    await automate(hass, NAME, PRICED)
    await night.until(at("2026-06-16 18:10"))
    night.show("binary_sensor.car", "on")
    await night.until(at("2026-06-17 07:00"))
    assert night.hours == [2, 3, 4]


async def test_two_hours_of_outage(hass: HomeAssistant, night: Night) -> None:
    """Commands fail in the cheapest hours: dearer ones make up for it."""
    night.plan(3 * KW)
    await automate(hass, NAME, PRICED)
    await night.until(at("2026-06-17 01:30"))
    night.is_down = True
    await night.until(at("2026-06-17 03:32"))
    night.is_down = False
    await night.until(at("2026-06-17 07:00"))
    assert night.charged >= 3 * KW - REST
    assert night.hours == [3, 4, 5, 6]


async def test_the_car_takes_less(hass: HomeAssistant, night: Night) -> None:
    """Its measured power makes the plan longer."""
    night.plan(10)
    night.show("sensor.power", "2.4", unit_of_measurement="kW")
    await automate(hass, NAME, PRICED | {"charger_power": "sensor.power"})
    night.show("number.current", "30", max=40)
    await night.until(at("2026-06-17 02:10"))
    assert night.is_on()


async def test_already_full(hass: HomeAssistant, night: Night) -> None:
    """A charger that is on is switched off once there is enough."""
    night.plan(10)
    night.used[at("2026-06-16 17:00")] = 10.1
    night.report()
    night.show("switch.charger", "on")
    await automate(hass, NAME, PRICED)
    await night.until(at("2026-06-16 18:06"))
    assert not night.is_on()


@pytest.mark.parametrize(("unit", "factor"), [("Wh", 1000), ("kWh", 1), ("MWh", 0.001)])
async def test_units(
    hass: HomeAssistant, night: Night, unit: str, factor: float
) -> None:
    """Both energies count in their own units."""
    night.plan(10)
    night.show("input_number.energy", str(10 * factor), unit_of_measurement=unit)
    await automate(hass, NAME, PRICED)
    night.show("sensor.session", str(10 * factor), unit_of_measurement=unit)
    await night.until(at("2026-06-16 18:30") - timedelta(minutes=15))
    assert not night.is_on()
    night.show("sensor.session", str(0), unit_of_measurement=unit)
    night.plan(120)
    await hass.async_block_till_done()
    assert night.is_on()
