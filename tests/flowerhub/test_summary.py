"""The summary of a home of which only whole months are known."""

from datetime import UTC, datetime

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from tests.clouds.flowerhub import FlowerhubCloud
from tests.entries import settle, summary

from .helpers import add_entry, statistic_ids, true_months


async def test_months(
    hass: HomeAssistant, at_noon: FrozenDateTimeFactory, cloud: FlowerhubCloud
) -> None:
    """A month is its volume and its invoice; a week of it is unknown, not a part."""
    entry = await add_entry(hass, cloud)
    await settle(hass, entry)
    found = await summary(hass, entry, "month")
    october = datetime(2026, 9, 30, 22, tzinfo=UTC)
    names = {each.split(":")[1].split("_")[0]: each for each in statistic_ids(cloud)}
    series = statistic_ids(cloud)
    volume = true_months(cloud, series[names["consumption"]])[october]
    invoiced = true_months(cloud, series[names["invoiced"]])[october]
    assert datetime.fromisoformat(found["start"]) == october
    assert found["energy"] == pytest.approx(volume, abs=1e-2)
    assert found["cost"] == pytest.approx(invoiced, abs=0.01)
    assert found["currency"] == "SEK"
    assert found["missing_hours"] == 0
    assert (found["peak_hour"], found["base_load"]) == (None, None)
    assert "only known as totals" in found["text"]
    week = await summary(hass, entry, "week", 4)
    assert week["energy"] is None
    assert week["text"].endswith(": no data.")
