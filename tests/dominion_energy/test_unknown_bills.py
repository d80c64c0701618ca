"""Costs by the bills, while the portal says nothing of some of them."""

from datetime import date, datetime
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dominion_energy.const import CONF_SERIES, DOMAIN
from custom_components.dominion_energy.entry_data import billed_rates
from tests.clouds.dominion_energy import DominionCloud
from tests.entries import HOUR, pass_time
from tests.recorded import stored

from .helpers import add_entry

MONTHS = "*/Usageapi/api/V1/Electric"
GENERATIONS = "*/Usageapi/api/V1/Generation"
FORECAST = "*billForecast"


async def costs(
    hass: HomeAssistant, entry: MockConfigEntry, until: datetime | None = None
) -> dict[Any, float]:
    """Return what is stored of the costs, up to a time."""
    series = f"{DOMAIN}:{entry.data[CONF_SERIES]}_energy_cost"
    found = await stored(hass, series)
    return {hour: cost for hour, cost in found.items() if not until or hour < until}


@pytest.mark.parametrize("refused", [(MONTHS,), (GENERATIONS,), (MONTHS, FORECAST)])
async def test_refused_for_days(
    hass: HomeAssistant,
    cloud: DominionCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    refused: tuple[str, ...],
) -> None:
    """What the bills have shown stays: no hour gets another price meanwhile."""
    before, rates = await costs(hass, entry), billed_rates(entry.data)
    assert len(rates) > 1
    latest = max(before)
    for endpoint in refused:
        cloud.faults.add(endpoint=endpoint, kind="status", status=403, times=1000)
    await pass_time(hass, at_noon, entry, *[6 * HOUR] * 16)
    after = await costs(hass, entry)
    assert {hour: after[hour] for hour in before} == pytest.approx(before, abs=1e-6)
    assert max(after) > latest
    assert billed_rates(entry.data) == rates
    # Nor after a restart that knows the answers no more
    entry.runtime_data.coordinator.answers.all_due()
    await hass.config_entries.async_reload(entry.entry_id)
    await pass_time(hass, at_noon, entry, 6 * HOUR)
    again = await costs(hass, entry)
    assert {hour: again[hour] for hour in before} == pytest.approx(before, abs=1e-6)


async def test_nothing_is_known_of_bills_yet(
    hass: HomeAssistant, cloud: DominionCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """There is no cost until it is known what the bills were, instead of a guess."""
    for endpoint in (MONTHS, FORECAST):
        cloud.faults.add(endpoint=endpoint, kind="status", status=403, times=1000)
    entry = await add_entry(hass, cloud, "solar_home")
    assert await costs(hass, entry) == {}
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, *[6 * HOUR] * 4)
    assert len(await costs(hass, entry)) > 300


def test_stored_rates() -> None:
    """Whatever a file holds, only prices are read."""
    data = {"2026-01-05": 0.14, "odd": 0.1, "2026-02-05": "nan", "2026-03-05": None}
    assert billed_rates({"billed_rates": data}) == {date(2026, 1, 5): 0.14}
    assert billed_rates({"billed_rates": [0.1]}) == billed_rates({}) == {}
