"""The blueprint of the cheapest hours charges a car at the simulated charger."""

from datetime import datetime, timedelta
from pathlib import Path

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest

from tests.blueprints.automate import automate, stop_automation
from tests.blueprints.night import cheapest
from tests.clouds.emporia import EmporiaCloud
from tests.entries import entity_id, pass_time

from .helpers import add_entry, gid_of

KW = 7.68
STEP = timedelta(minutes=5)
PRICES = [9] * 13 + [5, 9, 7, 5, 20, 6, 8] + [9] * 4
WANTED = 20


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    """Give every test a configuration folder of its own."""
    return str(tmp_path)


def taken(cloud: EmporiaCloud, gid: int, day: datetime) -> dict[int, float]:
    """Return the kWh that the car has really taken in each hour of a day."""
    charger = cloud.customers.charger(gid).charger
    assert charger
    starts = {hour: day.replace(hour=hour).timestamp() for hour in range(24)}
    now = dt_util.utcnow().timestamp()
    energy = {
        hour: charger.energy(start, min(start + 3600, now))
        for hour, start in starts.items()
        if start < now
    }
    return {hour: kwh for hour, kwh in energy.items() if kwh > KW / 60}


async def test_cheapest_hours(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """On a Friday, with the weekend's prices: half past noon until eight in the evening."""
    await hass.config.async_set_time_zone("America/Denver")
    gid = gid_of(cloud, "solar_home", "charger")
    cloud.apply({"charger": {"device_gid": gid, "on": False}})
    cloud.apply({"plug_in": {"device_gid": gid, "need": 80}})
    entry = await add_entry(hass, cloud, "solar_home")
    hass.states.async_set("input_number.energy", str(WANTED))
    hass.states.async_set("input_datetime.departure", "20:00:00")
    inputs = {
        "charger_switch": entity_id(hass, f"{gid}_charging", "switch"),
        "plugged_in": entity_id(hass, f"{gid}_plugged_in", "binary_sensor"),
        "session_energy": entity_id(hass, f"{gid}_session_energy"),
        "charger_current": entity_id(hass, f"{gid}_charge_rate", "number"),
        "charger_power": entity_id(hass, f"{gid}_mains_power"),
        "departure": "input_datetime.departure",
        "energy_wanted": "input_number.energy",
        "full_power": KW,
        "weekend_days": ["fri", "sat"],
        "weekend_prices": " ".join(map(str, PRICES)),
    }
    await automate(hass, "charge_in_cheapest_hours", inputs)

    noon = dt_util.now().replace(minute=0, second=5, microsecond=0)
    at_noon.move_to(noon + timedelta(minutes=30))
    for _ in range(90):
        await pass_time(hass, at_noon, entry, STEP)
    await stop_automation(hass)

    hours = taken(cloud, gid, noon.replace(second=0))
    energy = sum(hours.values())
    assert list(hours) == [13, 16, 18]
    assert WANTED - 0.3 <= energy <= WANTED + KW * STEP.total_seconds() / 3600
    best = cheapest(energy, [(9, 0.5), *((PRICES[h], 1.0) for h in range(13, 20))], KW)
    cost = sum(PRICES[hour] * kwh for hour, kwh in hours.items())
    # A command shows in the cloud some seconds later
    assert cost == pytest.approx(best, rel=0.01)
