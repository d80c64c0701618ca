"""The summary of a site of which only the solar energy is known."""

from datetime import timedelta
from math import fsum

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from custom_components.cloud_energy.readings import local_midnight
from tests.clouds.elecnova import ElecnovaCloud
from tests.entries import settle, summary

from .helpers import NOW, add_entry, inverter_of, true_hours


async def test_yesterday(
    hass: HomeAssistant, at_noon: FrozenDateTimeFactory, cloud: ElecnovaCloud
) -> None:
    """It is what the roof has given, and nothing is said of what was used."""
    entry = await add_entry(hass, cloud, statistics_start="2026-11-15")
    await settle(hass, entry)
    found = await summary(hass, entry, "day")
    zone = entry.runtime_data.zone
    today = NOW.astimezone(zone).date()
    start, end = (local_midnight(today - timedelta(days=n), zone) for n in (1, 0))
    hours = true_hours(cloud, inverter_of(cloud), start, end)
    assert found["energy"] == pytest.approx(fsum(hours.values()), abs=1e-2)
    assert found["solar"] == found["energy"] > 0
    assert (found["from_grid"], found["base_load"]) == (None, None)
    assert "kWh of solar energy" in found["text"]
