"""The summary of a home whose week begins on a Monday, in shekels."""

from datetime import datetime, timedelta
from math import fsum

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from tests.clouds.iec import IecCloud
from tests.entries import summary

from .helpers import add_entry, midnight, true_hours


async def test_last_week(
    hass: HomeAssistant, at_noon: FrozenDateTimeFactory, cloud: IecCloud
) -> None:
    """Energy, days and cost are those of the meter, in its own time zone."""
    await hass.config.async_set_time_zone("America/New_York")
    entry = await add_entry(hass, cloud, history_days=14)
    found = await summary(hass, entry)
    start = midnight("2026-07-06")
    end = start + timedelta(days=7)
    hours = {
        hour: kwh
        for hour, kwh in true_hours(cloud, "plain_home", start, end).items()
        if start <= hour < end
    }
    assert datetime.fromisoformat(found["start"]) == start
    assert datetime.fromisoformat(found["end"]) == end
    assert found["missing_hours"] == 0
    assert found["energy"] == pytest.approx(fsum(hours.values()), abs=1e-2)
    price = entry.runtime_data.coordinator.data.price
    assert found["cost"] == pytest.approx(found["energy"] * price, abs=0.05)
    assert found["currency"] == "ILS"
    assert found["base_load"] > 0
    assert found["text"].startswith("Week of July 6 to July 12: ")
