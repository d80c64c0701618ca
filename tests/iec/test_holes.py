"""Hours that are missing in the middle, and come months later."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from tests.clouds.iec import IecCloud
from tests.entries import DAY, HOUR, pass_time, person_of, state
from tests.recorded import stored

from .helpers import add_entry, midnight, series_of, true_hours

FIRST = midnight("2026-06-06")
START, END = FIRST + 10 * HOUR, FIRST + 13 * HOUR


async def test_a_hole_that_is_filled_months_later(
    hass: HomeAssistant, cloud: IecCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """It is counted, told, asked for again now and then, and filled at its hours."""
    hole = {
        "account": "plain_home",
        "start": START.isoformat(),
        "end": (END - timedelta(minutes=15)).isoformat(),
    }
    cloud.apply({"hole": hole})
    entry = await add_entry(hass, cloud, history_days=45)
    missing = f"{entry.entry_id}_missing_hours"
    assert state(hass, missing) == "3"
    answer: Any = await hass.services.async_call(
        "cloud_energy",
        "get_missing_hours",
        {"config_entry_id": entry.entry_id},
        blocking=True,
        return_response=True,
    )
    assert answer["hours"] == 3
    (found,) = answer["missing"]
    assert found["start"] == START.isoformat()
    assert found["answer"] in ("nothing", "part")
    cloud.apply({"hole": {**hole, "filled": True}})
    await pass_time(hass, at_noon, entry, *[8 * DAY] * 5)
    assert state(hass, missing) == "0"
    person = person_of(cloud, "plain_home")
    for kind in ("consumption", "est_cost"):
        hours = await stored(hass, series_of(person, kind))
        assert START in hours
    truth = true_hours(cloud, "plain_home", FIRST, FIRST + DAY)
    hours = await stored(hass, series_of(person))
    assert {h: hours[h] for h in truth} == pytest.approx(truth, abs=1e-6)
