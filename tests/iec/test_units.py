"""Units that earlier versions had."""

from homeassistant.components.recorder.models import (
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import (
    async_import_statistics,
    list_statistic_ids,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance

from tests.clouds.iec import IecCloud
from tests.entries import entity_id, set_up, settle

from .helpers import add_entry
from .test_outages import contract_of


async def test_unpaid_bills_have_no_unit_any_more(
    hass: HomeAssistant, cloud: IecCloud
) -> None:
    """Nor have their statistics: Home Assistant would complain of two units."""
    entry = await add_entry(hass, cloud, history_days=1)
    unpaid = entity_id(hass, f"{contract_of(cloud)}_open_invoices")
    assert await hass.config_entries.async_unload(entry.entry_id)
    registry = er.async_get(hass)
    registry.async_update_entity(unpaid, unit_of_measurement="invoices")
    earlier = StatisticMetaData(
        mean_type=StatisticMeanType.ARITHMETIC,
        has_sum=False,
        name=None,
        source="recorder",
        statistic_id=unpaid,
        unit_class=None,
        unit_of_measurement="invoices",
    )
    async_import_statistics(hass, earlier, [])

    await set_up(hass, entry)
    await settle(hass, entry)

    (stored,) = await get_instance(hass).async_add_executor_job(
        list_statistic_ids, hass, {unpaid}
    )
    assert stored["statistics_unit_of_measurement"] is None
    item = registry.async_get(unpaid)
    assert item
    assert item.unit_of_measurement is None
