"""Money is that of the home, also where it was called USD before."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import (
    async_import_statistics,
    get_metadata,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance, session_scope
import pytest
from sqlalchemy import text

from custom_components.cloud_energy.dashboard.grid_connections import async_grid_name
from tests.clouds.emporia import EmporiaCloud
from tests.entries import HOUR, attributes, entity_id, pass_time, settle, state
from tests.recorded import stored

from .helpers import NOW, add_entry, gid_of


async def unit_of(hass: HomeAssistant, statistic_id: str) -> str | None:
    """Return the unit of a statistic."""
    recorder = get_instance(hass)
    # An import that meets a busy database queues itself once more
    for _ in range(20):
        await recorder.async_block_till_done()
        found = await recorder.async_add_executor_job(
            lambda: get_metadata(hass, statistic_ids={statistic_id})
        )
        if statistic_id in found:
            return found[statistic_id][1]["unit_of_measurement"]
    raise AssertionError(f"The recorder knows no {statistic_id}")


@pytest.mark.parametrize("currency", ["CAD", "EUR", "USD"])
async def test_costs_are_in_the_home_s_currency(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    at_noon: FrozenDateTimeFactory,
    currency: str,
) -> None:
    """The cloud tells amounts without a currency; Home Assistant knows it."""
    hass.config.currency = currency
    await add_entry(hass, cloud, "solar_home")
    gid = gid_of(cloud, "solar_home", "vue")
    for kind in ("grid_import_cost", "grid_export_compensation"):
        assert await unit_of(hass, f"emporia:{gid}_{kind}") == currency


async def test_stored_costs_go_on(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Hours that were stored as USD keep their amounts and get the right name."""
    hass.config.currency = "USD"
    entry = await add_entry(hass, cloud, "solar_home")
    gid = gid_of(cloud, "solar_home", "vue")
    cost = f"emporia:{gid}_grid_import_cost"
    before = await stored(hass, cost)
    assert await unit_of(hass, cost) == "USD"
    hass.config.currency = "CAD"
    await pass_time(hass, at_noon, entry, HOUR)
    assert await unit_of(hass, cost) == "CAD"
    after = await stored(hass, cost)
    assert len(after) == len(before) + 1
    assert {hour: after[hour] for hour in before} == before


async def test_session_cost(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """The sensor's unit is right, and its own statistics go on without a repair."""
    hass.config.currency = "USD"
    entry = await add_entry(hass, cloud, "solar_home")
    charger = gid_of(cloud, "solar_home", "charger")
    cost = entity_id(hass, f"{charger}_session_cost")
    await hass.config_entries.async_unload(entry.entry_id)
    er.async_get(hass).async_update_entity(cost, disabled_by=None)
    await settle(hass, entry)
    row: StatisticData = {
        "start": NOW.replace(minute=0) - 2 * HOUR,
        "state": 1,
        "sum": 1,
    }
    metadata: StatisticMetaData = {
        "mean_type": StatisticMeanType.NONE,
        "has_sum": True,
        "name": None,
        "source": "recorder",
        "statistic_id": cost,
        "unit_class": None,
        "unit_of_measurement": "USD",
    }
    async_import_statistics(hass, metadata, [row])
    assert await unit_of(hass, cost) == "USD"
    hass.config.currency = "CAD"
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass, entry)
    assert attributes(hass, f"{charger}_session_cost")["unit_of_measurement"] == "CAD"
    assert await unit_of(hass, cost) == "CAD"


async def test_a_database_that_is_out_of_order(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """A sensor is there all the same, and so is the name of a grid connection."""
    entry = await add_entry(hass, cloud, "solar_home")
    vue = gid_of(cloud, "solar_home", "vue")
    cost = f"{vue}_mains_cost_today"
    before = state(hass, cost)
    await hass.config_entries.async_unload(entry.entry_id)
    async with without_metadata(hass):
        await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        assert state(hass, cost) == before
        grid = {"stat_energy_from": "recorder:another_grid"}
        assert await async_grid_name(hass, grid) == "recorder:another_grid"
    await settle(hass, entry)


@asynccontextmanager
async def without_metadata(hass: HomeAssistant) -> AsyncIterator[None]:
    """Have the recorder's database fail at what is asked of its statistics."""

    def rename(old: str, new: str) -> None:
        with session_scope(hass=hass) as session:
            session.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))

    recorder = get_instance(hass)
    await recorder.async_block_till_done()
    await recorder.async_add_executor_job(rename, "statistics_meta", "gone")
    try:
        yield
    finally:
        await recorder.async_add_executor_job(rename, "gone", "statistics_meta")
