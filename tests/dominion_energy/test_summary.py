"""The summary of a home with half hours, bills, and a sun on its roof."""

from datetime import date, datetime, timedelta
from math import fsum

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cloud_energy.readings import local_day
from custom_components.dominion_energy.api.const import SITE_ZONE
from custom_components.dominion_energy.const import CONF_ACCOUNT_NUMBER
from tests.clouds.dominion_energy import DominionCloud
from tests.entries import summary

from .helpers import add_entry, true_hours


def truth(
    cloud: DominionCloud, entry: MockConfigEntry, first: date, days: int
) -> dict[datetime, float]:
    """Return the true hours of local days."""
    start, end = (
        local_day(first, SITE_ZONE)[0],
        local_day(first + timedelta(days=days - 1), SITE_ZONE)[1],
    )
    account = entry.data[CONF_ACCOUNT_NUMBER]
    hours = true_hours(cloud, account, "consumption", start, end)
    return {hour: kwh for hour, kwh in hours.items() if start <= hour < end}


async def test_last_week_is_the_meter_s(
    hass: HomeAssistant, cloud: DominionCloud, entry: MockConfigEntry
) -> None:
    """Energy, peak and days are those of the meter, in its own time zone."""
    await hass.config.async_set_time_zone("Asia/Tokyo")
    found = await summary(hass, entry)
    hours = truth(cloud, entry, date(2026, 11, 9), 7)
    assert found["start"] == "2026-11-09T00:00:00-05:00"
    assert found["end"] == "2026-11-16T00:00:00-05:00"
    assert found["missing_hours"] == 0
    assert found["energy"] == pytest.approx(fsum(hours.values()), abs=1e-2)
    assert found["to_grid"] > 0
    peak = max(hours, key=lambda hour: hours[hour])
    assert datetime.fromisoformat(found["peak_hour"]["start"]) == peak
    days = {
        day: fsum(truth(cloud, entry, day, 1).values())
        for day in (date(2026, 11, 9) + timedelta(days=at) for at in range(7))
    }
    best = min(days, key=lambda day: days[day])
    assert found["best_day"]["date"] == best.isoformat()
    assert found["best_day"]["energy"] == pytest.approx(days[best], abs=1e-2)
    assert found["base_load"] > 0
    assert found["text"].startswith("Week of November 9 to November 15: ")
    assert "Highest day: " in found["text"]


async def test_nothing_is_compared_with_days_that_are_not_there(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Two weeks are stored: of the week before some days are missing, and it is said."""
    found = await summary(hass, entry)
    assert found["before"]["missing_hours"] > 0
    assert found["before"]["energy_change"] is None
    assert "week before" not in found["text"]


async def test_the_running_week_is_compared_with_as_much(
    hass: HomeAssistant, cloud: DominionCloud, entry: MockConfigEntry
) -> None:
    """Thursday is the last day that is published: it ends there, in both weeks."""
    found = await summary(hass, entry, "week", 0)
    assert found["start"] == "2026-11-16T00:00:00-05:00"
    assert found["end"] == "2026-11-20T00:00:00-05:00"
    assert found["before"]["end"] == "2026-11-13T00:00:00-05:00"
    now, then = (
        fsum(truth(cloud, entry, date(2026, 11, first), 4).values())
        for first in (16, 9)
    )
    assert found["energy"] == pytest.approx(now, abs=1e-2)
    change = (now - then) / then * 100
    assert found["before"]["energy_change"] == pytest.approx(change, abs=0.1)
    assert "so far" in found["text"]
    assert "than the same part of the week before." in found["text"]


async def test_a_whole_billing_period(
    hass: HomeAssistant, cloud: DominionCloud
) -> None:
    """It is the one of the last bill, and its cost is that of its hours."""
    cloud.apply({"window_days": 68})
    entry = await add_entry(hass, cloud, "plain_home")
    bill = entry.runtime_data.coordinator.data.last_bill
    found = await summary(hass, entry, "billing_period")
    assert found["start"].startswith(bill.start.isoformat())
    # In it the clocks went back: the figure of the hour before is that of both.
    assert found["missing_hours"] == 0
    assert "Hours without data" not in found["text"]
    assert found["energy"] == pytest.approx(bill.usage, rel=0.02)
    assert found["cost"] == pytest.approx(bill.charges, rel=0.02)
    assert found["currency"] == "USD"
    assert found["text"].startswith("Billing period from ")
    running = await summary(hass, entry, "billing_period", 0)
    assert running["end"] == "2026-11-20T00:00:00-05:00"


async def test_no_data_is_no_zero(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """A time before all data, and the day that has just begun, are unknown."""
    found = await summary(hass, entry, "week", 40)
    assert found["energy"] is None
    assert found["cost"] is None
    assert found["missing_hours"] == 168
    assert found["text"].endswith(": no data.")
    today = await summary(hass, entry, "day", 0)
    assert today["energy"] is None


async def test_what_can_t_be_summarized(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """It is said why: no such billing period, an entry that is not loaded, or none."""
    with pytest.raises(ServiceValidationError) as no_period:
        await summary(hass, entry, "billing_period", 30)
    assert no_period.value.translation_key == "no_billing_period"
    await hass.config_entries.async_unload(entry.entry_id)
    with pytest.raises(ServiceValidationError) as not_loaded:
        await summary(hass, entry)
    assert not_loaded.value.translation_key == "not_a_loaded_entry"


@pytest.mark.parametrize("language", ["en", "es", "fr", "he", "nl", "sv", "de"])
async def test_every_language_has_its_words(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    language: str,
) -> None:
    """No key and no placeholder is left in any text; others are given English."""
    hass.config.language = language
    for period, ago in (
        ("week", 0),
        ("month", 1),
        ("month", 0),
        ("day", 1),
        ("day", 0),
    ):
        text = (await summary(hass, entry, period, ago))["text"]
        assert "{" not in text
        assert "_" not in text
